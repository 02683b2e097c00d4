import { optionInvalid } from '../../core/options';
import { METRICS_SEAM, type Metered, type MetricSource } from '../seam';
import type { MetricView, SeriesView } from '../view';
import { type ByteWriter, Unfit } from './byte-writer';
import { DistributionSum } from './distribution-body';
import { headOf, isDistribution, type MetricHead } from './metric-head';
import { readSnapshot } from './read-snapshot';
import { type SeriesToWrite, SnapshotWriter, timeOf } from './snapshot-writer';
import { type MetricsSnapshot, StoredSnapshot, storedOf } from './stored-snapshot';
import { keyOfTagSet } from './term-writer';

/**
 * Copies all metrics of a bus as they are at this instant: to merge them with those of other programs, to send or to store
 * them (`encodeSnapshot`), or to compare two instants. A snapshot of a snapshot is the same one.
 *
 * Takes one to two microseconds for each counter, some ten to fifty for each distribution, and some hundred bytes of memory for
 * each distribution. Exemplars are not part of it.
 *
 * @param telemetry - A bus of `createTelemetry`.
 * @throws {TelemetryError} `OPTION_INVALID` for what has no metrics.
 * @example
 * telemetry.attachMetricsHandler();
 * telemetry.execute(coder.llm.response, { duration: 1500 }, { model: 'm1' });
 * const snapshot = takeSnapshot(telemetry);
 * telemetry.execute(coder.llm.response, { duration: 1500 }, { model: 'm1' });
 * snapshot.getCounters(); // => { 'coder.llm.response': 1 }
 * snapshot.getDurationStats(coder.llm.response)?.p99; // => 1500
 */
export function takeSnapshot(telemetry: Metered): MetricsSnapshot {
  const stored = storedOf(telemetry);
  if (stored !== undefined) return stored;
  const source = (telemetry as Metered | null | undefined)?.[METRICS_SEAM];
  if (source === undefined || source === null) {
    throw optionInvalid(
      'takeSnapshot',
      telemetry,
      'a bus that createTelemetry of "telemetry-bus" made; those of "telemetry-bus/core" keep no metrics',
    );
  }
  return new StoredSnapshot(readSnapshot(write(source)));
}

function write(source: MetricSource): Uint8Array {
  const writer = new SnapshotWriter(timeOf(source.clock.systemTime()));
  const sum = new DistributionSum();
  for (const view of source.metrics()) {
    writer.metric(view.name, () => {
      const head = headOf(view);
      return { head, series: seriesOf(view, head, sum) };
    });
  }
  return writer.finish(1);
}

function* seriesOf(view: MetricView, head: MetricHead, sum: DistributionSum): Iterable<SeriesToWrite> {
  const seen = new Set<string>();
  for (const series of view.series()) {
    const tags = series.tags.some(([, value]) => value === '') ? series.tags.filter(([, value]) => value !== '') : series.tags;
    const key = keyOfTagSet(tags);
    if (seen.has(key)) throw new Unfit('it has two series with the same tags');
    seen.add(key);
    if (head.hdr && series.perUnit !== head.perUnit) throw new Unfit('its series have different resolutions');
    yield { tags, createdAt: series.createdAt, writeBody: (out) => writeBody(out, series, head, sum) };
  }
}

function writeBody(out: ByteWriter, series: SeriesView, head: MetricHead, sum: DistributionSum): void {
  if (isDistribution(head.type)) sum.writeSeries(out, series, head);
  else if (head.type === 'counter') out.count(series.value());
  else if (head.type === 'sum') writeSum(out, series, head);
  else {
    out.number(series.value());
    out.count(0);
  }
}

/** Sums of absurd values overflow; what is written stays a number, as it does when a bus tells it. */
function writeSum(out: ByteWriter, series: SeriesView, { monotonic }: MetricHead): void {
  const [raw] = series.raw?.() ?? [];
  const isKept = raw !== undefined && Number.isFinite(raw[0]) && Number.isFinite(raw[1]);
  const sum = isKept ? raw[0]! : series.value();
  if (monotonic && sum < 0) throw new Unfit('it only rises, and is negative');
  out.number(sum);
  out.number(isKept ? raw[1]! : 0);
}
