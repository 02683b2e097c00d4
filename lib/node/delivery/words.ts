import type { Warning } from '../../core/warning';
import type { DeliveryRow } from './row';

/** How a delivery speaks of itself. */
export interface DeliveryWords {
  /** Begins its warnings: `Storage of errors`. */
  readonly subject: string;
  /** Inside a sentence: `the storage of errors`. */
  readonly name: string;
  /** What is delivered: `errors`. */
  readonly lines: string;
  /** Where to: `the database`. */
  readonly receiver: string;
  /** One of them: `the error k3m9q2td`. */
  readonly line: (row: DeliveryRow) => string;
  /** Codes of warnings: something is tried again; something is lost. */
  readonly failed: Warning['code'];
  readonly lost: Warning['code'];
}
