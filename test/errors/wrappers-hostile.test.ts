/** What is returned refuses to be looked at, and what an application gives is an async function that fails. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createErrorFunctions, type ErrorFunctions, type ErrorOptions } from '../../lib/errors/errors';
import { type RecordingHost, recordingHost } from './recording-host';

const start = (options: ErrorOptions = {}): ErrorFunctions & { readonly host: RecordingHost } => {
  const host = recordingHost();
  return { ...createErrorFunctions(host, options), host };
};
const rejects = (async () => {
  throw new Error('secret');
}) as never;
const boom = (): never => {
  throw new Error('trap');
};
const swallow = (fn: () => unknown): void => {
  try {
    fn();
  } catch {
    // Thrown on, as it should be.
  }
};

/** What is rejected and handled by nobody while something happens, and for two turns of the loop afterwards. */
async function unhandledDuring(happens: () => void): Promise<unknown[]> {
  const reasons: unknown[] = [];
  const keep = (reason: unknown): void => void reasons.push(reason);
  process.on('unhandledRejection', keep);
  happens();
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setTimeout(resolve));
  process.off('unhandledRejection', keep);
  return reasons;
}

type Fn = () => unknown;
const WRAPPERS: readonly (readonly [name: string, wrap: (errors: ErrorFunctions, fn: Fn) => Fn])[] = [
  ['handleErrors', (errors, fn) => errors.handleErrors(fn)],
  ['capture', (errors, fn) => errors.capture({})(fn)],
  ['logCalls', (errors, fn) => errors.logCalls(fn)],
  ['timed', (errors, fn) => errors.timed(fn)],
];

for (const [name, wrap] of WRAPPERS) {
  test(`${name} returns a thenable whose prototype can't be read as it is`, () => {
    const target = {
      then(): unknown {
        return this;
      },
    };
    const proxy = new Proxy(target, { getPrototypeOf: boom });
    assert.is(wrap(start(), () => proxy)(), proxy);
  });

  test(`${name} returns a promise whose then throws as it is, and its rejection stays the application's`, async () => {
    const failure = new Error('x');
    for (const made of [5, null, { [Symbol.species]: boom }]) {
      const promise = Object.assign(Promise.resolve(7), { constructor: made });
      assert.is(wrap(start(), () => promise)(), promise);
      const rejected = Object.assign(Promise.reject(failure), { constructor: made });
      const returned = wrap(start(), () => rejected)() as Promise<unknown>;
      assert.is(returned, rejected);
      Object.assign(rejected, { constructor: Promise });
      assert.is(await rejected.catch((thrown: unknown) => thrown), failure);
    }
  });
}

test('functions of an application that are asynchronous and reject leave nothing unhandled, and are no answer', async () => {
  const errors = start({ expected: rejects, kinds: { own: { title: 'a', message: 'b', action: 'c', matches: rejects } } as never });
  const unhandled = await unhandledDuring(() => {
    assert.is(errors.kindOf(new Error('x')), 'unknown');
    assert.is(errors.isExpected(new Error('x')), false);
    assert.is(errors.isExpected({ issues: [1] }), true);
    swallow(errors.handleErrors(() => { throw 1; }, { expected: rejects })); // biome-ignore format: one line
    errors.logCalls((value: number) => value, { args: rejects, result: rejects })(1);
  });
  assert.equal(unhandled, []);
  assert.is(errors.host.errors[0]!.level, 'error');
  assert.equal(errors.host.lines[0]!.fields, { function: 'anonymous', duration_ms: 0 });
  assert.equal(errors.host.warnings.map(({ code, message }) => [code, /secret/.test(message)]), Array(5).fill(['HANDLER_FAILED', false])); // biome-ignore format: one line
});

test('a promise that comes to an answer is none either', async () => {
  const yes = (async () => true) as never;
  const errors = start({ expected: yes, kinds: { own: { title: 'a', message: 'b', action: 'c', matches: yes } } as never });
  assert.is(errors.kindOf(new Error('x')), 'unknown');
  assert.is(errors.isExpected(new Error('x')), false);
  swallow(errors.handleErrors(() => { throw 1; }, { expected: yes })); // biome-ignore format: one line
  errors.logCalls((value: number) => value, { args: yes, result: yes })(1);
  assert.is(errors.host.errors[0]!.level, 'error');
  assert.equal(errors.host.lines[0]!.fields, { function: 'anonymous', duration_ms: 0 });
  await Promise.resolve();
  assert.is(errors.host.warnings.length, 0);
});

test('arguments and results that are not picked by a function are taken as they are, even promises and what throws', () => {
  const errors = start();
  const trap = new Proxy({}, { has: boom, get: boom, getPrototypeOf: boom });
  errors.logCalls((value: object) => value)(trap);
  assert.is(errors.host.lines[0]!.fields.result, trap);
  assert.is((errors.host.lines[0]!.fields.args as unknown[])[0], trap);
  assert.is(errors.host.warnings.length, 0);
});

const METHODS = ['isEnabled', 'writeError', 'writeLine', 'writePerformance', 'loggerName', 'report'] as const;

for (const method of METHODS) {
  test(`a bus whose ${method} throws costs no call, and is said once, without what it threw`, () => {
    const errors = start();
    const broken = (): never => {
      throw new Error('secret');
    };
    Object.assign(method === 'report' ? errors.host.watch : errors.host, { [method]: broken });
    const failure = new Error('x');
    for (let call = 0; call < 3; call++) {
      assert.is(errors.logCalls((value: number) => value)(1), 1);
      assert.is(errors.timed((value: number) => value)(1), 1);
      assert.match(errors.report(failure), /^[0-9a-z]{8}$/);
      assert.match(errors.logAndFormat(failure), /Error ID: [0-9a-z]{8}/);
      assert.is(errors.handleErrors(() => { throw failure; }, { fallback: 5 })(), 5); // biome-ignore format: one line
    }
    assert.is(errors.host.warnings.length, 1);
    assert.not.match(errors.host.warnings[0]!.message, /secret/);
    // A bus that can't say whether lines are wanted is given none.
    if (method === 'isEnabled') assert.is(errors.host.lines.length, 0);
  });
}

test('what a line could not name its logger for is counted and written all the same', () => {
  const errors = start();
  Object.assign(errors.host, { loggerName: boom });
  errors.report(new Error('x'), { component: 'bot' });
  assert.equal([errors.host.reports[0]!.place.logger, errors.host.errors[0]!.logger], ['bot', 'bot']);
});

test('a warning that is received asynchronously and rejects leaves nothing unhandled', async () => {
  const errors = start();
  Object.assign(errors.host, { warn: rejects });
  const { report } = createErrorFunctions(errors.host);
  const unhandled = await unhandledDuring(() => {
    report(new Error('x'), { unknown: 1 } as never);
  });
  assert.equal(unhandled, []);
});

test('what is said of an option names its code once', () => {
  const errors = start();
  errors.report(new Error('x'), { level: 'loud', leve: 1 } as never);
  assert.equal(
    errors.host.warnings.map(({ code }) => code),
    ['OPTION_INVALID', 'OPTION_UNKNOWN'],
  );
  for (const { code, message } of errors.host.warnings) {
    assert.is(message.includes(code), false, message);
    assert.match(message, /^report.*(loud|leve)/);
  }
});

test.run();
