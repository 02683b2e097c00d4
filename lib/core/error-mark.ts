/** What is known of an error beside the error itself; goes with its line from the log to the sinks. */
export interface ErrorMark {
  /** Which occurrence: that of `errorIdOf`. */
  readonly id: string;
  /** Which errors are the same: 12 hexadecimal digits. */
  readonly fingerprint: string;
  /**
   * For how many occurrences the line stands: 1; 0 where another line told of this one before; more in the summary of a
   * storm. The sum over all lines is how often errors occurred.
   */
  readonly occurrences: number;
}

/** Where an error is told of. */
export interface ErrorPlace {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'critical';
  /** `<app>.<component>` or `<app>.<name>`. */
  readonly logger: string;
  /** Dotted key of the event that tells of it. */
  readonly event: string | undefined;
  /** Of the line. An event has none of its own. */
  readonly message: string;
  /** Its line is written whatever else is collapsed: somebody was given its id, or it must not be lost. */
  readonly isWanted?: boolean;
  /**
   * The value of a field that is written with it, as it was given; `undefined` for one that is masked or not there. Only while
   * listeners are told.
   */
  readonly fieldOf?: (name: string) => unknown;
  /** The caller knows that this error was told of as the same failure before: it is not counted again. */
  readonly isRepeat?: boolean;
}

/** What was made of an error. */
export interface ErrorVerdict extends ErrorMark {
  /** Its line need not be written: a summary will stand for it. */
  readonly isCollapsed: boolean;
}

/** Told of every error before its line is made, and of every line of level error or critical without one. Never throws. */
export interface ErrorWatch {
  /**
   * @param error - What was thrown, whatever it is.
   * @param hasError - `false`: the line tells of no error, only its level does.
   */
  meet(error: unknown, hasError: boolean, place: ErrorPlace): ErrorVerdict;
}
