import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createErrorFunctions } from '../../lib/errors/errors';
import { recordingHost } from './recording-host';

const start = () => {
  const host = recordingHost();
  return { host, ...createErrorFunctions(host) };
};
const swallow = (fn: () => unknown): void => {
  try {
    fn();
  } catch {
    // Thrown on, as it should be.
  }
};

test('a call is one line when it ends: arguments, result and duration at level debug', async () => {
  const { host, logCalls } = start();
  const add = logCalls(function add(a: number, b: number) { host.clock.advance(3); return a + b; }); // biome-ignore format: one line
  add(1, 2);
  await logCalls(async function later(text: string) { return { text }; }, { level: 'info', component: 'bot' })('x'); // biome-ignore format: one line
  assert.equal(
    host.lines.map(({ level, logger, message, fields }) => ({ level, logger, message, fields })),
    [
      { level: 'debug', logger: 'calls', message: 'add returned', fields: { function: 'add', duration_ms: 3, args: [1, 2], result: 3 } },
      {
        level: 'info',
        logger: 'bot',
        message: 'later returned',
        fields: { component: 'bot', function: 'later', duration_ms: 0, args: ['x'], result: { text: 'x' } },
      },
    ],
  );
});

test('arguments and results are left out or picked from, and a call can have a name', () => {
  const { host, logCalls } = start();
  const login = (user: string, password: string): { user: string; token: string } => ({ user, token: password });
  logCalls(login, { args: false, result: false, name: 'sign in' })('ada', 'secret');
  logCalls(login, { args: (user) => ({ user }), result: ({ user }) => user })('ada', 'secret');
  logCalls(login, { args: () => { throw new Error('secret'); }, result: () => { throw new Error('secret'); } })('ada', 'secret'); // biome-ignore format: one line
  logCalls(() => {}, { name: 'nothing' })();
  assert.equal(
    host.lines.map(({ message, fields }) => [message, fields]),
    [
      ['sign in returned', { function: 'sign in', duration_ms: 0 }],
      ['login returned', { function: 'login', duration_ms: 0, args: { user: 'ada' }, result: 'ada' }],
      ['login returned', { function: 'login', duration_ms: 0 }],
      ['nothing returned', { function: 'nothing', duration_ms: 0, args: [] }],
    ],
  );
  assert.equal(
    host.warnings.map(({ code }) => code),
    ['HANDLER_FAILED', 'HANDLER_FAILED'],
  );
  assert.not.match(JSON.stringify([host.lines, host.warnings]), /secret/);
});

test('arguments are picked from before the call, so that they are what the function was given', () => {
  const { host, logCalls } = start();
  const empty = logCalls((list: number[]) => { list.length = 0; }, { args: (list) => [...list] }); // biome-ignore format: one line
  empty([1, 2]);
  assert.equal(host.lines[0]!.fields.args, [1, 2]);
});

test('below the level no argument is touched, no clock is read, and the level is asked once', async () => {
  const { host, logCalls } = start();
  host.level = 'info';
  let [reads, picks] = [0, 0];
  Object.assign(host.clock, { monotonicTime: () => reads++ });
  const trap = new Proxy({}, { get: () => assert.unreachable('read'), ownKeys: () => assert.unreachable('listed') as never });
  const fn = logCalls((value: object) => value, { args: () => picks++, result: () => picks++ });
  assert.is(fn(trap), trap);
  await logCalls(async (_value: object) => 5)(trap);
  assert.equal([reads, picks, host.checks, host.lines.length], [0, 0, 2, 0]);
});

test('a failure is reported whatever the level of calls, and thrown on', async () => {
  const { host, logCalls } = start();
  const failure = new Error('x');
  const fail = logCalls(function fail(_a: number): void { host.clock.advance(4); throw failure; }); // biome-ignore format: one line
  swallow(() => fail(1));
  host.level = 'info';
  swallow(() => fail(2));
  swallow(() => logCalls(() => { throw failure; }, { failureLevel: 'warn', component: 'bot', name: 'it' })()); // biome-ignore format: one line
  assert.equal(
    host.errors.map(({ level, logger, message, fields, error }) => [level, logger, message, fields, error!.thrown]),
    [
      ['error', 'calls', 'fail failed', { function: 'fail', duration_ms: 4, args: [1] }, failure],
      ['error', 'calls', 'fail failed', { function: 'fail' }, failure],
      ['warn', 'bot', 'it failed', { component: 'bot', function: 'it' }, failure],
    ],
  );
  assert.is(host.lines.length, 0);
});

test('a failure that was reported within is a line of the call, not a second report', async () => {
  const { host, logCalls, handleErrors } = start();
  const inner = handleErrors((_a: number) => { throw new Error('x'); }, { component: 'inner' }); // biome-ignore format: one line
  const outer = logCalls(function outer(a: number) { inner(a); }); // biome-ignore format: one line
  swallow(() => outer(1));
  host.level = 'info';
  swallow(() => outer(2));
  assert.equal(
    host.errors.map(({ logger }) => logger),
    ['inner', 'inner'],
  );
  assert.equal(
    host.lines.map(({ level, message, fields }) => [level, message, fields]),
    [['debug', 'outer failed', { function: 'outer', duration_ms: 0, args: [1], failed: true }]],
  );
});

test('arguments and results may be anything', () => {
  const { host, logCalls } = start();
  const boom = (): never => {
    throw new Error('trap');
  };
  const trap = new Proxy({}, { get: boom, ownKeys: boom, getPrototypeOf: boom, has: boom });
  const circle: unknown[] = [];
  circle.push(circle);
  const same = logCalls((...values: unknown[]) => values[0]);
  for (const value of [trap, circle, Object.create(null), Symbol('s'), 10n, () => {}, undefined, null]) assert.is(same(value), value);
  assert.is(host.lines.length, 8);
});

test.run();
