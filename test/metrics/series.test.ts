import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  counter,
  createTelemetry,
  defineEvent,
  defineEvents,
  lastValue,
  type MetricDefinition,
  sum,
  summary,
  type Warning,
} from '../../lib/index';
import { METRICS_SEAM } from '../../lib/metrics/seam';
import { fakeClock } from '../../lib/testing';

const events = defineEvents('app', {
  hit: { get: defineEvent({ tags: ['path'] }), two: defineEvent({ tags: ['path', 'method'] }), plain: defineEvent() },
});
const { get, two, plain } = events.hit;

function create(definitions: MetricDefinition[] = [], maxSeries = 2000) {
  const warnings: Warning[] = [];
  const clock = fakeClock();
  const telemetry = createTelemetry({ events, clock, metrics: { definitions, maxSeries }, onWarning: (warning) => warnings.push(warning) });
  telemetry.attachMetricsHandler();
  return { telemetry, warnings, clock };
}

type Telemetry = ReturnType<typeof create>['telemetry'];
const seriesOf = (telemetry: Telemetry, name: string) => telemetry.getMetrics().find((metric) => metric.name === name)?.series ?? [];
const tagsOf = (telemetry: Telemetry, name: string) => seriesOf(telemetry, name).map(({ tags }) => tags);
const total = (telemetry: Telemetry, name: string) =>
  seriesOf(telemetry, name).reduce((all, series) => all + ('value' in series ? series.value : series.count), 0);

test('declared tags split the counter and the durations of an event; its totals stay', () => {
  const { telemetry } = create();
  telemetry.execute(get, { duration: 5 }, { path: '/a' });
  telemetry.execute(get, { duration: 7 }, { path: '/b' });
  telemetry.execute(get, {}, { path: '/b' });
  assert.equal(telemetry.getCounters(), { 'app.hit.get': 3 });
  assert.is(telemetry.getDurationStats(get)?.sum, 12);
  assert.equal(
    seriesOf(telemetry, 'app.hit.get').map((series) => [series.tags.path, 'value' in series && series.value]),
    [
      ['/a', 1],
      ['/b', 2],
    ],
  );
  assert.equal(
    seriesOf(telemetry, 'app.hit.get.duration').map((series) => [series.tags.path, 'sum' in series && series.sum]),
    [
      ['/a', 5],
      ['/b', 7],
    ],
  );
});

test('tags by other names make the series that a function of the same tags makes', () => {
  const renamed = counter('renamed', two, { tags: { verb: 'method', http_path: 'path' } });
  const made = counter('made', two, { tags: (_, { path, method }) => ({ verb: method as string, http_path: path as string }) });
  const { telemetry } = create([renamed, made]);
  for (const method of ['GET', 'PUT', 'GET', undefined, 7]) {
    for (const path of ['/a', null, '/a']) telemetry.execute(two, {}, { path, method });
  }
  const seriesOf = (metric: MetricDefinition<'counter'>): readonly string[] =>
    telemetry
      .getMetric(metric)!
      .series.map(({ tags, value }) => `${JSON.stringify(Object.entries(tags).sort())} ${value}`)
      .sort();
  assert.equal(seriesOf(renamed), seriesOf(made));
  assert.is(seriesOf(renamed).length, 8);
  assert.equal(telemetry.getMetric(renamed)!.series[0]!.tags, { verb: 'GET', http_path: '/a' });
});

test('different tags are different series, equal ones the same, whatever their type or order', () => {
  const made = counter('made', plain, { tags: (_, { a, b }) => ({ b: b as string, a: a as string }) });
  const { telemetry } = create([made]);
  for (const [path, method] of [
    ['1,b:2', undefined],
    ['1', '2'],
    ['1', 2],
    [1, 2n],
    ['1\u0000', '2'],
    ['', 'x'],
    [undefined, 'x'],
    [null, 'x'],
    ['x', ''],
    ['x', undefined],
    [true, 'x'],
    ['true', 'x'],
  ]) {
    telemetry.execute(two, {}, { path, method });
    telemetry.execute(plain, {}, { a: path, b: method });
  }
  const expected = ['path=1,b:2', 'path=1|method=2', 'path=1\ufffd|method=2', 'method=x', 'path=x', 'path=true|method=x'];
  const spelled = (all: readonly object[]) =>
    all.map((tags) =>
      Object.entries(tags)
        .map(([name, value]) => `${name}=${value}`)
        .join('|'),
    );
  assert.equal(spelled(tagsOf(telemetry, 'app.hit.two')).sort(), expected.sort());
  assert.is(telemetry.getMetric(made)?.series.length, expected.length);
});

test('a function’s tags are a set: order says nothing, empty ones are none, ours can’t be taken, and there are at most 16', () => {
  let tags: Record<string, unknown> | null = {};
  const made = counter('made', plain, { tags: () => tags as Record<string, string> });
  const { telemetry } = create([made]);
  const count = () => telemetry.execute(plain);
  for (const given of [
    { a: '1', b: '2' },
    { b: '2', a: '1' },
    { a: '1', b: '2', c: '', d: undefined, '': 'x' },
  ]) {
    tags = given;
    count();
  }
  for (const given of [{ telemetry_overflow: 'true' }, {}, null, 'text', 5]) {
    tags = given as never;
    count();
  }
  tags = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`tag${index + 10}`, index]));
  count();
  tags = { a: '1b2' };
  count();
  const [pairs, none, many, joined] = telemetry.getMetric(made)!.series;
  assert.equal([joined?.tags, joined?.value], [{ a: '1b2' }, 1]);
  assert.equal([pairs?.tags, pairs?.value], [{ a: '1', b: '2' }, 3]);
  assert.equal([none?.tags, none?.value], [{}, 5]);
  assert.equal(
    Object.keys(many!.tags),
    Array.from({ length: 16 }, (_, index) => `tag${index + 10}`),
  );
});

test('any two values share a series exactly when they are the same text', () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.integer(),
    fc.boolean(),
    fc.constantFrom(null, undefined, '', Number.NaN, '\ud800', '\udfff'),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { maxLength: 50 }), (pairs) => {
      const { telemetry } = create();
      for (const [path, method] of pairs) telemetry.execute(two, {}, { path, method });
      const found = seriesOf(telemetry, 'app.hit.two').map(({ tags }) => JSON.stringify([tags.path, tags.method]));
      assert.is(new Set(found).size, found.length);
      assert.is(total(telemetry, 'app.hit.two'), pairs.length);
      const known = new Set(pairs.map(([path, method]) => JSON.stringify([`${path ?? ''}`, `${method ?? ''}`])));
      assert.ok(found.length <= known.size);
    }),
  );
});

test('values are made safe before they tell series apart: no control characters, no half pairs, no code of theirs', () => {
  const { telemetry } = create();
  const trap = {
    toString() {
      throw new Error('called');
    },
  };
  for (const path of ['a\rb', 'a\u2028b', '\ud800', '\udc00', trap, [1], () => 1, Symbol('s'), 'tab\tand\nnewline'])
    telemetry.execute(get, {}, { path });
  assert.equal(
    tagsOf(telemetry, 'app.hit.get').map(({ path }) => path),
    ['a\ufffdb', '\ufffd', '(object)', '(array)', undefined, '(symbol)', 'tab\tand\nnewline'],
  );
});

test('long values are cut, so that series stay small', () => {
  const { telemetry } = create();
  telemetry.execute(get, {}, { path: 'x'.repeat(10_000) });
  telemetry.execute(get, {}, { path: 'x'.repeat(20_000) });
  const [tags, ...others] = tagsOf(telemetry, 'app.hit.get');
  assert.is(tags?.path?.length, 256);
  assert.ok(tags?.path?.endsWith('…'));
  assert.is(others.length, 0);
});

test('a getter that throws costs the tag or the duration, never the event', () => {
  const { telemetry } = create();
  const bad = {
    get path(): string {
      throw new Error('no');
    },
  };
  telemetry.execute(get, { duration: 5 }, bad);
  assert.equal(tagsOf(telemetry, 'app.hit.get'), [{}]);
  assert.is(telemetry.getDurationStats(get)?.count, 1);
  assert.equal(telemetry.getRejections(), { 'app.hit.get': { unreadable: 1 } });
});

test('beyond the limit samples are added up in one series, counted, and told once per metric', () => {
  const bytes = sum('bytes', get, { measurement: 'bytes', tags: ['path'], maxSeries: 3 });
  const { telemetry, warnings } = create([bytes], 5);
  for (let i = 0; i < 10; i++) for (let again = 0; again < 3; again++) telemetry.execute(get, { duration: i, bytes: i }, { path: `/${i}` });
  assert.is(tagsOf(telemetry, 'app.hit.get').length, 6);
  assert.equal(tagsOf(telemetry, 'app.hit.get').at(-1), { telemetry_overflow: 'true' });
  assert.is(total(telemetry, 'app.hit.get'), 30);
  assert.is(total(telemetry, 'app.hit.get.duration'), 30);
  const snapshot = telemetry.getMetric(bytes)!;
  assert.is(snapshot.series.length, 4);
  assert.is(snapshot.folded, 21);
  assert.is(total(telemetry, 'bytes'), 3 * 45);
  assert.equal(
    warnings.map(({ code }) => code),
    ['SERIES_LIMIT', 'SERIES_LIMIT'],
  );
  assert.match(warnings[1]!.message, /app\.hit\.get has 5 series.*telemetry_overflow.*maxSeries/);
  assert.equal(
    seriesOf(telemetry, 'telemetry.metrics.folded').map((series) => [series.tags.metric, 'value' in series && series.value]),
    [
      ['bytes', 21],
      ['app.hit.get', 15],
    ],
  );
});

test('whatever the limit, sums over all series are exactly what was emitted', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.array(fc.tuple(fc.nat(10), fc.nat(4), fc.nat(1000)), { maxLength: 200 }),
      (limit, samples) => {
        const bytes = sum('bytes', two, { measurement: 'bytes', tags: ['path', 'method'] });
        const spread = summary('spread', two, { measurement: 'bytes', tags: (_, { path }) => ({ path: path as string }) });
        const { telemetry } = create([bytes, spread], limit);
        for (const [path, method, amount] of samples) telemetry.execute(two, { bytes: amount }, { path: `${path}`, method: `${method}` });
        const all = samples.reduce((sum, [, , amount]) => sum + amount, 0);
        assert.is(total(telemetry, 'bytes'), all);
        assert.is(total(telemetry, 'app.hit.two'), samples.length);
        assert.is(total(telemetry, 'spread'), samples.length);
        assert.is(
          (telemetry.getMetric(spread)?.series ?? []).reduce((sum, series) => sum + series.sum, 0),
          all,
        );
        for (const name of ['bytes', 'app.hit.two', 'spread']) assert.ok(seriesOf(telemetry, name).length <= limit + 1);
      },
    ),
  );
});

test('N20: a million values of a tag make 2,001 series, and the sum stays a million', () => {
  const { telemetry } = create();
  for (let i = 0; i < 1_000_000; i++) telemetry.execute(get, {}, { path: `/user/${i}/${i * 7919}` });
  assert.is(seriesOf(telemetry, 'app.hit.get').length, 2001);
  assert.is(total(telemetry, 'app.hit.get'), 1_000_000);
});

test('a tag with few values does not fill up because another event has many', () => {
  const { telemetry } = create([], 3);
  for (let i = 0; i < 10; i++) telemetry.execute(get, {}, { path: `${i}` });
  telemetry.execute(two, {}, { path: 'a', method: 'b' });
  assert.equal(tagsOf(telemetry, 'app.hit.two'), [{ path: 'a', method: 'b' }]);
});

test('idle gauges expire, make room for others, and come back with a new beginning', () => {
  const depth = lastValue('depth', plain, { measurement: 'depth', tags: ['queue'], expireAfter: '1m', maxSeries: 2 });
  const stays = lastValue('stays', plain, { measurement: 'depth', tags: ['queue'] });
  const { telemetry, clock } = create([depth, stays]);
  const set = (queue: string) => telemetry.execute(plain, { depth: 1 }, { queue });
  const queues = (definition: typeof depth) => telemetry.getMetric(definition)!.series.map(({ tags }) => tags.queue);
  set('a');
  clock.advance(50_000);
  set('b');
  const [first] = telemetry.getMetric(depth)!.series;
  clock.advance(10_000);
  assert.equal(queues(depth), ['a', 'b']);
  clock.advance(1);
  assert.equal(queues(depth), ['b']);
  clock.advance(60_000);
  set('c');
  set('d');
  assert.equal(queues(depth), ['c', 'd']);
  clock.advance(60_001);
  set('a');
  const [back] = telemetry.getMetric(depth)!.series;
  assert.ok(back!.createdAt > first!.createdAt);
  assert.equal(queues(stays), ['a', 'b', 'c', 'd']);
});

test('a full metric looks for room at most once a second', () => {
  const depth = lastValue('depth', plain, { measurement: 'depth', tags: ['queue'], expireAfter: '1m', maxSeries: 1 });
  const { telemetry, clock } = create([depth]);
  const set = (queue: string) => telemetry.execute(plain, { depth: 1 }, { queue });
  const folded = () => telemetry.getCardinality()[0]?.folded;
  set('a');
  clock.advance(59_900);
  set('b');
  assert.is(folded(), 1);
  clock.advance(500);
  set('c');
  assert.is(folded(), 2);
  clock.advance(500);
  set('d');
  assert.is(folded(), 2);
  assert.equal(
    telemetry.getMetric(depth)?.series.map(({ tags }) => tags.queue),
    ['d', undefined],
  );
});

test('an expired gauge without tags comes back, too', () => {
  const depth = lastValue('depth', plain, { measurement: 'depth', expireAfter: '1m' });
  const { telemetry, clock } = create([depth]);
  telemetry.execute(plain, { depth: 1 });
  clock.advance(60_001);
  assert.equal(telemetry.getMetric(depth)?.series, []);
  telemetry.execute(plain, { depth: 2 });
  assert.equal(
    telemetry.getMetric(depth)?.series.map(({ value }) => value),
    [2],
  );
});

test('the cardinality names the tags and values that make the series, the worst metric first', () => {
  const { telemetry } = create([counter('few', two, { tags: ['method'] })], 50);
  for (let i = 0; i < 100; i++) telemetry.execute(two, {}, { path: `/${i}`, method: i % 4 === 0 ? 'POST' : 'GET' });
  const [worst, other] = telemetry.getCardinality();
  assert.equal([worst?.metric, worst?.series, worst?.limit, worst?.folded], ['app.hit.two', 50, 50, 50]);
  assert.equal(
    worst?.tags.map(({ tag, values }) => [tag, values]),
    [
      ['path', 50],
      ['method', 2],
    ],
  );
  assert.equal(worst?.tags[1]?.top, [
    { value: 'GET', series: 37 },
    { value: 'POST', series: 13 },
  ]);
  assert.is(worst?.tags[0]?.top.length, 10);
  assert.equal([other?.metric, other?.series, other?.folded], ['few', 2, 0]);
});

test('2^32 recordings of one value don’t wrap: count, sum, buckets and quantiles go on', () => {
  const spread = summary('spread', plain, { measurement: 'depth' });
  const { telemetry } = create([spread]);
  telemetry.execute(plain, { depth: 7, duration: 7 });
  // Doubling by merging, 33 times: the same counters, without four billion calls.
  for (const view of telemetry[METRICS_SEAM]!.metrics()) {
    for (const series of view.series()) {
      const { live } = series as unknown as { live?: { merge(other: unknown): void } };
      if (live !== undefined) for (let i = 0; i < 33; i++) live.merge(live);
    }
  }
  const count = 2 ** 33;
  for (let i = 0; i < 3; i++) telemetry.execute(plain, { depth: 9, duration: 9 });
  const [told] = telemetry.getMetric(spread)!.series;
  assert.equal([told?.count, told?.sum, told?.quantiles?.p50, told?.max], [count + 3, 7 * count + 27, 7, 9]);
  const stats = telemetry.getDurationStats(plain)!;
  assert.equal([stats.count, stats.sum, stats.p99, stats.max], [count + 3, 7 * count + 27, 7, 9]);
  const durations = telemetry.getMetrics().find(({ name }) => name === 'app.hit.plain.duration')!;
  assert.ok(durations.type === 'distribution');
  const filled = durations.series.flatMap(({ buckets }) => buckets.filter((bucket) => bucket.count > 0));
  assert.equal(filled, [{ le: 10, count: count + 3 }]);
});

test.run();
