import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { calmer } from '../../lib/dashboard/page/views/event-heat';
import { sharesOf, taggedOf, tagsText, wholeOf } from '../../lib/dashboard/page/views/event-series';
import type { Heatmap, History } from '../../lib/dashboard/wire/history';

const history = (
  stepMs: number,
  times: number[],
  series: [Record<string, string>, Record<string, (number | null)[]>][],
  unit: string | null = 'ms',
): History => ({
  metric: 'a.b.c',
  step_ms: stepMs,
  times,
  series: series.map(([tags, columns]) => ({ type: 'distribution', unit, tags, columns })),
  left_out: 0,
});

const rates = history(
  1000,
  [0, 1000],
  [
    [{}, { rate: [4, 2] }],
    [{ region: 'us' }, { rate: [1, null] }],
    [{ region: 'eu', plan: 'free' }, { rate: [3, 3] }],
  ],
);

test('the whole is the series without tags, and parts are by their mean rate', () => {
  assert.equal(wholeOf(rates)?.columns.rate, [4, 2]);
  assert.equal(
    taggedOf(rates).map(({ tags }) => tagsText(tags)),
    ['region=eu, plan=free', 'region=us'],
  );
  const durations = history(1000, [0, 1000], [[{ region: 'us' }, { p95: [null, 7] }]]);
  assert.equal(sharesOf(rates, durations), [
    { tags: 'region=eu, plan=free', rate: 3, part: 0.75, p95: null },
    { tags: 'region=us', rate: 1, part: 0.25, p95: 7 },
  ]);
});

test('without a history there are no parts', () => {
  assert.equal(sharesOf(undefined, undefined), []);
  assert.is(wholeOf(undefined), undefined);
});

const heat: Heatmap = {
  metric: 'a.b.c.duration',
  unit: 'ms',
  step_ms: 1000,
  times: [4000, 5000, 6000, 10_000],
  bounds: [1, 2, 3],
  counts: [[1, 0], [2, 1], [], [0, 5]], // biome-ignore format: short
  percentiles: { p50: [9, 9, 9, 9], p95: [9, 9, 9, 9], p99: [9, 9, 9, 9] },
};

test('five rows of a heatmap are one, and no count is lost', () => {
  const { times, counts, step_ms: step } = calmer(heat, undefined);
  assert.equal([times, counts, step], [[0, 5000, 10_000], [[1, 0], [2, 1], [0, 5]], 5000]); // biome-ignore format: short
});

test('percentiles are those of the history in the unit of the heatmap, and none where it has none', () => {
  const inSeconds = history(10_000, [0], [[{}, { p50: [0.5], p95: [null] }]], 's');
  const { percentiles } = calmer(heat, inSeconds);
  assert.equal(percentiles, { p50: [500, 500, null], p95: [null, null, null], p99: [null, null, null] });
  const { percentiles: none } = calmer(heat, history(10_000, [0], [[{}, { p50: [0.5] }]], 'tokens'));
  assert.equal(none.p50, [null, null, null]);
});

test('what did not change is not made again', () => {
  const known = history(10_000, [0], [[{}, { p50: [1] }]]);
  assert.is(calmer(heat, known), calmer(heat, known));
  assert.is.not(calmer(heat, known), calmer({ ...heat }, known));
});

test.run();
