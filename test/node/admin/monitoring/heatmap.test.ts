import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defineEvent, defineEvents, type Telemetry } from '../../../../lib/index';
import { createAdmin } from '../../../../lib/node/admin/admin';
import { withAdmin } from '../../../support/admin/served';
import { READ_TOKEN, TOKENS } from '../../../support/admin/tokens';
import { ask } from '../../../support/admin/validate';

const job = ['app', 'job', 'stop'] as never;
const emit = (bus: Telemetry, ...durations: readonly number[]): void => {
  for (const duration of durations) bus.execute(job, { duration } as never);
};
const heatmap = async (admin: Parameters<typeof ask>[0], metric = 'app.job.stop.duration', last = '5m') =>
  ask(admin, 'GET', `/admin/heatmap?metric=${metric}&last=${last}`, { token: READ_TOKEN });

test('ranges that nothing is in are cut off at both ends, and rows without anything are empty', async () => {
  await withAdmin({}, async ({ admin, bus, clock }) => {
    bus.attachMetricsHandler({ history: true });
    const start = clock.systemTime();
    emit(bus, 1.7, 1.7, 5, 12);
    clock.advance('2s');
    emit(bus, 5);
    clock.advance('1s');
    const { json } = await heatmap(admin);
    assert.equal([json.metric, json.unit, json.step_ms, json.times], ['app.job.stop.duration', 'ms', 1_000, [start, start + 1_000, start + 2_000]]); // biome-ignore format: short
    assert.equal(json.bounds, [1.6, 2.496, 4, 6.272, 9.984, 16]);
    assert.equal(json.counts, [[2, 0, 1, 0, 1], [], [0, 0, 1, 0, 0]]);
    assert.equal([json.percentiles.p50[1], json.percentiles.p99[0]], [null, 12]);
    assert.ok(Math.abs(json.percentiles.p50[0] - 1.7) < 0.02);
    clock.advance('7s');
    const hour = (await heatmap(admin, 'app.job.stop', '1h')).json;
    assert.equal([hour.step_ms, hour.counts, hour.bounds], [10_000, [[2, 0, 2, 0, 1]], json.bounds]);
  });
});

test('with nothing recorded in all the time there are no ranges', async () => {
  await withAdmin({}, async ({ admin, bus, clock }) => {
    bus.attachMetricsHandler({ history: true });
    emit(bus, 5);
    assert.equal((await heatmap(admin)).json.times, []);
    clock.advance('6m');
    const { json } = await heatmap(admin);
    assert.equal([json.bounds, json.times.length, json.counts.every((row: unknown[]) => row.length === 0)], [[], 300, true]);
  });
});

test('five full minutes of values of every size are less than 60 kB', async () => {
  await withAdmin({}, async ({ admin, bus, clock }) => {
    bus.attachMetricsHandler({ history: true });
    for (let second = 0; second < 300; second++) {
      for (let each = 0; each < 200; each++) emit(bus, 10 ** (((each * 7 + second) % 50) / 10));
      clock.advance('1s');
    }
    const { text, json } = await heatmap(admin);
    assert.ok(text.length < 60_000, `${text.length}`);
    const sums = json.counts.map((row: number[]) => row.reduce((sum, count) => sum + count, 0));
    const { columns } = (await ask(admin, 'GET', '/admin/history?metric=app.job.stop.duration&columns=count')).json.series[0];
    assert.equal(sums, columns.count);
    const { bounds, counts } = json;
    assert.ok(counts.every((row: number[]) => row.length === 0 || row.length === bounds.length - 1));
    const overview = await ask(admin, 'GET', '/admin/overview');
    assert.ok(overview.text.length < 40_000, `${overview.text.length}`);
  });
});

test('times are told in ms, whatever unit they are recorded in', async () => {
  const shop = defineEvents('shop', { cart: { paid: defineEvent<{ duration: number }, object>({ measurements: { duration: { unit: 's' } } }) } }); // biome-ignore format: short
  await withAdmin({}, async ({ admin, bus, clock }) => {
    bus.declareEvents(shop as never);
    bus.attachMetricsHandler({ history: true });
    bus.execute(shop.cart.paid as never, { duration: 0.003 } as never);
    clock.advance('1s');
    const { json } = await heatmap(admin, 'shop.cart.paid');
    assert.equal([json.metric, json.unit, json.bounds, json.counts], ['shop.cart.paid.duration', 'ms', [2.496, 4], [[1]]]);
    assert.is(json.percentiles.p50[0], 3);
  });
});

test('a metric that is no distribution of all its values has none, and the answer says which have', async () => {
  await withAdmin({}, async ({ admin, bus, clock }) => {
    bus.attachMetricsHandler({ history: true });
    for (let number = 0; number < 20; number++) bus.execute(['app', `job${number}`, 'stop'] as never, { duration: 5 } as never);
    bus.execute(['app', 'job', 'start'] as never);
    clock.advance('1s');
    assert.is((await heatmap(admin, 'app.job0.stop')).status, 200);
    assert.is((await heatmap(admin, 'app.job15.stop')).status, 200);
    for (const name of ['app.job16.stop', 'app.job.start', 'nothing']) {
      const { status, json } = await heatmap(admin, name);
      assert.is(status, 404);
      assert.match(json.detail, /first 16 without tags.*GET \/admin\/history/);
    }
    assert.equal([(await ask(admin, 'GET', '/admin/heatmap')).status, (await heatmap(admin, 'app.job0.stop', '2d')).status], [400, 400]);
  });
});

test('heat goes with the last API, and another history has heat of its own', async () => {
  await withAdmin({}, async ({ admin, bus, clock }) => {
    bus.attachMetricsHandler({ history: true });
    emit(bus, 5);
    clock.advance('3s');
    const other = createAdmin(bus, { tokens: TOKENS });
    other.close();
    assert.is((await heatmap(admin)).json.times.length, 3);
    const bytes = bus.metricsStats().history!.bytes;
    bus.configureMetrics({ history: { series: 100 } });
    clock.advance('2s');
    emit(bus, 5);
    clock.advance('1s');
    assert.equal((await heatmap(admin)).json.counts, [[], [], [1]]);
    admin.close();
    assert.ok(bus.metricsStats().history!.bytes < bytes - 147_000);
  });
});

test.run();
