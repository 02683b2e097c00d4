import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runWithContext } from '../../lib/core/context';
import { createErrorFunctions, type ErrorFunctions, type ErrorOptions } from '../../lib/errors/errors';
import { errorIdOf, isTelemetryError } from '../../lib/index';
import { type RecordingHost, recordingHost } from './recording-host';

const start = (options: ErrorOptions = {}): ErrorFunctions & { readonly host: RecordingHost } => {
  const host = recordingHost();
  return { ...createErrorFunctions(host, options), host };
};

type Fn = (this: unknown, ...args: never[]) => unknown;
/** Each wrapper with options that leave results alone. */
const WRAPPERS: readonly (readonly [name: string, wrap: (errors: ErrorFunctions, fn: Fn) => Fn])[] = [
  ['handleErrors', (errors, fn) => errors.handleErrors(fn)],
  ['handleErrors of options', (errors, fn) => errors.handleErrors({ component: 'bot' })(fn)],
  ['capture', (errors, fn) => errors.capture({ component: 'bot' })(fn)],
  ['logCalls', (errors, fn) => errors.logCalls(fn)],
  ['logCalls of options', (errors, fn) => errors.logCalls({ level: 'info' })(fn)],
  ['timed', (errors, fn) => errors.timed(fn)],
  ['timed of options', (errors, fn) => errors.timed({ name: 'metric' })(fn)],
];
const caught = (fn: () => unknown): unknown => {
  try {
    return ['returned', fn()];
  } catch (thrown) {
    return thrown;
  }
};

for (const [name, wrap] of WRAPPERS) {
  test(`${name} keeps name, length, own properties, this, arguments and result`, () => {
    const errors = start();
    const key = Symbol('key');
    const named = Object.assign(
      function named(this: unknown, a: number, b: number, ...rest: number[]) {
        return [this, a, b, rest.length];
      },
      { version: 3, [key]: 'symbol' },
    );
    const wrapped = wrap(errors, named as never) as typeof named;
    const self = {};
    assert.equal([wrapped.name, wrapped.length, wrapped.version, wrapped[key]], ['named', 2, 3, 'symbol']);
    assert.equal(wrapped.call(self, 1, 2, 3), [self, 1, 2, 1]);
    assert.is((wrapped.call(self, 1, 2) as unknown[])[0], self);
    assert.equal((wrapped as (...args: unknown[]) => unknown)(1), [undefined, 1, undefined, 0]);
    assert.equal(Object.getOwnPropertyDescriptor(wrapped, 'name'), {
      value: 'named',
      writable: false,
      enumerable: false,
      configurable: true,
    });
    // The wrapped function itself is not touched.
    assert.equal(Reflect.ownKeys(named).includes('version'), true);
  });

  test(`${name} throws on what was thrown, whatever it is`, () => {
    const errors = start();
    for (const thrown of [new Error('x'), 'text', undefined, null, Number.NaN, Symbol('s'), Object.freeze({}), () => {}]) {
      const wrapped = wrap(errors, () => {
        throw thrown;
      });
      assert.ok(Object.is(caught(wrapped as () => unknown), thrown));
    }
  });

  test(`${name} returns a promise only for a promise, which settles as it did`, async () => {
    const errors = start();
    const failure = new Error('x');
    assert.is((wrap(errors, () => 5) as () => unknown)(), 5);
    const async = wrap(errors, async (value: number) => value + 1) as (value: number) => Promise<number>;
    assert.instance(async(1), Promise);
    assert.is(await async(1), 2);
    assert.is(Object.getPrototypeOf(async).constructor.name, 'AsyncFunction');
    class Own<Value> extends Promise<Value> {}
    assert.instance((wrap(errors, () => Own.resolve(1)) as () => unknown)(), Own);
    const rejected = (wrap(errors, async () => { throw failure; }) as () => Promise<never>)(); // biome-ignore format: one line
    assert.is(await rejected.catch((reason) => reason), failure);
  });

  test(`${name} passes on what the then of a thenable returns, and calls it once`, async () => {
    const errors = start();
    let calls = 0;
    class Query {
      then(fulfilled?: (value: number) => unknown): Query {
        calls++;
        fulfilled?.(7);
        return derived;
      }
    }
    const derived = new Query();
    assert.is((wrap(errors, () => new Query()) as () => unknown)(), derived);
    assert.is(calls, 1);
  });

  test(`${name} leaves thenables that misbehave as they are`, async () => {
    const errors = start();
    const failure = new Error('x');
    const late: (() => void)[] = [];
    const hostile: readonly object[] = [
      { then() { throw failure; } },
      { get then() { throw failure; } },
      // Calls back at once or later, catches nothing, returns nothing.
      { then(_: unknown, rejected: (reason: unknown) => void) { rejected(failure); } },
      { then(_: unknown, rejected: (reason: unknown) => void) { late.push(() => rejected(failure)); } },
      // Settles twice.
      { then(fulfilled: (value: unknown) => void, rejected: (reason: unknown) => void) { fulfilled(1); fulfilled(2); rejected(failure); } },
    ]; // biome-ignore format: a table
    for (const thenable of hostile) assert.is((wrap(errors, () => thenable) as () => unknown)(), thenable);
    for (const settle of late) settle();
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    assert.is((wrap(errors, () => proxy) as () => unknown)(), proxy);
    assert.ok(errors.host.errors.length <= 2);
    assert.ok(errors.host.lines.filter(({ message }) => message.endsWith('returned')).length <= 4);
    assert.ok(errors.host.metrics.length <= 5);
  });

  test(`${name} rejects through a thenable that calls back at once`, async () => {
    const errors = start();
    const failure = new Error('x');
    /** Promise-like, and synchronous. */
    class Sync {
      constructor(private readonly isFailed: boolean) {}
      then(_fulfilled?: unknown, rejected?: (reason: unknown) => unknown): Sync {
        if (!this.isFailed || rejected === undefined) return this;
        try {
          rejected(failure);
          return new Sync(false);
        } catch {
          return new Sync(true);
        }
      }
    }
    const returned = (wrap(errors, () => new Sync(true)) as () => Sync)();
    let reason: unknown;
    returned.then(undefined, (rejected) => (reason = rejected));
    assert.is(reason, failure);
  });

  test(`${name} settles through a promise of another library as that does`, async () => {
    const errors = start();
    const failure = new Error('x');
    class Foreign {
      constructor(private readonly promise: Promise<unknown>) {}
      then(fulfilled?: (value: unknown) => unknown, rejected?: (reason: unknown) => unknown): Foreign {
        return new Foreign(this.promise.then(fulfilled, rejected));
      }
    }
    const wrapped = wrap(errors, (promise: Promise<unknown>) => new Foreign(promise)) as (promise: Promise<unknown>) => Foreign;
    const good = wrapped(Promise.resolve(5));
    assert.instance(good, Foreign);
    assert.is(await good, 5);
    assert.is(await Promise.resolve(wrapped(Promise.reject(failure))).catch((reason) => reason), failure);
  });

  test(`${name} refuses what is no function and no method`, () => {
    const errors = start();
    class Whole {}
    for (const wrong of [Whole, null, 5, 'text', Symbol('s')]) {
      const refused = caught(() => wrap(errors, wrong as never));
      assert.ok(isTelemetryError(refused) && refused.code === 'OPTION_INVALID', String(wrong));
    }
  });

  test(`${name} is no constructor, even of what could be one`, () => {
    function Old(this: { made: boolean }): void {
      this.made = true;
    }
    const Wrapped = wrap(start(), Old as never) as unknown as new () => object;
    assert.throws(() => new Wrapped(), /not a constructor/);
    assert.is('prototype' in Wrapped, false);
  });

  test(`${name} wraps a proxy whose traps throw`, () => {
    const boom = (): never => {
      throw new Error('trap');
    };
    const proxy = new Proxy(() => 5, { get: boom, ownKeys: boom, getPrototypeOf: boom, getOwnPropertyDescriptor: boom });
    const wrapped = wrap(start(), proxy as never) as () => unknown;
    // Not even `apply` can be read from it.
    assert.is(wrapped(), 5);
  });

  test(`${name} returns and throws the same when everything about reporting fails`, async () => {
    const errors = start({ expected: () => { throw new Error('expected'); } }); // biome-ignore format: one line
    const { host } = errors;
    const boom = (): never => {
      throw new Error('host');
    };
    Object.assign(host, { writeError: boom, writeLine: boom, writePerformance: boom, loggerName: boom, warn: boom });
    Object.assign(host.watch, { report: boom });
    const failure = new Error('x');
    const sync = wrap(errors, (fails: boolean) => { if (fails) throw failure; return 5; }) as (fails: boolean) => number; // biome-ignore format: one line
    const async = wrap(errors, async (fails: boolean) => { if (fails) throw failure; return 5; }) as (fails: boolean) => Promise<number>; // biome-ignore format: one line
    assert.is(sync(false), 5);
    assert.is(
      caught(() => sync(true)),
      failure,
    );
    assert.is(await async(false), 5);
    assert.is(await async(true).catch((reason) => reason), failure);
  });

  test(`${name} does not see what happens within a generator`, () => {
    const errors = start();
    const wrapped = wrap(errors, function* generate() {
      yield 1;
      throw new Error('within');
    }) as () => Generator<number>;
    assert.is(wrapped().next().value, 1);
    assert.throws(() => [...wrapped()], 'within');
    assert.is(errors.host.errors.length, 0);
  });
}

test('handleErrors reports a failure with its function, and throws it on', async () => {
  const errors = start();
  const failure = new RangeError('too far');
  const load = errors.handleErrors(
    async function load() {
      throw failure;
    },
    { component: 'cache', fields: { shard: 3 } },
  );
  assert.is(await load().catch((reason) => reason), failure);
  const [{ context: _context, ...line }] = errors.host.errors as [RecordingHost['errors'][0]];
  assert.equal(line, {
    level: 'error',
    logger: 'cache',
    message: 'too far',
    fields: { component: 'cache', function: 'load', shard: 3 },
    error: { thrown: failure },
    mark: { id: errorIdOf(failure), fingerprint: '0123456789ab', occurrences: 1 },
  });
  assert.equal(errors.host.reports, [
    {
      error: failure,
      place: { level: 'error', logger: 'app.cache', event: undefined, message: 'too far', isRepeat: false, isWanted: false },
    },
  ]);
});

test('handleErrors returns a fallback, or what a function makes of the error, for both kinds of functions', async () => {
  const errors = start();
  const fail = (text: string): number => {
    throw new Error(text);
  };
  assert.is(errors.handleErrors(fail, { fallback: 'none' })('a'), 'none');
  assert.is(errors.handleErrors(fail, { fallback: null })('b'), null);
  assert.is(errors.handleErrors(fail, { fallback: 0, rethrow: false })('c'), 0);
  assert.is(errors.handleErrors(fail, { fallback: (error) => (error as Error).message })('d'), 'd');
  assert.is(errors.handleErrors(fail, { rethrow: false })('e'), undefined);
  const reject = async (text: string): Promise<number> => fail(text);
  assert.is(await errors.handleErrors(reject, { fallback: 'none' })('f'), 'none');
  assert.is(await errors.handleErrors(reject, { fallback: async (error) => (error as Error).message })('g'), 'g');
  assert.is(await errors.handleErrors(reject, { rethrow: false })('h'), undefined);
  assert.equal(
    errors.host.errors.map(({ message }) => message),
    [...'abcdefgh'],
  );
});

test('what a fallback throws is thrown, and the error is reported all the same', async () => {
  const errors = start();
  const [failure, other] = [new Error('x'), new Error('mapped')];
  const options = { fallback: (): never => { throw other; } }; // biome-ignore format: one line
  assert.is(caught(errors.handleErrors(() => { throw failure; }, options)), other); // biome-ignore format: one line
  assert.is(await errors.handleErrors(async () => { throw failure; }, options)().catch((reason) => reason), other); // biome-ignore format: one line
  assert.equal(
    errors.host.errors.map(({ error }) => error!.thrown),
    [failure, failure],
  );
});

test('a fallback beside rethrow is refused, and so is what is no option', () => {
  const { handleErrors, capture, logCalls, timed } = start() as unknown as Record<string, (...args: unknown[]) => unknown>;
  const fn = (): void => {};
  const wrong: readonly (readonly [string, () => unknown])[] = [
    ['OPTION_INVALID', () => handleErrors!(fn, { rethrow: true, fallback: 1 })],
    ['OPTION_INVALID', () => handleErrors!(fn, { rethrow: 'no' })],
    ['OPTION_INVALID', () => handleErrors!(fn, { expected: true })],
    ['OPTION_UNKNOWN', () => handleErrors!(fn, { falback: 1 })],
    ['OPTION_INVALID', () => handleErrors!(fn, { level: 'silent' })],
    ['OPTION_INVALID', () => handleErrors!({ level: 'loud' })],
    ['OPTION_INVALID', () => handleErrors!(fn, { fields: [] })],
    ['OPTION_INVALID', () => handleErrors!(fn, null)],
    ['OPTION_INVALID', () => handleErrors!(undefined)],
    ['OPTION_INVALID', () => capture!(undefined, fn)],
    ['OPTION_INVALID', () => capture!({ component: '' }, fn)],
    ['OPTION_INVALID', () => capture!({ rethrow: 1 }, fn)],
    ['OPTION_UNKNOWN', () => capture!({ compnent: 'x' }, fn)],
    ['OPTION_INVALID', () => capture!({}, undefined)],
    ['OPTION_INVALID', () => logCalls!(fn, { args: 1 })],
    ['OPTION_INVALID', () => logCalls!(fn, { result: 'x' })],
    ['OPTION_INVALID', () => logCalls!(fn, { failureLevel: 5 })],
    ['OPTION_UNKNOWN', () => logCalls!(fn, { arg: true })],
    ['OPTION_INVALID', () => timed!(fn, { name: '' })],
    ['OPTION_UNKNOWN', () => timed!(fn, { nam: 'x' })],
    ['OPTION_INVALID', () => createErrorFunctions(recordingHost(), { logger: 'a b' })],
    ['OPTION_UNKNOWN', () => createErrorFunctions(recordingHost(), { loger: 'a' } as never)],
  ]; // biome-ignore format: a table
  for (const [code, make] of wrong) {
    const refused = caught(make);
    assert.ok(isTelemetryError(refused), String(make));
    assert.is(refused.code, code, String(make));
  }
});

test('decorators of before the standard, and above anything but a method, are refused', () => {
  const errors = start() as unknown as Record<string, (...args: unknown[]) => unknown>;
  const context = (kind: string): object => ({ kind, name: 'x', static: false, private: false, addInitializer() {} });
  for (const name of ['handleErrors', 'logCalls', 'timed']) {
    for (const make of [
      () => errors[name]!({}, 'method', {}),
      () => errors[name]!(() => {}, Symbol('method'), {}),
      () => (errors[name]!({}) as Fn).call(undefined, ...([() => {}, 'method', {}] as never[])),
      ...['class', 'getter', 'setter', 'field', 'accessor'].flatMap((kind) => [
        () => errors[name]!(() => {}, context(kind)),
        () => (errors[name]!({}) as Fn).call(undefined, ...([() => {}, context(kind)] as never[])),
      ]),
      () => errors[name]!(undefined, context('field')),
      () => errors[name]!({}, context('accessor')),
    ]) {
      const refused = caught(make);
      assert.ok(isTelemetryError(refused) && refused.code === 'OPTION_INVALID', `${name} ${make}`);
    }
  }
});

test('an expected failure is a warning at most', () => {
  const errors = start();
  const fail = (): never => {
    throw { issues: [{ message: 'Required' }] };
  };
  for (const level of ['critical', 'error', 'warn', 'info'] as const) caught(errors.handleErrors(fail, { level }));
  caught(errors.handleErrors(fail));
  caught(errors.logCalls(fail));
  assert.equal(
    errors.host.errors.map(({ level }) => level),
    ['warn', 'warn', 'warn', 'info', 'warn', 'warn'],
  );
  assert.equal(
    errors.host.reports.map(({ place }) => place.level),
    ['warn', 'warn', 'warn', 'info', 'warn', 'warn'],
  );
});

test("a wrapper's own rule of what is expected comes before that of the bus, and may fail or leave it open", () => {
  const errors = start({ expected: (error) => error === 'bus' });
  const levelOf = (thrown: unknown, expected: (error: unknown) => boolean | undefined): string => {
    caught(errors.handleErrors(() => { throw thrown; }, { expected })); // biome-ignore format: one line
    return errors.host.errors.at(-1)!.level;
  };
  const boom = (): never => {
    throw new Error('rule');
  };
  assert.equal(
    [levelOf('x', () => true), levelOf('bus', () => false), levelOf('bus', () => undefined), levelOf('bus', boom), levelOf('x', boom)],
    ['warn', 'error', 'warn', 'warn', 'error'],
  );
  assert.is(errors.host.warnings.length, 1);
});

test('levels are understood as they are elsewhere', () => {
  const errors = start();
  caught(errors.handleErrors(() => { throw 1; }, { level: 'fatal' })); // biome-ignore format: one line
  assert.is(errors.host.errors[0]!.level, 'critical');
});

test('nested wrappers and captures report one error once: the innermost does', async () => {
  const errors = start();
  const { capture, handleErrors, logCalls, timed, host } = errors;
  const failure = new Error('x');
  const inner = handleErrors(() => { throw failure; }, { component: 'inner' }); // biome-ignore format: one line
  const outer = handleErrors(() => capture({ component: 'middle' }, timed(logCalls(inner))), { component: 'outer' });
  assert.is(caught(outer), failure);
  const asyncInner = handleErrors(async () => { throw failure; }, { component: 'inner' }); // biome-ignore format: one line
  const asyncOuter = handleErrors(
    async () => {
      await Promise.resolve();
      return await capture({ component: 'middle' }, async () => await asyncInner());
    },
    { component: 'outer' },
  );
  assert.is(await asyncOuter().catch((reason) => reason), failure);
  assert.equal(
    host.errors.map(({ logger }) => logger),
    ['inner', 'inner'],
  );
  assert.is(host.reports.length, 2);
});

test('a recursive function reports once; thrown anew, the same object is reported anew', () => {
  const errors = start();
  const constant = Object.freeze(new Error('constant'));
  const down = errors.handleErrors((depth: number): void => {
    if (depth === 0) throw constant;
    down(depth - 1);
  });
  for (let index = 0; index < 3; index++) caught(() => down(5));
  assert.is(errors.host.errors.length, 3);
});

test('a retried function reports each failure, what is around it none', async () => {
  const errors = start();
  const constant = new Error('constant');
  const attempt = errors.handleErrors(async () => { throw constant; }); // biome-ignore format: one line
  const retry = errors.handleErrors(async () => {
    for (let left = 3; ; left--) {
      try {
        return await attempt();
      } catch (error) {
        if (left === 1) throw error;
      }
    }
  });
  await retry().catch(() => {});
  assert.is(errors.host.errors.length, 3);
});

test('an error that ended in a fallback is a new failure when it is thrown again', () => {
  const errors = start();
  const failure = new Error('x');
  const swallow = errors.handleErrors((thrown: unknown): void => { throw thrown; }, { rethrow: false }); // biome-ignore format: one line
  const captured = (thrown: unknown): unknown => errors.capture({ rethrow: false }, () => { throw thrown; }); // biome-ignore format: one line
  for (const end of [swallow, captured]) {
    for (const thrown of [failure, 'text']) {
      caught(errors.handleErrors(() => {
        end(thrown);
        throw thrown;
      })); // biome-ignore format: one line
    }
  }
  assert.is(errors.host.errors.length, 8);
});

test('calls that overlap report the same object each', async () => {
  const errors = start();
  const constant = new Error('constant');
  const shared = Promise.reject(constant);
  shared.catch(() => {});
  const wait = errors.handleErrors(() => shared);
  await Promise.allSettled([wait(), wait(), wait()]);
  assert.is(errors.host.errors.length, 3);
});

test('a thrown text is reported once while the stack unwinds, with one id, and again when it is thrown again', () => {
  const errors = start();
  const inner = errors.handleErrors((text: string) => { throw text; }); // biome-ignore format: one line
  const outer = errors.handleErrors((text: string) => inner(text));
  caught(() => outer('boom'));
  caught(() => outer('boom'));
  assert.is(errors.host.errors.length, 2);
  const other = errors.handleErrors(() => {
    caught(() => inner('one'));
    throw 'two';
  });
  caught(other);
  assert.equal(
    errors.host.errors.slice(2).map(({ message }) => message),
    ['one', 'two'],
  );
});

test('the same text from calls that overlap is reported each time, whichever ends first', async () => {
  const errors = start();
  const fail = errors.handleErrors(async (turns: number) => {
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    throw 'timeout';
  });
  await Promise.allSettled([fail(5), fail(3), fail(1), fail(9)]);
  assert.is(errors.host.errors.length, 4);
});

test('what a storm collapses is counted, and no line is written', () => {
  const errors = start();
  errors.host.collapses = true;
  const failure = new Error('x');
  caught(errors.handleErrors(() => { throw failure; })); // biome-ignore format: one line
  assert.is(errors.report(failure), errorIdOf(failure));
  assert.match(errors.logAndFormat(failure), errorIdOf(failure));
  assert.equal([errors.host.reports.length, errors.host.errors.length], [3, 0]);
});

test('reports within reports end', () => {
  const errors = start();
  const fail = errors.handleErrors((): never => {
    throw new Error('again');
  });
  errors.host.onWrite = () => caught(fail);
  caught(fail);
  assert.is(errors.host.errors.length, 8);
  assert.equal(
    errors.host.warnings.map(({ code }) => code),
    ['NESTING_LIMIT'],
  );
  caught(fail);
  assert.is(errors.host.errors.length, 16);
});

test('a stack that is full is reported where there is room again', () => {
  const errors = start();
  const down: (depth: number) => number = errors.handleErrors((depth: number): number => down(depth + 1) + 1);
  assert.instance(
    caught(() => down(0)),
    RangeError,
  );
});

test('a failure without a message is called by its class', () => {
  const errors = start();
  const failing = (thrown: unknown): unknown => {
    caught(errors.handleErrors(() => { throw thrown; })); // biome-ignore format: one line
    return errors.host.errors.at(-1)!.message;
  };
  const nothing = Object.create(null);
  const trap = new Proxy({}, { get: () => { throw new Error('trap'); } }); // biome-ignore format: one line
  assert.equal([new TypeError(''), { message: 5 }, nothing, trap, 'text', null, Symbol('s')].map(failing), [
    'TypeError',
    'Object',
    'Error',
    'Error',
    'text',
    'null',
    'Symbol(s)',
  ]);
  for (const long of ['x'.repeat(1e6), new Error('x'.repeat(1e6))]) assert.is((failing(long) as string).length, 16_384);
});

test('capture runs its function at once, in a scope with component and fields', async () => {
  const errors = start();
  const seen: unknown[] = [];
  const { contextFields } = await import('../../lib/core/context');
  const result = errors.capture({ component: 'billing', fields: { invoice: 'i-1' } }, () => {
    seen.push(contextFields());
    return errors.capture({ component: 'mail', fields: { to: 't' } }, () => contextFields());
  });
  assert.equal([seen, result], [[{ component: 'billing', invoice: 'i-1' }], { component: 'mail', invoice: 'i-1', to: 't' }]);
  assert.is(contextFields(), undefined);
});

test('fields and component of a capture are in the record of the error, and in its scope', async () => {
  const errors = start();
  const failing = async (): Promise<never> => {
    await Promise.resolve();
    throw new Error('x');
  };
  const options = { component: 'billing', fields: { invoice: 'i-1' } };
  await runWithContext({ request_id: 'r-1' }, () => errors.capture(options, failing).catch(() => {}));
  runWithContext({ request_id: 'r-1' }, () => caught(() => errors.capture(options, () => { throw new Error('y'); }))); // biome-ignore format: one line
  for (const { logger, fields, context } of errors.host.errors) {
    assert.is(logger, 'billing');
    assert.equal(fields, { component: 'billing', invoice: 'i-1' });
    assert.equal(context, { request_id: 'r-1', component: 'billing', invoice: 'i-1' });
  }
  assert.is(errors.host.errors.length, 2);
});

test('capture throws on unless told otherwise', async () => {
  const errors = start();
  const failure = new Error('x');
  const fail = (): never => {
    throw failure;
  };
  assert.is(
    caught(() => errors.capture({}, fail)),
    failure,
  );
  assert.is(errors.capture({ rethrow: false }, fail), undefined);
  assert.is(await errors.capture({ rethrow: false }, async () => fail()), undefined);
  assert.is(errors.host.errors.length, 3);
});

test('a component that can name no logger is a field only', () => {
  const errors = start({ logger: 'mishaps' });
  for (const component of ['GET /users', '', undefined, 'a.b'])
    errors.report(new Error('x'), { ...(component !== undefined && { component }) });
  assert.equal(
    errors.host.errors.map(({ logger, fields }) => [logger, fields.component]),
    [['mishaps', 'GET /users'], ['mishaps', undefined], ['mishaps', undefined], ['a.b', 'a.b']],
  ); // biome-ignore format: a table
});

test('fields are read once, and those that refuse are left out', () => {
  const errors = start();
  let reads = 0;
  const fields = {
    get once() { return ++reads; },
    get broken(): never { throw new Error('getter'); },
    ['__proto__']: 'own',
  }; // biome-ignore format: a table
  const wrapped = errors.handleErrors(() => { throw new Error('x'); }, { fields }); // biome-ignore format: one line
  caught(wrapped);
  caught(wrapped);
  caught(() => errors.capture({ fields }, () => { throw new Error('y'); })); // biome-ignore format: one line
  assert.equal(errors.host.errors.map(({ fields }) => [fields.once, 'broken' in fields, Object.hasOwn(fields, '__proto__')]), [[1, false, true], [1, false, true], [2, false, true]]); // biome-ignore format: one line
  assert.is(errors.host.errors[2]!.context!.once, 2);
  errors.report(new Error('z'), { fields: new Proxy({}, { ownKeys: () => { throw new Error('trap'); } }) }); // biome-ignore format: one line
  assert.equal(errors.host.errors[3]!.fields, {});
});

test('timed writes a metric for each call, with the time of the promise, and says when it failed', async () => {
  const errors = start();
  const { clock, metrics } = errors.host;
  const work = errors.timed(function work(ms: number) { clock.advance(ms); if (ms > 10) throw new Error('late'); }, { module: 'jobs' }); // biome-ignore format: one line
  work(5);
  caught(() => work(20));
  let release = (): void => {};
  const wait = errors.timed(() => new Promise<void>((resolve) => (release = resolve)), { name: 'waiting' });
  const waited = wait();
  clock.advance(30);
  release();
  await waited;
  await errors.timed(async () => { throw new Error('x'); })().catch(() => {}); // biome-ignore format: one line
  assert.equal(metrics, [
    ['work', { duration_ms: 5, function: 'work', module: 'jobs' }],
    ['work', { duration_ms: 20, function: 'work', module: 'jobs', failed: true }],
    ['waiting', { duration_ms: 30, function: 'anonymous' }],
    ['anonymous', { duration_ms: 0, function: 'anonymous', failed: true }],
  ]);
  assert.is(errors.host.errors.length, 0);
});

test.run();
