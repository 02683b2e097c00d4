import type { ErrorMark, ErrorPlace } from '../core/error-mark';
import { quietly } from '../core/quietly';

/** An error, or a line of level error or critical without one, as listeners are told of it. */
export interface SeenError {
  /** What was thrown. */
  readonly error: unknown;
  /** `false`: the line tells of no error. */
  readonly hasError: boolean;
  readonly mark: ErrorMark;
  readonly place: ErrorPlace;
}

/** Those who want to know of errors: detectors, alerts. */
export class ErrorListeners {
  /** How often one threw or rejected. */
  failures = 0;
  /** Errors that happened while listeners were told of another; telling them of these could go on for ever. */
  untold = 0;
  private listeners: readonly ((seen: SeenError) => void)[] = [];
  private isTelling = false;

  /** @returns What takes it off again. */
  add(listener: (seen: SeenError) => void): () => void {
    // A wrapper of its own, so that one added twice is taken off once.
    const added = (seen: SeenError) => listener(seen);
    this.listeners = [...this.listeners, added];
    return () => {
      this.listeners = this.listeners.filter((other) => other !== added);
    };
  }

  tell(error: unknown, hasError: boolean, mark: ErrorMark, place: ErrorPlace): void {
    const { listeners } = this;
    if (listeners.length === 0) return;
    if (this.isTelling) {
      this.untold++;
      return;
    }
    this.isTelling = true;
    const seen = { error, hasError, mark, place };
    for (const listener of listeners) {
      quietly(
        () => listener(seen),
        () => this.failures++,
      );
    }
    this.isTelling = false;
  }
}
