import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { counter, lastValue, type Telemetry } from '../../../../lib/index';
import { withAdmin } from '../../../support/admin/served';
import { READ_TOKEN } from '../../../support/admin/tokens';
import { ask } from '../../../support/admin/validate';

const job = ['app', 'job', 'stop'] as never;
const emit = (bus: Telemetry, ...durations: readonly number[]): void => {
  for (const duration of durations) bus.execute(job, { duration } as never);
};

test('a bus without a history says so, and what to do', async () => {
  await withAdmin({}, async ({ admin, bus }) => {
    bus.attachMetricsHandler();
    emit(bus, 1);
    assert.equal((await ask(admin, 'GET', '/admin/history', { token: READ_TOKEN })).json, {
      metrics: [],
      untracked: 0,
      has_history: false,
    });
    for (const path of ['/admin/history?metric=app.job.stop', '/admin/heatmap?metric=app.job.stop']) {
      const { status, json } = await ask(admin, 'GET', path);
      assert.is(status, 404);
      assert.match(json.detail, /startTelemetry\(\).*attachMetricsHandler\(\{ history: true \}\).*configureMetrics/);
    }
  });
});

test('without a metric the series are listed, with their tags, and how many there was no room for', async () => {
  await withAdmin({}, async ({ admin, bus, clock }) => {
    const split = counter('app.kinds', job, { tags: ['kind', 'password'] } as never);
    bus.attachMetricsHandler({ history: { series: 4 }, definitions: [split] });
    const kinds = ['plain', 'hunter2secret', 'third', 'fourth'];
    for (const kind of kinds) bus.execute(job, { duration: 5 } as never, { kind, password: kind } as never);
    clock.advance('1s');
    const { json, text } = await ask(admin, 'GET', '/admin/history');
    assert.equal([json.has_history, json.untracked], [true, 2]);
    const names = json.metrics.map(({ metric, type, unit }: Record<string, unknown>) => [metric, type, unit]);
    assert.equal(names, [['app.job.stop', 'counter', null], ['app.job.stop.duration', 'distribution', 'ms'], ['app.kinds', 'counter', null], ['app.kinds', 'counter', null]]); // biome-ignore format: short
    assert.is(json.metrics[2].tags.kind, 'plain');
    assert.not.ok(json.metrics.some(({ tags }: { tags: Record<string, string> }) => tags.password !== undefined && kinds.includes(tags.password))); // biome-ignore format: short
    assert.not.ok(text.includes('columns'));
  });
});

test('the rows of a metric stand in columns, exact where they are exact', async () => {
  await withAdmin({}, async ({ admin, bus, clock }) => {
    bus.attachMetricsHandler({ history: true });
    const start = clock.systemTime();
    emit(bus, 1.23456789, 2, 3);
    clock.advance('2s');
    const { json } = await ask(admin, 'GET', '/admin/history?metric=app.job.stop.duration');
    assert.equal([json.metric, json.step_ms, json.times, json.left_out], ['app.job.stop.duration', 1_000, [start, start + 1_000], 0]);
    const [{ type, unit, tags, columns }] = json.series;
    assert.equal([type, unit, tags], ['distribution', 'ms', {}]);
    assert.equal(
      [columns.count, columns.sum, columns.max, columns.rate],
      [
        [3, 0],
        [6.234568, 0],
        [3, null],
        [3, 0],
      ],
    );
    const asked = await ask(admin, 'GET', '/admin/history?metric=app.job.stop.duration&columns=count,p95&step=10s&last=30s');
    assert.equal(Object.keys(asked.json.series[0].columns).sort(), ['count', 'p95']);
    assert.is(asked.json.step_ms, 10_000);
    clock.advance('10m');
    assert.is((await ask(admin, 'GET', '/admin/history?metric=app.job.stop&last=20s')).json.times.length, 20);
    assert.is((await ask(admin, 'GET', '/admin/history?metric=app.job.stop&last=10m')).json.step_ms, 10_000);
  });
});

test('of many series the twenty with most in their last rows are told', async () => {
  await withAdmin({}, async ({ admin, bus, clock }) => {
    const split = counter('app.kinds', job, { tags: ['kind'] } as never);
    bus.attachMetricsHandler({ history: true, definitions: [split] });
    for (let kind = 0; kind < 30; kind++) for (let each = 0; each < 100 - kind; each++) bus.execute(job, {}, { kind: `k${kind}` } as never);
    clock.advance('20s');
    for (let kind = 0; kind < 30; kind++) for (let each = 0; each < kind; each++) bus.execute(job, {}, { kind: `k${kind}` } as never);
    clock.advance('1s');
    const { json } = await ask(admin, 'GET', '/admin/history?metric=app.kinds');
    assert.equal([json.series.length, json.left_out, json.series[0].tags, json.series[19].tags], [20, 10, { kind: 'k29' }, { kind: 'k10' }]); // biome-ignore format: short
    assert.ok(json.series.every(({ columns }: { columns: { count: unknown[] } }) => columns.count.length === json.times.length));
  });
});

test('numbers of any size stay numbers of seven digits', async () => {
  await withAdmin({}, async ({ admin, bus, clock }) => {
    const last = lastValue('app.value', job, { measurement: 'value' } as never);
    bus.attachMetricsHandler({ history: true, definitions: [last] });
    const values = [1 / 3, -1e300 / 3, 1e-300 / 3, 123_456_789.123, -0.000123456789, 5e-324, 0];
    for (const value of values) {
      bus.execute(job, { value } as never);
      clock.advance('1s');
    }
    const { json } = await ask(admin, 'GET', '/admin/history?metric=app.value');
    assert.equal(json.series[0].columns.value, values.map((value) => Number(value.toPrecision(7)))); // biome-ignore format: short
  });
});

test('what is wrong with a query is told, and hostile names find nothing', async () => {
  await withAdmin({}, async ({ admin, bus, clock }) => {
    bus.attachMetricsHandler({ history: true });
    emit(bus, 1);
    clock.advance('1s');
    const status = async (query: string): Promise<number> => (await ask(admin, 'GET', `/admin/history?${query}`)).status;
    assert.equal(await Promise.all(['step=5s', 'last=ever', 'last=2d', 'columns=p96', 'columns=__proto__', `metric=${'x'.repeat(201)}`, 'tag=a'].map(status)), [400, 400, 400, 400, 400, 400, 400]); // biome-ignore format: short
    for (const name of ['__proto__', 'constructor', 'no.such.metric', '%00', '../../etc/passwd', '<script>alert(1)</script>', '🦊']) {
      const asked = await ask(admin, 'GET', `/admin/history?metric=${name === '%00' ? name : encodeURIComponent(name)}`);
      assert.is(asked.status, 404);
      assert.not.ok(asked.text.includes('script'));
      assert.is((await ask(admin, 'GET', `/admin/heatmap?metric=${name === '%00' ? name : encodeURIComponent(name)}`)).status, 404);
    }
  });
});

test.run();
