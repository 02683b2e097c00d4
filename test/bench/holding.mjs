/**
 * Ways to hold the durations of a series, for one layout: 1 µs to 24 h at two digits. Each in a process of its own.
 *
 * Times are for one series that is in the processor's caches, and for 1,000 taking turns, which are not.
 */
import assert from 'node:assert/strict';
import { ways as hdr } from './holders/hdr.mjs';
import { DAY_MS, PER_MILLES } from './holders/layout.mjs';
import { ways as native } from './holders/native.mjs';
import { ways as sparse } from './holders/sparse.mjs';
import { ways as windows } from './holders/windows.mjs';
import { bytesInUse, logNormal, ns, takeTurns } from './measure.mjs';

/** In the order of the table. */
export const ways = { ...windows, ...sparse, ...hdr, ...native };

/** A power of two of values, so that the next is a mask away; of each series another one. */
const COUNT = 65_536;
const MASK = COUNT - 1;
const TURNS = 1_024;
const SERIES = 1_000;
const RESIDENT_SERIES = 4_000;
const SAMPLES = 3_000;
const KINDS = 50;

const latencies = logNormal({ count: COUNT, median: 20, sigma: 1.2 });
/** Everywhere between 1 µs and 24 h, each power of ten as often as the next. */
const wide = everywhere(COUNT).sort((one, other) => Math.sin(one * 1e3) - Math.sin(other * 1e3));

function everywhere(/** @type {number} */ count) {
  return Array.from({ length: count }, (_, index) => 0.001 * (DAY_MS / 0.001) ** (index / (count - 1)));
}

/** Fails where something else than the distribution was recorded: percentiles differ from the exact ones by at most 1 %. */
function check(/** @type {import('./holders/layout.mjs').Way} */ way) {
  const series = way.open();
  for (const ms of latencies) series.record(ms);
  const sorted = [...latencies].sort((one, other) => one - other);
  const quantiles = series.quantiles();
  for (const [index, perMille] of PER_MILLES.entries()) {
    const exact = sorted[Math.ceil((COUNT * perMille) / 1000) - 1];
    assert.ok(Math.abs(quantiles[index] - exact) <= exact * 0.01, `${way.name}: ${perMille} ‰ are ${quantiles[index]}, not ${exact}`);
  }
}

function times(/** @type {import('./holders/layout.mjs').Way} */ way) {
  const [one, far, told] = [way.open(), way.open(), way.open()];
  const many = Array.from({ length: TURNS }, () => way.open());
  for (const ms of latencies.slice(0, SAMPLES)) told.record(ms);
  let sum = 0;
  const loops = takeTurns({
    latency(calls) {
      for (let call = 0; call < calls; call++) one.record(latencies[call & MASK]);
    },
    wide(calls) {
      for (let call = 0; call < calls; call++) far.record(wide[call & MASK]);
    },
    many(calls) {
      for (let call = 0; call < calls; call++) many[call & (TURNS - 1)].record(latencies[(call + (call >> 10)) & MASK]);
    },
    quantiles(calls) {
      for (let call = 0; call < calls; call++) sum += told.quantiles()[3];
    },
  });
  assert.ok(sum > 0);
  return loops;
}

/** Everything made stays referenced: nothing may be given back while something else is counted. */
const kept = /** @type {unknown[]} */ ([]);

const inUse = (/** @type {import('./holders/layout.mjs').Way} */ way) => {
  const bytes = bytesInUse();
  return way.counted === 'resident' ? process.memoryUsage().rss : bytes;
};

/** Bytes per series that has recorded what `samples` has for it. */
function bytesPer(/** @type {import('./holders/layout.mjs').Way} */ way, /** @type {number[][]} */ samples, /** @type {number} */ count) {
  // What the system gives is seen in pages only, and the engine takes some, too: more series make that little beside each.
  const length = way.counted === 'resident' ? Math.min(RESIDENT_SERIES, 4 * count) : count;
  const before = inUse(way);
  const series = Array.from({ length }, () => way.open());
  for (const [index, one] of series.entries()) for (const ms of samples[index % samples.length]) one.record(ms);
  const bytes = (inUse(way) - before) / length;
  kept.push(series);
  return bytes;
}

/** One row, by the headings of its table. */
function measure(/** @type {import('./holders/layout.mjs').Way} */ way) {
  check(way);
  const kinds = Array.from({ length: KINDS }, (_, kind) => logNormal({ count: SAMPLES, median: 20, sigma: 1.2, seed: kind + 1 }));
  const upTo = (/** @type {number} */ count, series = SERIES) =>
    bytesPer(
      way,
      kinds.map((kind) => kind.slice(0, count)),
      series,
    );
  // What is compiled or opened by the first use belongs to no series.
  upTo(SAMPLES);
  const bytes = {
    'bytes at 1 value': upTo(1, 4 * SERIES),
    '100 values': upTo(100, 2 * SERIES),
    '3,000 values': upTo(SAMPLES),
    '200,000 values': bytesPer(way, [Array.from({ length: 200_000 }, (_, index) => latencies[index & MASK])], SERIES / 10),
    'all cells': bytesPer(way, [[0, ...everywhere(SAMPLES)]], SERIES),
  };
  const { latency, wide, many, quantiles } = times(way);
  return {
    'way to hold a series': way.name,
    'one value': ns(latency.ns),
    'over all cells': ns(wide.ns),
    '1,024 series in turn': ns(many.ns),
    ...Object.fromEntries(Object.entries(bytes).map(([heading, value]) => [heading, size(value)])),
    'six percentiles': `${(quantiles.ns / 1e3).toFixed(1)} µs`,
  };
}

const size = (/** @type {number} */ bytes) => Math.round(bytes).toLocaleString('en');

process.stdout.write(`${JSON.stringify([measure(ways[process.argv[2] ?? 'library'])])}\n`);
