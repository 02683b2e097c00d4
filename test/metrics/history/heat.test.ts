import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DistributionSeries } from '../../../lib/metrics/distribution-series';
import { HEAT_BYTES, HEAT_EDGES, HEAT_RANGES } from '../../../lib/metrics/history/heat';
import { HeatKeeper, type HeatReading, MAX_HEATS } from '../../../lib/metrics/history/heat-keeper';
import type { History } from '../../../lib/metrics/history/history';
import type { MetricView, SeriesView } from '../../../lib/metrics/view';
import { createDurations, createMetric, HOUR, MS_SHAPE, record, S_SHAPE, SECOND, startHistory } from './fakes';

interface Kept {
  readonly keeper: HeatKeeper;
  add(name: string, series: DistributionSeries, more?: Partial<MetricView>): void;
  remove(name: string): void;
  read(name?: string, span?: '5m' | '1h'): HeatReading;
}

/** A keeper that knows the series it is given by name. */
function keep(history: History | undefined): Kept {
  const known = new Map<string, { readonly metric: MetricView; readonly series: readonly DistributionSeries[] }>();
  const keeper = new HeatKeeper({
    current: () => history,
    watch: (watcher) => history?.watch(watcher),
    distribution: (name) => known.get(name),
  });
  keeper.start();
  return {
    keeper,
    add(name, series, more) {
      const metric = createMetric('distribution', name, more);
      known.set(name, { metric, series: [series] });
      history?.add(metric, series as SeriesView);
    },
    remove: (name) => history?.remove(known.get(name)!.series[0]!),
    read(name = 'app.job', span = '5m') {
      const found = keeper.read(name, span);
      if (found === undefined) throw new Error(`${name} has no heat`);
      return found;
    },
  };
}

const total = (row: Uint32Array | undefined): number => row?.reduce((sum, count) => sum + count, 0) ?? 0;
/** Ranges of ms that hold something, with their counts. */
const filled = ({ perUnit }: HeatReading, row: Uint32Array | undefined): number[][] =>
  [...(row ?? [])].flatMap((count, at) => (count > 0 ? [[HEAT_EDGES[at]! / perUnit, HEAT_EDGES[at + 1]! / perUnit, count]] : []));

test('edges are five to a decade, each where a cell begins, from nothing to 24 h', () => {
  assert.equal(HEAT_EDGES.slice(0, 14), [0, 1, 2, 3, 4, 6, 10, 16, 25, 40, 63, 100, 160, 250]);
  assert.is(HEAT_EDGES.at(-1), 86_400_000_000);
  assert.is(HEAT_EDGES.length, HEAT_RANGES + 1);
  for (const [at, edge] of HEAT_EDGES.entries()) if (at > 0) assert.ok(edge > HEAT_EDGES[at - 1]!);
  const nominal = 2.5 * 10 ** 6;
  const near = HEAT_EDGES.find((edge) => edge > nominal * 0.99)!;
  assert.ok(near <= nominal && near > nominal * (1 - 1 / 128));
});

test('values stand in their range at their second, and in the ten seconds', () => {
  const { clock, history } = startHistory();
  const { add, read } = keep(history);
  const series = createDurations();
  add('app.job', series);
  record(series, 0.3, 5, 5, 1200);
  clock.advance(SECOND);
  clock.advance(SECOND);
  record(series, 7);
  clock.advance(8 * SECOND);
  const second = read();
  assert.equal(second.rows.map(total), [4, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
  assert.equal(filled(second, second.rows[0]), [[0.25, 0.4, 1], [4, 6.272, 2], [999.424, 1597.44, 1]]); // biome-ignore format: short
  assert.ok(Math.abs(second.p50[0]! - 5) < 0.05);
  assert.is(second.p95[1], null);
  const ten = read('app.job', '1h');
  assert.equal([ten.stepMs, ten.rows.map(total)], [10 * SECOND, [5]]);
  history.stop();
});

test('each row sums up to the count of its row in the history, whatever is recorded, missed or reset', () => {
  const steps = fc.array(
    fc.record({
      act: fc.constantFrom('advance', 'leap', 'anew', 'reset'),
      ms: fc.nat(25 * SECOND),
      values: fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { maxLength: 8 }),
    }),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(steps, fc.nat(15 * SECOND), (moves, late) => {
      const { clock, history, one } = startHistory();
      const series = createDurations();
      history.add(createMetric('distribution'), series);
      record(series, 1, 2);
      clock.advance(late);
      const { add, read } = keep(history);
      add('app.job', series);
      const values: number[] = [];
      let isReset = false;
      for (const { act, ms, values: more } of moves) {
        record(series, ...more);
        values.push(...more);
        if (act === 'leap') clock.leap(ms);
        else if (act === 'advance') clock.advance(ms);
        else {
          isReset = true;
          if (act === 'anew') series.startAnew();
          else series.reset(clock.systemTime());
        }
      }
      clock.advance(11 * SECOND);
      for (const [span, step] of [
        ['5m', '1s'],
        ['1h', '10s'],
      ] as const) {
        // biome-ignore format: short
        const heat = read('app.job', span);
        const { times, columns } = one({ metric: 'app.job', step });
        assert.equal(heat.times, times.slice(-heat.times.length));
        assert.equal(heat.rows.map((row) => row && total(row)), columns.count!.slice(-heat.times.length).map((count) => count ?? undefined)); // biome-ignore format: short
        assert.equal(heat.p95, columns.p95!.slice(-heat.times.length));
      }
      if (isReset || late > 0) return;
      const heat = read('app.job', '1h');
      const inRange = (from: number, to: number): number =>
        [1, 2, ...values].filter((value) => Math.floor(value * 1_000 + 0.5) >= from && Math.floor(value * 1_000 + 0.5) < to).length;
      HEAT_EDGES.slice(0, -1).forEach((edge, at) => {
        const to = at === HEAT_RANGES - 1 ? Number.POSITIVE_INFINITY : HEAT_EDGES[at + 1]!;
        assert.is(heat.rows.reduce((sum, row) => sum + (row?.[at] ?? 0), 0), inRange(edge, to)); // biome-ignore format: short
      });
    }),
    { numRuns: 60 },
  );
});

test('what was recorded stays in its range when the unit becomes known', () => {
  const { clock, history } = startHistory();
  const { add, read } = keep(history);
  const series = createDurations([], MS_SHAPE);
  add('app.job', series);
  record(series, 40);
  clock.advance(SECOND);
  const before = filled(read(), read().rows[0]);
  series.convertTo(S_SHAPE);
  record(series, 0.04);
  clock.advance(SECOND);
  const after = read();
  assert.is(after.perUnit, 1e6);
  assert.equal(before, [[39.936, 62.976, 1]]);
  assert.equal(filled(after, after.rows[0]), [[0.039936, 0.062976, 1]]);
  assert.equal(filled(after, after.rows[1]), [[0.039936, 0.062976, 1]]);
  assert.ok(Math.abs(after.p50[0]! - 0.04) < 1e-6);
  history.stop();
});

test('the first sixteen without tags have heat, those that come later too; another one when there is room and it is asked for', () => {
  const { clock, history } = startHistory();
  const early = createDurations();
  const kept = keep(history);
  kept.keeper.stop();
  kept.add('early', early);
  assert.equal(kept.keeper.metrics(), []);
  kept.keeper.start();
  kept.add('tagged', createDurations([['model', 'm1']]));
  kept.add('bare', new DistributionSeries([], 0, S_SHAPE), { hdr: false });
  for (let number = 1; number < MAX_HEATS + 3; number++) kept.add(`later.${number}`, createDurations());
  record(early, 1);
  clock.advance(SECOND);
  const names = kept.keeper.metrics();
  assert.is(names.length, MAX_HEATS);
  assert.is(names[0], 'early');
  assert.is(kept.keeper.read('tagged', '5m'), undefined);
  assert.is(kept.keeper.read('nothing', '5m'), undefined);
  assert.is(kept.keeper.read(`later.${MAX_HEATS + 1}`, '5m'), undefined);
  kept.remove('later.1');
  assert.is(kept.read(`later.${MAX_HEATS + 1}`).times.length, 0);
  assert.is(kept.keeper.read(`later.${MAX_HEATS + 2}`, '5m'), undefined);
  assert.is(kept.keeper.metrics().length, MAX_HEATS);
  history.stop();
});

test('its memory is bounded, counted by the history, and given back', () => {
  const { clock, history } = startHistory();
  const kept = keep(history);
  kept.keeper.stop();
  for (let number = 0; number < MAX_HEATS; number++) kept.add(`app.job.${number}`, createDurations());
  const before = history.stats().bytes;
  kept.keeper.start();
  assert.is(history.stats().bytes - before, MAX_HEATS * HEAT_BYTES);
  assert.ok(MAX_HEATS * HEAT_BYTES < 2.5e6);
  clock.advance(HOUR);
  assert.is(history.stats().bytes - before, MAX_HEATS * HEAT_BYTES);
  assert.is(kept.read('app.job.3').times.length, 300);
  assert.is(kept.read('app.job.3', '1h').times.length, 360);
  kept.keeper.stop();
  assert.is(history.stats().bytes, before);
  assert.is(keep(undefined).keeper.read('app.job', '5m'), undefined);
  history.stop();
});

test.run();
