import type { ErrorGroup } from './errors/group';
import type { ErrorTrackerStats } from './errors/tracker';
import type { ErrorGroupQuery, ErrorTrackerOptions } from './errors/tracker-options';

/** The part of a bus that tells errors apart. */
export interface BusErrors {
  /**
   * The errors that were logged or reported, one entry for all that are the same: how often each occurred, in all and in the last
   * hour, when first and last, and the ids to find them by. Levels below error are not counted; what the level of the log
   * keeps out is not seen, but what is reported is.
   *
   * @param query - `sort` (default `lastSeen`) and `limit` (default 100).
   * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
   * @example
   * telemetry.configureLog({ sinks: [memorySink()] });
   * for (const user of [7, 8]) telemetry.logger('bot').error(new RangeError(`no such user ${user}`));
   * telemetry.getErrors().map(({ type, message, total }) => [type, message, total]); // => [['RangeError', 'no such user <*>', 2]]
   */
  getErrors(query?: ErrorGroupQuery): ErrorGroup[];

  /** One of these by its fingerprint; `undefined` for one that is not known. */
  getError(fingerprint: string): ErrorGroup | undefined;

  /** By fingerprint, how often in the last hour, and when last, in whole seconds since the epoch. */
  getErrorSummary(): Record<string, { count_last_hour: number; last_seen: number }>;

  /**
   * How many errors there were, and what became of those that are not told one by one.
   *
   * @example
   * telemetry.errorStats().occurrences; // => 0
   */
  errorStats(): ErrorTrackerStats;

  /**
   * Changes how errors are told apart and when a storm of them is collapsed; see {@link ErrorTrackerOptions}. What is not
   * given stays as it was.
   *
   * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`; nothing is changed then.
   * @example
   * telemetry.configureErrors({ collapse: 'all', storm: { burst: 5, period: '1m' } });
   */
  configureErrors(options: ErrorTrackerOptions): void;
}
