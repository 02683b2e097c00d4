import type { ErrorPlace } from '../core/error-mark';

/** What stands for the lines that were not written about one error in one period. */
export interface StormSummary {
  /** `000000000000`: of various errors, none of which is tracked by itself because too many are. */
  readonly fingerprint: string;
  /** As the table shows it: redacted. */
  readonly type: string;
  /** Of the last occurrence, like `event` and `level`. */
  readonly logger: string;
  readonly event: string | undefined;
  readonly level: ErrorPlace['level'];
  /** As the table shows it: redacted and normalised, `<*>` for what varies. */
  readonly message: string;
  /** How many lines were not written. */
  readonly count: number;
  /** Of these; milliseconds since the epoch. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Of the first 100 of these at most. */
  readonly errorIds: readonly string[];
  /** Id of the last one that was written, to look at. */
  readonly sampleId: string;
}
