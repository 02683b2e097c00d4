/**
 * `telemetry-bus/poller`: measures again and again: queues, pools, memory. Runs anywhere.
 *
 * @module
 */
import { telemetry } from '../default-bus';
import { enginesOf, type Hosted } from '../engines';
import { PolledGauges } from '../poller/gauges';
import type { PollerOptions } from '../poller/options';
import { createPoller, type Poller } from '../poller/poller';

/** Options of `startPoller`. Only `measurements` is needed; see {@link PollerOptions}. */
export interface StartPollerOptions extends PollerOptions {
  /** A bus of `createTelemetry`. Default: the default bus. */
  readonly bus?: Hosted;
}

/**
 * Measures again and again, and emits what was measured.
 *
 * Each measurement has times of its own: the start and whole periods after it, without drift. Its runs never overlap: a time
 * at which one is still under way is skipped. Times that pass while the process is suspended or blocked are counted and not
 * caught up. Runs begin in timers, never in the caller, and the timers don't keep the process alive.
 *
 * A run that throws, rejects, takes too long or returns what can't be emitted fails: `[telemetry, poller, failure]` is
 * emitted at level warn, with `failures` (in a row) and `retryInMs`, and metadata `measurement`, `kind` (`error`, `timeout`,
 * `value`) and `reason`. Then the waits double, up to 5 minutes; a success ends that. A measurement is never taken out: its
 * gauges go stale, and come back with it. What comes after the time-out counts for nothing. Of runs that were given up and do
 * not end, three are borne; then the measurement waits until one of them ends.
 *
 * @param options - See {@link StartPollerOptions}.
 * @returns The poller, which runs until `stop`.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`; `METRIC_CONFLICT`, `METRIC_INVALID` for gauges that can't be.
 * @example
 * const queue = defineEvents('queue', { jobs: { sample: defineEvent<{ size: number }, { name: string }>({ level: 'trace', tags: ['name'] }) } });
 * telemetry.attachMetricsHandler();
 * const poller = startPoller({
 *   bus: telemetry,
 *   period: '30s',
 *   measurements: [
 *     {
 *       name: 'jobs',
 *       event: queue.jobs.sample,
 *       measure: () => ({ measurements: { size: 7 }, metadata: { name: 'mail' } }),
 *       gauges: { size: { description: 'Jobs that wait' } },
 *     },
 *   ],
 * });
 * await poller.run('jobs'); // => [{ measurement: 'jobs', outcome: 'ok' }]
 * const gauge = telemetry.getMetrics().find(({ name }) => name === 'queue.jobs.size');
 * gauge?.series.map(({ tags }) => tags.name); // => ['mail']
 * poller.stop();
 */
export function startPoller(options: StartPollerOptions): Poller {
  const engines = enginesOf('startPoller', options?.bus ?? telemetry);
  const gauges = engines.single('poller', () => new PolledGauges(engines.poller));
  return createPoller(engines.poller, gauges, options);
}

export type { PollerFailureMetadata } from '../core/own-events';
export type {
  EmittingMeasurement,
  MeasureContext,
  MeasureFunction,
  PolledGauge,
  PollerMeasurement,
  Reading,
  ReadingMeasurement,
  Readings,
} from '../poller/measurement';
export type { PollerOptions } from '../poller/options';
export type { ListedMeasurement, Poller, PollerStats } from '../poller/poller';
export type { PollOutcome } from '../poller/run';
export type { MeasurementStats, PollerGap } from '../poller/tally';
