import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry, defineEvent, defineEvents, type Level, memorySink, runWithContext } from '../../lib/index';
import { LABELS } from '../../lib/log/record';
import { createLog } from '../support/records';

const DONE = ['shop', 'cart', 'done'] as const;
/** What differs between machines. */
const fixed = (line: string): string =>
  line.replace(/"hostname":"[^"]+","pid":\d+/, '"hostname":"host","pid":1').replace(/"error_id":"\w{8}"/, '"error_id":"id"');

test('the line of an event is exactly this', () => {
  const { telemetry, lines } = createLog({ app: 'shop' });
  telemetry.execute(DONE, { count: 2, duration: 12.5 }, { user: 'ann', ok: true, none: null, left: undefined });
  assert.equal(lines().map(fixed), [
    '{"timestamp":"2026-01-01T00:00:00.000Z","level":"INFO","logger":"shop.cart","message":"shop.cart.done","event_name":"shop.cart.done","app":"shop","environment":"test","instance":"main","port":8000,"hostname":"host","pid":1,"thread":"main","count":2,"duration_ms":12.5,"user":"ann","ok":true,"none":null}\n',
  ]);
});

test('the plain line of a logger is exactly this', () => {
  const { telemetry, lines, clock } = createLog({ app: 'shop', instance: 'blue', port: 81 });
  clock.advance(1_234);
  telemetry.logger('bot').warn('careful', { n: 1 });
  assert.equal(lines().map(fixed), [
    '{"timestamp":"2026-01-01T00:00:01.234Z","level":"WARNING","logger":"shop.bot","message":"careful","app":"shop","environment":"test","instance":"blue","port":81,"hostname":"host","pid":1,"thread":"main","n":1}\n',
  ]);
});

test('core fields come first and in the order of the design, own fields after them: measurements, metadata, child, context', () => {
  const { telemetry, records } = createLog({ app: 'shop', caller: true });
  runWithContext({ last: 4, span_id: 's', trace_id: 't', request_id: 'r' }, () => {
    telemetry.logger('bot').child({ child: 3 }).error(new Error('x'), 'failed', { field: 2 });
    telemetry.execute(DONE, { measured: 1 }, { described: 2, error_type: 'T' });
  });
  const core = ['timestamp', 'level', 'logger', 'message', 'app', 'environment', 'instance', 'port', 'hostname', 'pid', 'thread'];
  const [plain, event] = records().map((record) => Object.keys(record));
  assert.equal(plain!.slice(0, 11), core);
  assert.equal(plain!.slice(11, 14), ['module', 'function', 'line']);
  assert.equal(plain!.slice(14, 17).sort(), ['request_id', 'span_id', 'trace_id']);
  assert.equal(plain!.slice(17), ['error_id', 'error_type', 'fingerprint', 'exception', 'field', 'child', 'last']);
  assert.equal(event!.slice(0, 5), ['timestamp', 'level', 'logger', 'message', 'event_name']);
  assert.equal(event!.slice(-3), ['measured', 'described', 'last']);
});

const BY_ACTION: readonly (readonly [string, string])[] = [
  ['error', 'ERROR'], ['errors', 'ERROR'], ['exception', 'ERROR'], ['failure', 'ERROR'], ['failed', 'ERROR'], ['request_failed', 'ERROR'], ['requestFailed', 'ERROR'], ['fail', 'ERROR'],
  ['timeout', 'WARNING'], ['retry', 'WARNING'], ['slow', 'WARNING'], ['rejected', 'WARNING'], ['query-slow', 'WARNING'], ['cache_hit', 'DEBUG'], ['cacheMiss', 'DEBUG'], ['heartbeat', 'DEBUG'],
  ['start', 'INFO'], ['stop', 'INFO'], ['error_handled', 'INFO'], ['failover', 'INFO'], ['hitchhike', 'INFO'], ['Slow', 'WARNING'],
]; // biome-ignore format: pairs

for (const [action, label] of BY_ACTION) {
  test(`without a level of its own, ${action} is ${label}`, () => {
    const { telemetry, record } = createLog();
    telemetry.execute(['app', 'part', action]);
    assert.is(record().level, label);
  });
}

for (const [given, label] of [...Object.entries(LABELS), ['warning', 'WARNING'], ['FATAL', 'CRITICAL'], ['Error', 'ERROR']] as [
  Level,
  string,
][]) {
  test(`an event defined as ${given} is ${label}, whatever its action says`, () => {
    const events = defineEvents('app', { part: { failed: defineEvent({ level: given }) } });
    const { telemetry, record } = createLog({}, { events });
    telemetry.execute(events.part.failed);
    assert.is(record().level, label);
  });
}

test('an event whose level is off is never written', () => {
  for (const level of ['off', 'silent'] as const) {
    const events = defineEvents('app', { part: { failed: defineEvent({ level }) } });
    const { telemetry, lines } = createLog({}, { events });
    telemetry.execute(events.part.failed);
    assert.equal(lines(), []);
  }
});

test('durations of every unit are written as duration_ms, bigints too', () => {
  const units = [['ns', 1_500_000, 1_500_000n], ['us', 1500, 1500n], ['ms', 1.5, undefined], ['s', 0.0015, undefined]] as const; // biome-ignore format: a table
  for (const [unit, number, bigint] of units) {
    const events = defineEvents('app', { part: { done: defineEvent({ measurements: { duration: { unit } } }) } });
    const { telemetry, records } = createLog({}, { events });
    telemetry.execute(events.part.done, { duration: number });
    if (bigint !== undefined) telemetry.execute(events.part.done, { duration: bigint });
    telemetry.execute(events.part.done, { duration: Number.NaN });
    const found = records();
    assert.equal(new Set(found.slice(0, -1).map(({ duration_ms }) => duration_ms)), new Set([1.5]), unit);
    assert.is(found.at(-1)!.duration_ms, null);
    assert.not('duration' in found[0]!);
  }
});

test('a duration that is no number, and one among metadata, are written as they are', () => {
  const { telemetry, records } = createLog();
  telemetry.execute(DONE, { duration: 'long' } as never);
  telemetry.execute(DONE, {}, { duration: 5 });
  telemetry.logger('bot').info('line', { duration: 7 });
  assert.equal(
    records().map(({ duration, duration_ms }) => [duration, duration_ms]),
    [[undefined, 'long'], [5, undefined], [7, undefined]],
  ); // biome-ignore format: pairs
});

const PRIVATE: readonly (readonly [unknown, unknown])[] = [
  ['hello', 5], ['', 0], [[1, 2, 3], 3], [{ a: 1, b: 2 }, 2], [new Map([['k', 1]]), 1], [new Set([1, 2]), 2], [Buffer.alloc(9), 9], [12345, 5], [true, 4],
  [null, undefined], [undefined, undefined], [new Proxy(['x'], { get: () => '1,"level":"FORGED"' }), '[unreadable]'], [Proxy.revocable({}, {}).proxy, 0],
]; // biome-ignore format: pairs

test('private metadata is written as its length, never as its content', () => {
  const events = defineEvents('app', { part: { done: defineEvent({ private: ['prompt'] }) } });
  const { telemetry, record } = createLog({}, { events });
  for (const [value, length] of PRIVATE) {
    telemetry.execute(events.part.done, {}, { prompt: value });
    const written = record();
    assert.is(written.prompt_length, length);
    assert.not('prompt' in written);
  }
  telemetry.execute(events.part.done, {}, Object.defineProperty({}, 'prompt', { enumerable: true, get: () => assert.unreachable() }));
  assert.is(record().prompt_length, '[unreadable]');
});

test('session ids keep their first 8 characters, in lists and nested, short ones are whole', () => {
  const { telemetry, record } = createLog();
  telemetry.execute(DONE, {}, { session_id: '0123456789', sessionId: '01234567', session_ids: ['0123456789', 'short'], in: { sid: 1234567890123, session_ids: new Set(['abcdefghij']) } });
  const { session_id, sessionId, session_ids, in: nested } = record();
  assert.equal([session_id, sessionId, session_ids, nested], ['01234567***', '01234567', ['01234567***', 'short'], { sid: '12345678***', session_ids: ['abcdefgh***'] }]);
}); // biome-ignore format: one line each

test('every record names app, environment, instance, port, host, process and thread', () => {
  const memory = memorySink();
  const telemetry = createTelemetry({
    environment: 'staging',
    log: { app: 'a "quoted" app', instance: 'i "2"', port: 1, level: 'info', format: 'json', sinks: [memory] },
  });
  telemetry.logger('bot').info('line');
  const { app, environment, instance, port, pid, thread, hostname, logger } = JSON.parse(memory.lines[0]!);
  assert.equal([app, environment, instance, port, pid, thread], ['a "quoted" app', 'staging', 'i "2"', 1, process.pid, 'main']);
  assert.ok(hostname.length > 0);
  assert.is(logger, 'a "quoted" app.bot');
});

test('without an app of the log an event has its own', () => {
  const { telemetry, records } = createLog();
  telemetry.execute(DONE);
  telemetry.logger('bot').info('line');
  assert.equal(
    records().map(({ app, logger }) => [app, logger]),
    [['shop', 'shop.cart'], ['app', 'app.bot']],
  ); // biome-ignore format: pairs
});

test('in a worker thread the thread is worker-N', async () => {
  const { outputFiles } = buildSync({
    stdin: {
      contents: `import { createTelemetry, memorySink } from './lib/index';
        import { parentPort } from 'node:worker_threads';
        const memory = memorySink();
        createTelemetry({ environment: 'test', log: { level: 'info', format: 'json', sinks: [memory] } }).logger('bot').info('line');
        parentPort.postMessage(memory.lines[0]);`,
      resolveDir: fileURLToPath(new URL('../../', import.meta.url)),
    },
    bundle: true,
    platform: 'node',
    write: false,
  });
  const worker = new Worker(outputFiles[0]!.text, { eval: true });
  const { threadId } = worker;
  const line = await new Promise<string>((resolve, reject) => worker.once('message', resolve).once('error', reject));
  await worker.terminate();
  assert.is(JSON.parse(line).thread, `worker-${threadId}`);
});

test.run();
