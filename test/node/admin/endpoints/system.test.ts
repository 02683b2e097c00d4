import { hostname } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { healthOf } from '../../../../lib/entries/health';
import { securityOf } from '../../../../lib/entries/security';
import { createTelemetry, memorySink, type Telemetry } from '../../../../lib/index';
import { createAdmin } from '../../../../lib/node/admin/admin';
import { READ_TOKEN, TOKENS } from '../../../support/admin/tokens';
import { ask } from '../../../support/admin/validate';
import { createLog } from '../../../support/records';
import { inFolder, withStart } from '../../../support/started';
import { FakeStore } from '../../storage/fake-store';

const SECRET = 'ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';

test('a bus that was not started tells of its process and its log', async () => {
  const { telemetry } = createLog({ app: 'shop' });
  telemetry.logger('bot').info('hello');
  const admin = createAdmin(telemetry, { tokens: TOKENS });
  const { json } = await ask(admin, 'GET', '/admin/system', { token: READ_TOKEN });
  assert.equal([json.samples, json.storage], [null, null]);
  assert.equal(
    [json.process.pid, json.process.node, json.process.app, json.process.hostname],
    [process.pid, process.version, 'shop', hostname()],
  );
  const [sink] = json.log.sinks;
  assert.equal([sink.name, sink.accepted, sink.written, sink.queued, sink.dropped], ['memory', json.log.lines, json.log.lines, 0, {}]);
  assert.ok(json.log.lines > 0);
});

test('a started one tells of its samples, as many as are asked for, the latest', () =>
  withStart({ app: 'shop', values: { instance: 'blue' } }, async ({ app }) => {
    const admin = createAdmin(app, { tokens: TOKENS });
    for (let i = 0; i < 3; i++) await app.monitor!.sample();
    const { json } = await ask(admin, 'GET', '/admin/system', { token: READ_TOKEN });
    const all = app.monitor!.samples();
    assert.equal(json.samples, JSON.parse(JSON.stringify(all)));
    assert.ok(json.samples.length > 0);
    assert.equal((await ask(admin, 'GET', '/admin/system?samples=1')).json.samples, JSON.parse(JSON.stringify(all.slice(-1))));
    assert.equal((await ask(admin, 'GET', '/admin/system?samples=0')).json.samples, []);
    assert.is((await ask(admin, 'GET', '/admin/system?samples=501')).status, 400);
    assert.equal([json.process.app, json.process.environment, json.process.instance], ['shop', 'production', 'blue']);
    assert.ok(
      json.log.sinks.some(({ name }: { name: string }) => name === 'errors'),
      JSON.stringify(json.log.sinks),
    );
    admin.close();
  }));

test('the account of a storage is told, with and without a spool', () =>
  inFolder(async (dir) => {
    for (const spool of [false, { folder: join(dir, 'spool') }] as const) {
      await withStart({ monitor: false, storage: { store: new FakeStore(), spool } }, async ({ app, bus }) => {
        const admin = createAdmin(app, { tokens: TOKENS });
        bus.logger('bot').error('Out of stock');
        await app.flush();
        const { json } = await ask(admin, 'GET', '/admin/system');
        assert.equal(json.storage, JSON.parse(JSON.stringify(app.storage!.stats())));
        assert.equal([json.storage.written, 'spool' in json.storage], [1, spool !== false]);
        admin.close();
      });
    }
  }));

test('neither variables of the environment nor arguments are told', async () => {
  process.env.ADMIN_TEST_VARIABLE = 'visible-to-nobody';
  try {
    const { telemetry } = createLog();
    const { text } = await ask(createAdmin(telemetry, { tokens: TOKENS }), 'GET', '/admin/system');
    assert.not.ok(text.includes('visible-to-nobody') || text.includes('ADMIN_TEST_VARIABLE') || text.includes(process.argv[1]!));
  } finally {
    delete process.env.ADMIN_TEST_VARIABLE;
  }
});

test('a name of a sink or of an instance that holds a secret is told without it', async () => {
  const sink = { ...memorySink(), name: `to ${SECRET}`, write: () => undefined };
  const { telemetry } = createLog({ sinks: [sink], config: { values: { instance: SECRET } } } as never);
  const { text, json } = await ask(createAdmin(telemetry, { tokens: TOKENS, monitoring: false }), 'GET', '/admin/system');
  assert.not.match(text, /ghp_/);
  assert.is(json.log.sinks.length, 1);
});

test('a bus whose log can not be made answers all the same, and without secrets', async () => {
  const { LOG_LEVEL } = process.env;
  process.env.LOG_LEVEL = 'loud';
  try {
    const telemetry = createTelemetry({ environment: 'test', onWarning: () => undefined }) as Telemetry;
    telemetry.attachMetricsHandler();
    telemetry.execute(['shop', 'cart', 'paid'], { duration: 5 });
    const admin = createAdmin(telemetry, { tokens: TOKENS });
    healthOf(telemetry).addCheck('database', () => ({ status: 'degraded', detail: `refused ${SECRET}` }));
    securityOf(telemetry).record(`leak_${SECRET}`);
    const { json } = await ask(admin, 'GET', '/admin/system');
    assert.equal([json.log, json.process.node], [null, process.version]);
    const checked = await ask(admin, 'POST', '/admin/health/check', { body: {} });
    assert.equal([checked.status, checked.json.status, checked.json.checks.database.status], [200, 'degraded', 'degraded']);
    const paths = ['logs/errors', 'logs/performance', 'logs/security', 'endpoints', 'alerts', 'silences', 'slow'];
    for (const path of [...paths.map((name) => `/admin/${name}`), '/v1/metrics']) {
      const { status, text } = await ask(admin, 'GET', path);
      assert.equal([status, text.includes(SECRET)], [200, false], path);
    }
    assert.ok((await ask(admin, 'GET', '/admin/logs/security')).json.total_events > 0);
    assert.ok('shop.cart.paid' in (await ask(admin, 'GET', '/admin/logs/performance')).json.performance_metrics);
  } finally {
    if (LOG_LEVEL === undefined) delete process.env.LOG_LEVEL;
    else process.env.LOG_LEVEL = LOG_LEVEL;
  }
});

test.run();
