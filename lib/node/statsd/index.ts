/**
 * `telemetry-bus/node/statsd`: sends metrics to a StatsD receiver.
 *
 * @module
 */
import { optionInvalid } from '../../core/options';
import { METRICS_SEAM, type Metered } from '../../metrics/seam';
import { StatsdExporter } from './exporter';
import { openUdp } from './link';
import { type Statsd, type StatsdOptions, statsdSettings } from './options';

export type { Metered } from '../../metrics/seam';
export type { Statsd, StatsdOptions, StatsdStats } from './options';

/**
 * Sends the metrics of a bus to a StatsD receiver at intervals: counters and sums as what came since the last time,
 * gauges as they are, summaries and distributions as `.count` and `.sum` beside `.avg` and, where quantiles can be told,
 * `.p50`, `.p95`, `.p99`, `.min` and `.max` of the interval. Times are in milliseconds, sizes in bytes.
 *
 * Lines are packed into datagrams. What the system did not take, or what the receiver's host refused, is part of the next
 * flush; what a network loses nobody learns. Reading and sending are cut into slices of a millisecond, nothing waits for
 * them and nothing is thrown: errors are counted in `stats()`, and at most once a minute one is an `EXPORT_FAILED`
 * warning. Neither timer nor socket keeps the process alive; `stop` sends the last interval.
 *
 * @param telemetry - A bus of `createTelemetry`.
 * @param options - See {@link StatsdOptions}.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`; `ALREADY_STARTED` for a receiver that this bus already
 * sends to with the same prefix and tags.
 * @example
 * const statsd = startStatsd(telemetry, { prefix: 'shop', tags: { env: 'prod' } });
 * await statsd.stop();
 * statsd.stats().queued; // => 0
 */
export function startStatsd(telemetry: Metered, options: StatsdOptions = {}): Statsd {
  const source = telemetry?.[METRICS_SEAM];
  if (source === undefined) throw optionInvalid('startStatsd: telemetry', telemetry, 'a bus of createTelemetry of telemetry-bus');
  return new StatsdExporter(source, statsdSettings(options), openUdp);
}
