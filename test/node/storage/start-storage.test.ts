import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTelemetryError } from '../../../lib/core/errors';
import type { Warning } from '../../../lib/core/warning';
import { createTelemetry, memorySink } from '../../../lib/index';
import { LOG_SEAM } from '../../../lib/log/seam';
import { METRICS_SEAM } from '../../../lib/metrics/seam';
import { type ErrorStorage, type StorageOptions, StoreError, startStorage } from '../../../lib/node/storage/index';
import { openStorage } from '../../../lib/node/storage/open-storage';
import { storageSettings } from '../../../lib/node/storage/options';
import { StoreGate } from '../../../lib/node/storage/store-gate';
import { fakeClock } from '../../../lib/testing/fake-clock';
import { sinkConformance } from '../../conformance/sink';
import { runProgram } from '../../support/start-program';
import { freshFolder, until } from '../file/scratch';
import { FakeStore } from './fake-store';
import { faster, imageOf, replaced, row } from './spools';
import { turns } from './storages';

function busOf(fieldsUnder?: string) {
  const clock = fakeClock();
  const memory = memorySink();
  const warnings: Warning[] = [];
  const telemetry = createTelemetry({
    clock,
    environment: 'production',
    onWarning: (warning) => warnings.push(warning),
    log: { app: 'shop', level: 'info', format: 'json', sinks: [memory], ...(fieldsUnder !== undefined && { fieldsUnder }) },
  });
  const records = () => memory.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { telemetry, clock, records, warnings };
}

async function rejection(promise: Promise<unknown>): Promise<{ readonly code: string; readonly message: string }> {
  try {
    await promise;
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error('It did not reject');
}

async function started(options: Partial<StorageOptions> = {}, fieldsUnder?: string) {
  const bus = busOf(fieldsUnder);
  const store = new FakeStore();
  const storage = await startStorage(bus.telemetry, { store, spool: false, closeDeadlineMs: 50, ...options });
  return { ...bus, store, storage };
}

test('lines of level error and critical are stored as default JSON, whatever the log looks like', async () => {
  for (const under of [undefined, 'data']) {
    const { telemetry, store, storage } = await started({}, under);
    const log = telemetry.logger('bot');
    log.warn('no');
    log.error(new Error('boom'), 'first', { error_id: 'not this', n: 1 });
    log.critical('second');
    await storage.flush();
    const records = store.stored.map(({ line }) => JSON.parse(line));
    assert.equal(
      records.map(({ level, message, logger }) => [level, message, logger]),
      [
        ['ERROR', 'first', 'shop.bot'],
        ['CRITICAL', 'second', 'shop.bot'],
      ],
    );
    assert.is(store.stored[0]!.errorId, records[0].error_id);
    assert.is.not(store.stored[0]!.errorId, 'not this');
    await storage.stop();
  }
});

test('stop detaches the sink; the bus goes on', async () => {
  const { telemetry, storage, store, records } = await started();
  await storage.stop();
  telemetry.logger('bot').error('late');
  assert.equal([records().length, storage.stats().accepted, store.stored.length, store.closed], [1, 0, 0, 1]);
  assert.ok(!telemetry.logStats().sinks.some(({ name }) => name === 'storage'));
});

test('it can be disposed of', async () => {
  const { storage, store } = await started();
  await storage[Symbol.asyncDispose]();
  assert.is(store.closed, 1);
});

test('reading is recorded before it is answered: what was asked for, and by whom', async () => {
  const { storage, store, records } = await started();
  store.find = async (query) => {
    store.asked.push(query, records().length);
    return [];
  };
  const from = new Date(0);
  await storage.find({ errorId: 'k3m9q2td', level: 'critical', limit: 5, by: 'support' });
  await storage.groups({ from, to: 9 });
  assert.equal(store.asked, [{ errorId: 'k3m9q2td', level: 'critical', limit: 5 }, 1, { from, to: 9 }]);
  const [found, grouped] = records();
  const { message, level, logger, event, severity, attempted_resource, operation, query, by } = found!;
  assert.equal(
    { message, level, logger, event, severity, attempted_resource, operation, query, by },
    {
      message: 'Security event: sensitive_read',
      level: 'INFO',
      logger: 'shop.security',
      event: 'sensitive_read',
      severity: 'low',
      attempted_resource: 'error_logs',
      operation: 'find',
      query: { errorId: 'k3m9q2td', level: 'critical', limit: 5 },
      by: 'support',
    },
  );
  assert.equal([grouped!.operation, grouped!.query, 'by' in grouped!], ['groups', { from: '1970-01-01T00:00:00.000Z', to: 9 }, false]);
  await storage.stop();
});

test('queries that make no sense are refused by name, and not asked', async () => {
  const { storage, store, records } = await started();
  const bad = [
    { errorId: '' },
    { errorId: 5 },
    { errorId: 'x'.repeat(65) },
    { fingerprint: 'xyz' },
    { from: Number.NaN },
    { to: new Date(Number.NaN) },
    { to: '2026' },
    { level: 'warn' },
    { limit: 0 },
    { limit: 1001 },
    { limit: 1.5 },
    { after: "'; drop" },
    { by: '' },
    { by: 'x'.repeat(257) },
  ];
  for (const query of bad) {
    const { code, message } = await rejection(storage.find(query as never));
    assert.equal([code, message.includes(Object.keys(query)[0]!)], ['OPTION_INVALID', true], JSON.stringify(query));
  }
  assert.is((await rejection(storage.find({ id: 'x' } as never))).code, 'OPTION_UNKNOWN');
  assert.is((await rejection(storage.groups({ errorId: 'x' } as never))).code, 'OPTION_UNKNOWN');
  assert.is((await rejection(storage.groups(5 as never))).code, 'OPTION_INVALID');
  assert.equal([store.asked, records()], [[], []]);
  await storage.find();
  await storage.find({ errorId: undefined, limit: 1000 } as never);
  assert.equal(store.asked, [{}, { limit: 1000 }]);
  await storage.stop();
});

test('a query that the database fails rejects with its error, and disturbs no delivery', async () => {
  const { storage, store, telemetry, clock } = await started();
  store.mode = 'unavailable';
  assert.is((await rejection(storage.find())).code, 'ECONNREFUSED');
  assert.is(storage.stats().state, 'open');
  store.mode = 'corrupt';
  assert.is((await rejection(storage.groups())).code, 'SQLITE_CORRUPT');
  store.mode = 'ok';
  telemetry.logger('bot').error('x');
  clock.advance(50);
  await turns();
  assert.equal([storage.stats().written, store.opened], [1, 2]);
  await storage.stop();
  const late = await rejection(storage.find());
  assert.ok(late instanceof StoreError);
  assert.is(late.code, 'STOPPED');
});

test('rows beyond the limits are removed in chunks with pauses, an hour after the last time', async () => {
  const { storage, store, clock } = await started({ retention: { maxAge: '10d', maxRows: 5000, every: '1h' } });
  store.prunable = 2500;
  clock.advance(59_999);
  await turns();
  assert.is(store.prunes.length, 0);
  clock.advance(1);
  await turns();
  assert.equal(store.prunes, [{ before: clock.systemTime() - 864e6, maxRows: 5000, chunkRows: 1000 }]);
  clock.advance(4);
  await turns();
  assert.is(store.prunes.length, 1);
  for (let chunk = 0; chunk < 10; chunk++) {
    clock.advance(5);
    await turns(1);
  }
  assert.equal([store.prunes.length, storage.stats().pruned], [3, 2500]);
  store.prunable = 1;
  clock.advance('59m');
  await turns();
  assert.is(store.prunes.length, 3);
  clock.advance('1m');
  await turns();
  assert.equal([store.prunes.length, storage.stats().pruned], [4, 2501]);
  await storage.stop();
  clock.advance('2h');
  await turns();
  assert.is(store.prunes.length, 4);
});

test('what retention fails at is done the next time; false keeps everything', async () => {
  const { storage, store, clock, warnings } = await started();
  store.mode = 'unavailable';
  clock.advance('1m');
  await turns();
  store.mode = 'ok';
  store.prunable = 3;
  clock.advance('1h');
  await turns();
  assert.equal([storage.stats().pruned, warnings.length], [3, 1]);
  assert.match(warnings[0]!.message, /did not remove old errors \(ECONNREFUSED\)/);
  assert.equal(store.prunes.at(-1)!.before, clock.systemTime() - 30 * 864e5);
  await storage.stop();
  const all = await started({ retention: false });
  all.clock.advance('3h');
  await turns();
  assert.is(all.store.prunes.length, 0);
  await all.storage.stop();
});

test('retention that is stopped in the middle does nothing more, and tells nothing', async () => {
  const { storage, store, clock, warnings, telemetry } = await started();
  const answers: { readonly yes: (rows: number) => void; readonly no: (error: unknown) => void }[] = [];
  store.prune = (options) => {
    store.prunes.push(options);
    return new Promise((yes, no) => answers.push({ yes, no }));
  };
  clock.advance('1m');
  await turns();
  store.mode = 'hang';
  telemetry.logger('bot').error('holds up the end');
  const stopping = storage.stop();
  answers[0]!.yes(1000);
  await turns();
  clock.advance(5);
  await turns();
  assert.equal([store.prunes.length, warnings.length], [1, 0]);
  await stopping;
  const other = await started();
  other.store.prune = store.prune;
  other.clock.advance('1m');
  await turns();
  await other.storage.stop();
  const timers = other.clock.pendingTimers();
  answers[1]!.no(new StoreError('unavailable', 'ECONNRESET', 'late'));
  await turns();
  assert.equal([other.warnings.length, other.clock.pendingTimers()], [0, timers]);
});

test('rows are looked after sooner than after a minute when it is to be done more often', async () => {
  const { storage, store, clock } = await started({ retention: { every: '2s' } });
  clock.advance(1999);
  await turns();
  assert.is(store.prunes.length, 0);
  clock.advance(1);
  await turns();
  assert.is(store.prunes.length, 1);
  await storage.stop();
});

test('wrong options are refused by name', async () => {
  const { telemetry } = busOf();
  const store = new FakeStore();
  const refused = async (options: object, about: RegExp, code = 'OPTION_INVALID') => {
    const error = await rejection(startStorage(telemetry, options as StorageOptions));
    assert.ok(isTelemetryError(error), String(error));
    assert.is(error.code, code);
    assert.match(error.message, about);
  };
  await refused({}, /one of sqlite, postgres, store/);
  await refused({ store, postgres: {} }, /one of sqlite, postgres, store/);
  await refused({ store }, /spool: folder.*spool: false/);
  await refused({ store, spool: { dir: 'x' } }, /dir/, 'OPTION_UNKNOWN');
  await refused({ store, spool: { folder: '' } }, /spool: folder/);
  await refused({ store, spool: { folder: 'x', maxBytes: 1 } }, /maxBytes/);
  await refused({ store, spool: true }, /spool/);
  await refused({ store: { name: 'x' }, spool: false }, /ErrorStore/);
  await refused({ store, spool: false, maxQueuedBytes: 10 }, /maxQueuedBytes/);
  await refused({ store, spool: false, maxQueuedBytes: Number.POSITIVE_INFINITY }, /maxQueuedBytes/);
  await refused({ store, spool: false, closeDeadlineMs: 0 }, /closeDeadlineMs/);
  await refused({ store, spool: false, retention: { maxRows: 0 } }, /maxRows/);
  await refused({ store, spool: false, retention: { maxAge: 'old' } }, /maxAge/);
  await refused({ store, spool: false, retention: { every: 10 } }, /every/);
  await refused({ store, spool: false, requireConnection: 'yes' }, /requireConnection/);
  await refused({ stores: store }, /stores/, 'OPTION_UNKNOWN');
  await refused({ postgres: {}, spool: false }, /pool/i);
  await refused({ sqlite: {}, spool: false }, /database/i);
  const noBus = await rejection(startStorage({} as never, { store, spool: false }));
  assert.is(noBus.code, 'OPTION_INVALID');
  assert.equal([store.opened, telemetry.logStats().sinks.length], [0, 1]);
});

test('the spool is beside the SQLite file unless it is said where', () => {
  const folderOf = (options: StorageOptions) => storageSettings(options).spool?.folder;
  assert.is(folderOf({ sqlite: '/var/lib/shop/errors.db' }), '/var/lib/shop/errors.db.spool');
  assert.is(folderOf({ sqlite: '/x/errors.db', spool: { maxBytes: 65_536 } }), '/x/errors.db.spool');
  assert.is(folderOf({ sqlite: '/x/errors.db', spool: { folder: '/y' } }), '/y');
  assert.is(folderOf({ sqlite: '/x/errors.db', spool: false }), undefined);
});

test('a database that is down stops no start unless it is required; then nothing is left behind', async () => {
  const store = new FakeStore();
  store.mode = 'unavailable';
  const { telemetry } = busOf();
  const without = await startStorage(telemetry, { store, spool: false, closeDeadlineMs: 10 });
  assert.is(without.stats().state, 'failing');
  await without.stop();
  const error = await rejection(startStorage(telemetry, { store, spool: false, requireConnection: true }));
  assert.is(error.code, 'SINK_OPEN_FAILED');
  assert.match(error.message, /fake database.*down/);
  assert.equal([telemetry.logStats().sinks.length, store.closed], [1, 2]);
});

test('while it runs it is told of the end of the process; after stop, or a start that failed, it is not', () => {
  const here = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
  const { stdout, stderr } = runProgram(
    freshFolder(),
    `
    const { startStorage } = await import(${here('../../../lib/node/storage/index.ts')});
    const { FakeStore } = await import(${here('./fake-store.ts')});
    const telemetry = createTelemetry({ log: { app: 'shop', sinks: [] }, onWarning: () => {} });
    const listeners = () => process.listenerCount('exit');
    const counts = [listeners()];
    const store = new FakeStore();
    const storage = await startStorage(telemetry, { store, spool: false });
    counts.push(listeners());
    await storage.stop();
    counts.push(listeners());
    store.mode = 'unavailable';
    await startStorage(telemetry, { store, spool: false, requireConnection: true }).catch(() => counts.push(listeners()));
    await startStorage({ ...telemetry, addSink: () => unknown() }, { store, spool: false }).catch(() => counts.push(listeners()));
    say(JSON.stringify(counts.map((count) => count - counts[0])));
    `,
  );
  assert.equal([stdout.trim(), stderr], ['[0,1,0,0,0]', '']);
});

test('what a store finds wrong with its options while it opens is told as it is', async () => {
  const store = new FakeStore();
  const { telemetry } = busOf();
  const wrong = await rejection(startStorage(telemetry, { sqlite: ':memory:' }));
  store.open = () => Promise.reject(wrong);
  assert.is(await rejection(startStorage(telemetry, { store, spool: false })), wrong);
});

test('a database that does not answer stops no start; nor one that fails or hangs while it is closed an end', async () => {
  const store = new FakeStore();
  store.mode = 'hang';
  const { telemetry } = busOf();
  const storage = await faster(100, () => startStorage(telemetry, { store, spool: false }));
  assert.equal([storage.stats().state, storage.stats().failures], ['open', 0]);
  store.close = () => new Promise(() => undefined);
  assert.is((await faster(100, () => storage.stop())).state, 'closed');
  const other = await started();
  other.store.close = () => Promise.reject(new Error('no'));
  assert.is((await other.storage.stop()).state, 'closed');
});

test('where the log of a bus can not be made, nothing is left behind', async () => {
  const { telemetry } = busOf();
  const store = new FakeStore();
  const addSink = () => {
    throw new TypeError('no log');
  };
  const bus = { [METRICS_SEAM]: telemetry[METRICS_SEAM], [LOG_SEAM]: telemetry[LOG_SEAM], addSink };
  assert.is((await rejection(startStorage(bus as never, { store, spool: false }))).message, 'no log');
  assert.is(store.closed, 1);
});

test('runs that were abandoned later are found every 10 s, until the end', async () => {
  const set: { readonly timer: unknown; readonly ms: unknown; readonly call: () => void }[] = [];
  const cleared: unknown[] = [];
  const watching = (original: (...args: never[]) => unknown) =>
    ((call: () => void, ms: number) => {
      const timer = (original as typeof setInterval)(call, ms);
      set.push({ timer, ms, call });
      return timer;
    }) as never;
  const clearing = (original: (...args: never[]) => unknown) => ((timer: never) => cleared.push(timer) && original(timer)) as never;
  const folder = join(freshFolder(), 'spool');
  const work = async () => {
    const { storage, store, clock } = await started({ spool: { folder } });
    mkdirSync(folder);
    writeFileSync(join(folder, `spool-${'a'.repeat(24)}-1.log`), imageOf([row(1), row(2)]));
    const [beat] = set.filter(({ ms }) => ms === 10_000);
    beat!.call();
    await until(() => (storage.stats().spool!.segments ?? 0) > 0, 'it is found');
    await turns();
    clock.advance(50);
    await until(() => storage.stats().recoveredStored === 2, 'it is stored');
    assert.is(store.stored.length, 2);
    await storage.stop();
    assert.ok(cleared.includes(beat!.timer));
  };
  await replaced(globalThis, 'setInterval', watching, () => replaced(globalThis, 'clearInterval', clearing, work));
});

test('a store that is opened again is opened once, however many found it corrupt', async () => {
  const store = new FakeStore();
  const gate = new StoreGate(store);
  const corrupt = new StoreError('corrupt', 'SQLITE_CORRUPT', 'malformed');
  await gate.open();
  let fail: (error: unknown) => void = () => undefined;
  const slow = gate.use(() => new Promise((_, reject) => (fail = reject)));
  await rejection(gate.use(() => Promise.reject(corrupt)));
  await gate.open();
  assert.is(store.opened, 2);
  fail(corrupt);
  await rejection(slow);
  await gate.open();
  assert.is(store.opened, 2);
});

test('errors during the start are stored', async () => {
  const { telemetry } = busOf();
  const store = new FakeStore();
  store.mode = 'hang';
  const starting: Promise<ErrorStorage> = startStorage(telemetry, { store, spool: false });
  telemetry.logger('bot').error('early');
  store.mode = 'ok';
  const storage = await starting;
  await storage.flush();
  assert.is(store.stored.length, 1);
  await storage.stop();
});

test('a mark whose fields throw costs one line', async () => {
  const { sink, storage } = openStorage(new FakeStore(), storageSettings({ store: new FakeStore(), spool: false }), {
    clock: fakeClock(),
    warn: () => undefined,
    streams: () => ({ access() {}, performance() {}, security() {} }),
  });
  const mark = Object.defineProperty({ fingerprint: 'f', occurrences: 1 }, 'id', {
    get() {
      throw new Error('no');
    },
  });
  sink.write('{}\n', 'error', mark as never);
  sink.write(undefined as never, 'error');
  sink.write('{}\n', 'error');
  await storage.flush();
  assert.equal([storage.stats().written, storage.stats().dropped], [1, { unreadable: 2 }]);
  await storage.stop();
});

sinkConformance('storage', () => {
  const store = new FakeStore();
  const folder = join(freshFolder(), 'spool');
  const { sink } = openStorage(store, storageSettings({ store, spool: { folder } }), {
    clock: fakeClock(),
    warn: () => undefined,
    streams: () => ({ access() {}, performance() {}, security() {} }),
  });
  return {
    sink,
    arrived: () => store.stored.map(({ line }) => `${line}\n`),
    breakIt() {
      store.isRefused = () => true;
    },
  };
});

test.run();
