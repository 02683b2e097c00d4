import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { LAST_CELL } from '../../../lib/metrics/hdr';
import { History } from '../../../lib/metrics/history/history';
import { BARE_SHAPE, createDurations, createMetric, movableClock, record, SECOND, startHistory, Told } from './fakes';

test('rows take 17 kB for a counter, sum or gauge, 42 for a summary and 67 for a distribution', () => {
  const { history } = startHistory();
  const sizes: number[] = [];
  for (const [metric, series] of [
    [createMetric('counter'), new Told()],
    [createMetric('sum'), new Told()],
    [createMetric('lastValue'), new Told()],
    [createMetric('summary'), createDurations([], BARE_SHAPE)],
    [createMetric('distribution'), createDurations()],
  ] as const) {
    const before = history.stats().bytes;
    history.add(metric, series);
    sizes.push(history.stats().bytes - before);
  }
  assert.equal(sizes.slice(0, 4), [16_800, 16_800, 16_800, 42_000]);
  // Distributions of one shape share what they are merged in, which other tests have used.
  assert.ok(sizes[4]! >= 67_200 && sizes[4]! <= 67_200 + 16_000, `${sizes[4]}`);
});

/** Latencies around 20 ms, from tenths of a millisecond to seconds, the same each time. */
function latencies(count: number): number[] {
  return Array.from({ length: count }, (_, index) => 20 * Math.exp(1.2 * Math.tan(((index * 0.618_033_988_7) % 1) * 2.7 - 1.35)));
}

test('a busy latency takes 130 kB whatever time passes: 26 MB for 200 of them', () => {
  const { clock, history } = startHistory();
  const values = latencies(3_001);
  const all = Array.from({ length: 4 }, () => createDurations());
  for (const series of all) history.add(createMetric('distribution'), series);
  let next = 0;
  let most = 0;
  for (let second = 0; second < 2.2 * 3_600; second++) {
    for (const series of all) for (let index = 0; index < 60; index++) record(series, values[next++ % values.length]!);
    clock.advance(SECOND);
    if (second % 59 === 0) most = Math.max(most, history.stats().bytes);
  }
  const shared = new History(movableClock(), {}).stats().bytes;
  assert.ok((most - shared) / all.length <= 130_000, `${(most - shared) / all.length} bytes a series`);
});

test('no distribution takes more than 460 kB, not even one that fills all cells faster than a program can', () => {
  const { clock, history } = startHistory();
  const series = createDurations();
  history.add(createMetric('distribution'), series);
  const { cells } = series.live.parts();
  for (let ten = 0; ten < 6 * 66; ten++) {
    record(series, 0);
    for (let cell = 0; cell <= LAST_CELL; cell++) cells!.addMany(cell, 20_000);
    clock.advance(10 * SECOND);
  }
  const { bytes } = history.stats();
  assert.ok(bytes > 400_000 && bytes - new History(clock, {}).stats().bytes <= 460_000 + 4 * LAST_CELL, `${bytes}`);
});

test.run();
