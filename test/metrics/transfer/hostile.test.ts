import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPrometheusExporter } from '../../../lib/exporters/prometheus/index';
import {
  counter,
  createTelemetry,
  decodeSnapshot,
  encodeSnapshot,
  isTelemetryError,
  lastValue,
  type MetricsSnapshot,
  mergeSnapshots,
  takeSnapshot,
} from '../../../lib/index';
import { METRICS_SEAM } from '../../../lib/metrics/seam';
import type { ByteWriter } from '../../../lib/metrics/transfer/byte-writer';
import { encoded, sealed } from '../../support/metrics/encoded';
import { mutate } from '../../support/metrics/mutate';
import { createBus, jobOf, record } from '../../support/metrics/sample-buses';
import { mulberry32 } from '../../support/secrets';

const COUNT = Number(process.env.RECORDS ?? 10_000);
const SEED = Number(process.env.SEED ?? 20_261_122);

/** Bun's, or what a flag makes Node and Deno have. */
function collector(): () => void {
  const { Bun: bun } = globalThis as { readonly Bun?: { gc(force: boolean): void } };
  if (bun !== undefined) return () => bun.gc(true);
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
const collect = collector();

/** What the program holds. */
function bytesInUse(): number {
  for (let pass = 0; pass < 3; pass++) collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function samples(): Uint8Array[] {
  const [empty, few, many] = [0, 2, 40].map((jobs) => {
    const bus = createBus();
    for (let index = 0; index < jobs; index++) record(bus, jobOf(index));
    return takeSnapshot(bus);
  });
  const reset = createBus();
  for (let index = 0; index < 20; index++) {
    record(reset, jobOf(index));
    if (index === 9) reset.resetCounters();
  }
  const other = createTelemetry({
    metrics: { definitions: [counter('jobs', ['a', 'b', 'c']), lastValue('bytes', ['a', 'b', 'c'], { measurement: 'n' })] },
  });
  other.attachMetricsHandler();
  other.execute(['a', 'b', 'c'], { n: 1 });
  return [empty!, few!, many!, takeSnapshot(reset), mergeSnapshots(few!, takeSnapshot(other))].map(encodeSnapshot);
}

/** Writes a snapshot anew from what its views say. */
const rewritten = (snapshot: MetricsSnapshot): MetricsSnapshot => {
  const source = snapshot[METRICS_SEAM]!;
  const clock = { ...source.clock, systemTime: () => snapshot.takenAt };
  return takeSnapshot({ [METRICS_SEAM]: { ...source, clock } });
};

/** Asks everything there is to ask. */
function use(snapshot: MetricsSnapshot): void {
  snapshot.getMetrics();
  snapshot.getCounters();
  snapshot.getDurationStats();
  const bytes = encodeSnapshot(snapshot);
  assert.equal(encodeSnapshot(decodeSnapshot(bytes)), bytes);
  const again = rewritten(snapshot);
  assert.equal(again.conflicts, []);
  assert.equal(again.getMetrics(), snapshot.getMetrics());
  mergeSnapshots(snapshot, again, mergeSnapshots(snapshot)).getMetrics();
}

test(`${COUNT} changed encodings are refused with the one error, or are snapshots like any other (seed ${SEED})`, () => {
  const random = mulberry32(SEED);
  const originals = samples();
  const before = bytesInUse();
  const told = { taken: 0, checksum: 0, content: 0 };
  const reasons = new Set<string>();
  for (let index = 0; index < COUNT; index++) {
    const changed = mutate(random, originals[index % originals.length]!, originals);
    // Half of them have the right length and checksum, or only those would be tested.
    const bytes = index % 2 === 0 ? sealed(changed) : changed;
    let snapshot: MetricsSnapshot | undefined;
    try {
      snapshot = decodeSnapshot(bytes);
    } catch (error) {
      if (!(isTelemetryError(error) && error.code === 'SNAPSHOT_INVALID'))
        throw new Error(`${error} for encoding ${index} of seed ${SEED}`);
      const [, at, why] = /^At byte (\d+): (.*)/.exec(error.why)!;
      assert.ok(Number(at) <= bytes.length, `place ${at} of ${bytes.length} in encoding ${index}`);
      told[index % 2 === 0 ? 'content' : 'checksum']++;
      reasons.add(why!.replace(/\d+/g, 'n'));
    }
    if (snapshot === undefined) continue;
    told.taken++;
    try {
      use(snapshot);
    } catch (error) {
      throw new Error(`${(error as Error).stack} for encoding ${index} of seed ${SEED}`);
    }
  }
  const grown = bytesInUse() - before;
  assert.ok(grown < 16 * 2 ** 20, `${grown} bytes more`);
  // Otherwise the changes would be all too plain, or all refused for one reason.
  if (COUNT >= 10_000) assert.ok(told.taken > COUNT / 100 && reasons.size > 30, `${told.taken} taken, ${reasons.size} reasons`);
});

test('a page for Prometheus of changed encodings is rendered all the same', async () => {
  const random = mulberry32(SEED + 1);
  const originals = samples();
  let rendered = 0;
  for (let index = 0; index < COUNT / 10; index++) {
    let snapshot: MetricsSnapshot;
    try {
      snapshot = decodeSnapshot(sealed(mutate(random, originals[index % originals.length]!, originals)));
    } catch {
      continue;
    }
    const exporter = createPrometheusExporter(snapshot);
    await exporter.render('application/openmetrics-text');
    assert.is(exporter.stats().failures, 0, `encoding ${index} of seed ${SEED}`);
    rendered++;
  }
  if (COUNT >= 10_000) assert.ok(rendered > 10, `${rendered}`);
});

const text = (out: ByteWriter, value: string): void => {
  out.count(1);
  out.text(value);
};
const counterHead = (out: ByteWriter, name: string): void => {
  out.byte(8);
  text(out, name);
  text(out, `${name}_`);
  out.count(0);
  out.count(0);
};
const snapshotOf = (metrics: number, write: (out: ByteWriter) => void): Uint8Array =>
  encoded((out) => {
    for (const count of [0, 1, metrics]) out.count(count);
    write(out);
    out.count(0);
  });

/** Encodings that hold as many things as fit into their bytes. */
const DENSE: Readonly<Record<string, () => Uint8Array>> = {
  'series of tags of their own': () =>
    snapshotOf(1, (out) => {
      counterHead(out, 'm');
      out.count(60_000);
      for (let series = 0; series < 60_000; series++) {
        out.count(1);
        out.count(1);
        if (series === 0) text(out, 'a');
        else out.count(4);
        text(out, `v${series.toString(36)}`);
        out.count(0);
        out.count(1);
      }
    }),
  'series that share their tags': () =>
    snapshotOf(1_000, (out) => {
      for (let metric = 0; metric < 1_000; metric++) {
        counterHead(out, `m${metric}`);
        out.count(120);
        for (let series = 0; series < 120; series++) {
          if (metric > 0) out.count(series + 2);
          else {
            out.count(1);
            out.count(1);
            if (series === 0) text(out, 'a');
            else out.count(4);
            text(out, `v${series}`);
          }
          out.count(0);
          out.count(1);
        }
      }
    }),
  metrics: () =>
    snapshotOf(10_000, (out) => {
      for (let metric = 0; metric < 10_000; metric++) {
        counterHead(out, `m${metric.toString(36)}`);
        for (const count of [1, 0, 0, 1]) out.count(count);
      }
    }),
};

for (const [name, make] of Object.entries(DENSE)) {
  test(`memory stays within some times the bytes: ${name}`, () => {
    const bytes = make();
    const before = bytesInUse();
    const kept = decodeSnapshot(bytes);
    const grown = bytesInUse() - before;
    const { length } = kept.getMetrics();
    assert.ok(grown < 20 * bytes.length + 2_000 * length, `${grown} bytes for ${bytes.length} and ${length} metrics`);
  });
}

/** Series of 64 tags of 256 characters each, a byte or two for each of them: two hundred times the bytes, if written out. */
const longTags = (lists: number): Uint8Array =>
  snapshotOf(1, (out) => {
    counterHead(out, 'm');
    out.count(lists);
    const met = new Map<string, number>([
      ['m', 0],
      ['m_', 1],
    ]);
    const said = (value: string): void => {
      const number = met.get(value);
      if (number === undefined) {
        met.set(value, met.size);
        text(out, value);
      } else out.count(number + 2);
    };
    for (let list = 0; list < lists; list++) {
      for (const count of [1, 64]) out.count(count);
      for (let tag = 0; tag < 64; tag++) {
        said(`n${tag}`.padEnd(256, 'n'));
        said((tag < 24 && (list >>> tag) % 2 === 1 ? 'x' : 'y').padEnd(256));
      }
      for (const count of [0, 1]) out.count(count);
    }
  });

test('merging never writes tags out, and leaves nothing behind in what it merged', () => {
  const snapshot = decodeSnapshot(longTags(10_000));
  const [before, peak] = [bytesInUse(), process.resourceUsage().maxRSS];
  mergeSnapshots(snapshot, snapshot);
  const [grown, rise] = [bytesInUse() - before, process.resourceUsage().maxRSS - peak];
  assert.ok(grown < 4 * 2 ** 20, `${grown} bytes more`);
  // In kB. Two keys of the texts of each series would take 640 MB.
  assert.ok(rise < 250_000, `${rise} kB more in between`);
});

test('what says more than it holds takes no memory', () => {
  const bytes = encoded((out) => {
    for (const count of [0, 1, 1]) out.count(count);
    counterHead(out, 'm');
    out.count(500_000);
    out.raw(new Uint8Array(1_500_000));
  });
  const before = bytesInUse();
  for (let index = 0; index < 20; index++) assert.throws(() => decodeSnapshot(bytes));
  const grown = bytesInUse() - before;
  assert.ok(grown < 2 ** 20, `${grown} bytes more`);
});

test('ten megabytes of cells are kept as they came', () => {
  const bus = createBus();
  for (let index = 0; index < 2_000; index++) record(bus, jobOf(index));
  const bytes = encodeSnapshot(takeSnapshot(bus));
  const copies = Math.ceil(1e7 / bytes.length);
  const before = bytesInUse();
  const kept = Array.from({ length: copies }, () => decodeSnapshot(bytes));
  const grown = bytesInUse() - before;
  assert.ok(grown < 8 * copies * bytes.length, `${grown} for ${copies * bytes.length}`);
  assert.is(kept.length, copies);
});

test.run();
