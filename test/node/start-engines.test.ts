/** What `startTelemetry` does about errors, security events and slow operations. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createErrors } from '../../lib/entries/errors';
import { securityOf } from '../../lib/entries/security';
import { createTelemetry, defineEvent, defineEvents, memorySink } from '../../lib/index';
import { startTelemetry, verifyFiles } from '../../lib/node/index';
import { errorOf, inFolder, withStart } from '../support/started';
import { FakeStore } from './storage/fake-store';

const shop = defineEvents('shop', {
  cart: { paid: defineEvent<{ duration: number }, { method?: string; path?: string }>({ slow: { warn: '5s', error: '10s' } }) },
});

test('slow operations of events with thresholds are warnings and errors of the performance stream, in the words of D5', async () => {
  await withStart({ events: shop as never }, async ({ app, bus, records, text }) => {
    const paid = bus.emitter(shop.cart.paid as never) as (measurements: object, metadata: object) => void;
    paid({ duration: 4999 }, {});
    paid({ duration: 6200 }, {});
    paid({ duration: 12_000 }, { method: 'POST', path: '/pay' });
    await app.flush();
    const lines = records('performance.log').map(({ level, message, metric, duration_ms }) => [level, message, metric, duration_ms]);
    assert.equal(lines, [
      ['WARNING', 'Slow operation: shop.cart.paid - 6.2s', 'shop.cart.paid', 6200],
      ['ERROR', 'VERY SLOW REQUEST: POST /pay - 12.0s', 'shop.cart.paid', 12_000],
    ]);
    assert.match(text('app.log'), 'VERY SLOW REQUEST');
    assert.equal(app.slow?.slowest().map(({ duration_ms }) => duration_ms), [12_000, 6200]); // biome-ignore format: short
    await app.stop();
    assert.equal(bus.listHandlers(), []);
  });
});

test('nobody watches unless wanted, and a watch that is there stays', async () => {
  await withStart({ slow: false }, ({ app }) => assert.is(app.slow, undefined));
  await withStart({ handlers: false }, ({ app }) => assert.is(app.slow, undefined));
});

test('security events raised by the library are in the security stream: failures of one address, many errors, signs of an attack', async () => {
  await withStart({}, async ({ app, bus, records }) => {
    for (let attempt = 0; attempt < 4; attempt++) app.security('authn_login_fail', { ip: '10.0.0.1' });
    for (let count = 0; count < 6; count++) bus.logger('bot').error(new Error(`broken ${count}`));
    bus.logger('bot').error(new Error("ENOENT: no such file, open '../../etc/passwd'"));
    await app.flush();
    const raised = records('security.log').map(({ event }) => event);
    assert.equal(raised, [...Array(4).fill('authn_login_fail'), 'multiple_failed_attempts', 'high_error_rate', 'suspicious_error']);
    assert.is(securityOf(bus).counts().total, 7);
  });
});

test('detectors can be changed and switched off; what a program records is written all the same', async () => {
  await withStart({ security: false }, async ({ app, bus, records }) => {
    for (let attempt = 0; attempt < 4; attempt++) app.security('authn_login_fail', { ip: '10.0.0.1' });
    for (let count = 0; count < 20; count++) bus.logger('bot').error(new Error('broken'));
    await app.flush();
    assert.is(records('security.log').length, 4);
  });
  await withStart({ security: { errorRate: { threshold: 2, window: '10s' } } }, async ({ app, bus, records }) => {
    for (let count = 0; count < 3; count++) bus.logger('bot').error(new Error('broken'));
    await app.flush();
    assert.equal(records('security.log').map(({ event, errors }) => [event, errors]), [['high_error_rate', 3]]); // biome-ignore format: short
  });
});

test('a new start begins with the detectors as they are by default', async () => {
  await withStart({ security: false }, async ({ app, bus, dir }) => {
    await app.stop();
    const again = await startTelemetry({ bus, env: {}, environment: 'production', logDir: dir, console: false });
    for (let count = 0; count < 6; count++) bus.logger('bot').error(new Error('broken'));
    await again.stop();
    assert.equal(securityOf(bus).counts().byName, { high_error_rate: 1 });
  });
});

test('summaries of storms are written by flush and by stop, with exact counts', async () => {
  for (const end of ['flush', 'stop'] as const) {
    await withStart({}, async ({ app, bus, records }) => {
      const { report } = createErrors(bus);
      for (let call = 0; call < 100; call++) report(new Error('storm'));
      await app[end]();
      const errors = records('errors.log').filter(({ logger }) => logger === 'shop.errors');
      assert.equal([errors.length, errors.at(-1)!.repeated], [11, 90]);
    });
  }
});

test('errors are told apart as the options say', async () => {
  await withStart({ errors: { fingerprint: () => 'all the same' } }, ({ bus }) => {
    bus.logger('bot').error(new Error('one'));
    bus.logger('bot').error(new TypeError('two'));
    assert.equal(bus.getErrors().map(({ total }) => total), [2]); // biome-ignore format: short
  });
});

test('a database takes what the errors stream does, flush and stop deliver to it', async () => {
  const store = new FakeStore();
  await withStart({ storage: { store, spool: false } }, async ({ app, bus, records }) => {
    bus.logger('bot').error(new Error('one'));
    bus.logger('bot').info('not for it');
    await app.flush();
    assert.is(store.rows.size, 1);
    bus.logger('bot').critical(new Error('two'));
    await app.stop();
    assert.equal(
      store.stored.map(({ errorId }) => errorId),
      records('errors.log').map(({ error_id }) => error_id),
    );
    assert.is(app.storage!.stats().written, 2);
  });
});

test('a chained stream shows tampering, over restarts and with a key out of a file or the variable', async () => {
  await withStart({ streams: { security: { chain: true } } }, async ({ app, bus, dir }) => {
    app.security('authz_fail', { ip: '10.0.0.1' });
    await app.stop();
    const path = app.streams.security!;
    const again = await startTelemetry({
      bus,
      env: {},
      environment: 'production',
      logDir: dir,
      console: false,
      streams: { security: { chain: true } },
    });
    again.security('authz_fail', { ip: '10.0.0.2' });
    again.security('sys_shutdown');
    await again.stop();
    const { isIntact, chained, writers } = await verifyFiles(path);
    assert.equal([isIntact, chained, writers.length], [true, 3, 2]);
    writeFileSync(path, readFileSync(path, 'utf8').replace('10.0.0.2', '10.0.0.9'));
    const { problems } = await verifyFiles(path);
    assert.equal(problems.map(({ line, kind }) => [line, kind]), [[2, 'changed']]); // biome-ignore format: short
  });
  const key = 'k'.repeat(32);
  await inFolder(async (folder) => {
    const keyFile = join(folder, 'key');
    writeFileSync(keyFile, key);
    const ways = [
      { streams: { security: { chain: { keyFile } } } },
      { streams: { security: { chain: true } }, env: { SECURITY_CHAIN_KEY: key } },
    ];
    for (const way of ways) {
      await withStart(way, async ({ app }) => {
        app.security('authz_fail');
        await app.stop();
        const path = app.streams.security!;
        assert.equal([(await verifyFiles(path, { key })).isIntact, (await verifyFiles(path)).isIntact], [true, false]);
      });
    }
    const start = () => startTelemetry({ env: {}, logDir: folder, streams: { security: { chain: { keyFile: join(folder, 'none') } } } });
    assert.is((await errorOf(start)).code, 'OPTION_INVALID');
  });
});

test('what a chained file says of lines it lost is chained itself', async () => {
  await withStart({ streams: { security: { chain: true, sync: false, maxQueuedBytes: 65_536 } } }, async ({ app, bus, records }) => {
    const log = bus.logger('security', { stream: 'security' });
    // In one turn: nothing is written meanwhile, and most of it has no room.
    for (let line = 0; line < 300; line++) log.info('x'.repeat(8_000));
    await app.flush();
    log.info('after it');
    await app.stop();
    assert.ok(records('security.log').some(({ message }) => message === 'Log lines were dropped'));
    const { problems } = await verifyFiles(app.streams.security!);
    assert.equal([...new Set(problems.map(({ kind }) => kind))], ['missing']);
  });
});

test('a database that can not be opened refuses the start, and the bus is as it was', async () => {
  const memory = memorySink();
  const bus = createTelemetry({ environment: 'test', log: { app: 'before', level: 'info', sinks: [memory] } });
  const store = new FakeStore();
  store.mode = 'unavailable';
  await inFolder(async (logDir) => {
    const storage = { store, spool: false, requireConnection: true } as const;
    const start = () => startTelemetry({ bus, env: {}, app: 'after', environment: 'production', logDir, events: shop, storage });
    assert.is((await errorOf(start)).code, 'SINK_OPEN_FAILED');
    assert.equal(readdirSync(logDir), []);
  });
  bus.logger('bot').info('still here');
  assert.match(memory.lines[0]!, 'before.bot');
  assert.equal([bus.logStats().sinks.length, bus.stats().names.declared], [1, 0]);
});

test('what stop could not store is queued in its report, and what comes during it is written or counted', async () => {
  const store = new FakeStore();
  await withStart({ storage: { store, spool: false, closeDeadlineMs: 300 }, security: false }, async ({ app, bus, records }) => {
    const { report } = createErrors(bus);
    store.mode = 'hang';
    for (let call = 0; call < 15; call++) report(new Error('storm'));
    const stopping = app.stop();
    for (let call = 0; call < 7; call++) report(new Error('storm'));
    const { sinks } = await stopping;
    const { accepted, written, queued, dropped } = sinks.storage!;
    assert.is(accepted, written + queued + Object.values(dropped).reduce((sum, count) => sum + count, 0));
    assert.is(written, 0);
    // Ten lines, the summary of five, and each of the seven.
    const lines = records('errors.log');
    assert.equal([lines.length, lines[10]!.repeated], [18, 5]);
  });
});

for (const [name, options] of Object.entries({
  errors: { errors: { maxGroups: 0 } },
  security: { security: { errorRate: { threshold: -1 } } },
  slow: { slow: { keep: 0 } },
  storage: { storage: {} },
})) {
  test(`wrong options of ${name} are refused before anything has changed`, async () => {
    await withStart({}, async ({ app, bus }) => {
      await app.stop();
      const start = () => startTelemetry({ bus, env: {}, environment: 'production', ...options } as never);
      assert.is((await errorOf(start)).code, 'OPTION_INVALID');
      assert.equal(bus.listHandlers(), []);
    });
  });
}

test.run();
