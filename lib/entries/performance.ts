/**
 * `telemetry-bus/performance`: slow operations, the slowest of them, and thresholds that fit. Runs anywhere.
 *
 * @module
 */
import type { EventName } from '../core/event';
import { enginesOf, type Hosted } from '../engines';
import { type CalibrationSource, recordedDurations as recordedBy } from '../performance/calibrate';
import type { WatchSlowOptions } from '../performance/options';
import type { SlowWatch } from '../performance/slow-watch';
import { watchSlow as watchSlowOf } from '../performance/watch';

/**
 * Watches the `duration` of the events of a bus for operations that are slow, with one handler, id `telemetry-slow`.
 *
 * A duration over `warn` is slow, one over `error` very slow; equal is not over. Each writes one line of the stream
 * `performance`: `Slow request [tools]: POST /path - 35.2s` at warn, `VERY SLOW REQUEST [tools]: …` at error; without a class,
 * and without method and path in the metadata, `Slow operation: coder.llm.response - 6.2s`. What its options throw is counted,
 * and the thresholds of the event hold. Private metadata is never told.
 *
 * Cost per event: a call that does nothing for an event without thresholds that no class is asked for; else a comparison
 * and the recording of a duration.
 *
 * @param telemetry - A bus of `createTelemetry`.
 * @param options - See {@link WatchSlowOptions}; without any, the thresholds of definitions (`slow`) hold.
 * @returns The watch, which is also the handle that detaches it.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`; `HANDLER_EXISTS` when the bus has a watch already.
 * @example
 * const memory = memorySink();
 * telemetry.configureLog({ sinks: [memory], format: 'minimal' });
 * const slow = watchSlow(telemetry, { thresholds: { 'coder.llm.response': { warn: '5s', error: '10s' } } });
 * telemetry.execute(coder.llm.response, { duration: 6200 }, { model: 'm1' });
 * memory.lines[0]?.split(' metric')[0]; // => 'WARNING app.performance Slow operation: coder.llm.response - 6.2s'
 * slow.slowest().map(({ duration_ms }) => duration_ms); // => [6200]
 */
export const watchSlow = (telemetry: Hosted, options: WatchSlowOptions = {}): SlowWatch =>
  watchSlowOf(enginesOf('watchSlow', telemetry).performance, options);

/**
 * The durations that the metrics handler of a bus recorded of some events, for `calibrateThresholds`.
 *
 * @param telemetry - A bus of `createTelemetry`.
 * @param events - Definitions or tuples.
 * @throws {TelemetryError} `OPTION_INVALID`
 * @example
 * telemetry.attachMetricsHandler();
 * for (let ms = 1; ms <= 200; ms++) telemetry.execute(coder.llm.response, { duration: ms }, { model: 'm1' });
 * calibrateThresholds(recordedDurations(telemetry, [coder.llm.response]))[0]?.proposed; // => { warn: 200, error: 400 }
 */
export const recordedDurations = (telemetry: Hosted, events: readonly EventName[]): CalibrationSource =>
  recordedBy(enginesOf('recordedDurations', telemetry).performance, events);

export {
  type CalibrationOptions,
  type CalibrationSource,
  calibrateThresholds,
  type KnownPercentile,
  type MeasuredDurations,
  type ThresholdProposal,
} from '../performance/calibrate';
export { formatCalibration } from '../performance/calibration-table';
export type { NoDuration } from '../performance/duration';
export type { CallbackFaults } from '../performance/faults';
export type { DurationSummary } from '../performance/host';
export type { ThresholdChanges, WatchSlowOptions } from '../performance/options';
export type { PlainValue } from '../performance/plain-fields';
export { type SlowRequest, slowRequests } from '../performance/slow-requests';
export type { SlowestQuery, SlowReport, SlowWatch, WatchedThresholds } from '../performance/slow-watch';
export type { SlowOperation } from '../performance/slowest';
export type { SlowTally } from '../performance/tally';
export { thresholdsInSeconds } from '../performance/text';
export type { SlowSeverity, SlowThresholds, ThresholdsInMs } from '../performance/thresholds';
