import type { EventName } from '../core/event';
import type { HandlerHandle } from '../core/handler';
import type { CalibrationOptions, MeasuredDurations, ThresholdProposal } from './calibrate';
import type { NoDuration } from './duration';
import type { CallbackFaults } from './faults';
import type { ThresholdChanges } from './options';
import type { SlowOperation } from './slowest';
import type { SlowTally } from './tally';
import type { ThresholdsInMs } from './thresholds';

/** Which of the slowest operations are asked for. */
export interface SlowestQuery {
  readonly class?: string;
  /** A definition, its tuple or its dotted key. */
  readonly event?: string | EventName;
  /** Default: as many as are kept. */
  readonly limit?: number;
}

/** What a watch has counted since it began or was reset. */
export interface SlowReport {
  /** All operations that were judged: those of all `events` and of `overflow`. */
  readonly total: SlowTally;
  /** Those that a class judged, by its name. */
  readonly classes: Readonly<Record<string, SlowTally>>;
  /** By dotted key, whoever judged; events that were not seen are left out. */
  readonly events: Readonly<Record<string, SlowTally>>;
  /** Those of events beyond `maxEvents`. */
  readonly overflow: SlowTally;
  /** What stood under `duration` and is none, by reason. */
  readonly ignored: Readonly<Partial<Record<NoDuration, number>>>;
  readonly faults: CallbackFaults;
}

/** The thresholds that hold, in ms. Those of definitions are known once the bus knows the event. */
export interface WatchedThresholds {
  readonly classes: Readonly<Record<string, ThresholdsInMs>>;
  /** By dotted key. */
  readonly events: Readonly<Record<string, ThresholdsInMs>>;
}

/** What `watchSlow` returns. What it counted can be read after a detach as well. */
export interface SlowWatch extends HandlerHandle {
  /**
   * The slowest operations of the last while (`maxAge`), longest first. With a query, those of the kept ones that match it.
   *
   * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
   */
  slowest(query?: SlowestQuery): SlowOperation[];
  /** How many operations were judged, slow and very slow, by class and by event. */
  counts(): SlowReport;
  thresholds(): WatchedThresholds;
  /**
   * Changes thresholds while the watch runs; those not named stay. What was counted was judged by those before.
   *
   * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`, also for a class that there is not; then nothing changes.
   */
  setThresholds(changes: ThresholdChanges): void;
  /** The durations that each set of thresholds judged: each class, in the order of the options, then each event that was seen. */
  measured(): MeasuredDurations[];
  /**
   * Proposes thresholds from what was recorded; see `calibrateThresholds`.
   *
   * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
   */
  calibrate(options?: CalibrationOptions): ThresholdProposal[];
  /** Forgets what was counted, recorded and kept. Thresholds stay. */
  reset(): void;
}
