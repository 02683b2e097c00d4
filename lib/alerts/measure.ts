/** One number of a rule at a moment. */
export interface Reading {
  /** Value of the field that the rule groups by; `undefined` without one. For a metric of several series, its tags as text. */
  readonly group: string | undefined;
  /** `undefined`: there is nothing to tell from, which is neither good nor bad: a pending alert ends, a firing one stays until `keepFor` is over. */
  readonly value: number | undefined;
  /** What may be told with it: the ids of some errors, the message of the last one (redacted), tags. */
  readonly details?: Readonly<Record<string, string>>;
}

/** What makes numbers of what a rule looks at; it looks from when it is made until it is stopped. */
export interface Measure {
  /**
   * The numbers now. Groups that have nothing within their window are left out, and forgotten: the engine takes a group that is
   * not told as well. Called at most once for each tick of the engine; never throws.
   *
   * @param now - Monotonic time.
   * @param isNow - What happened since the last tick counts as well; the window then reaches up to one step further back than it says.
   */
  read(now: number, isNow?: boolean): readonly Reading[];
  /**
   * Whether a number, or that there is none, tells little, because its window was not watched from the beginning: more may have
   * happened. Absent: it never is so.
   */
  isPartial?(value: number | undefined, now: number): boolean;
  /** How many samples found no place for a group of their own (at most 1,000 a rule, 100 of durations); together they are the group `(others)`. */
  readonly overflow: number;
  stop(): void;
}
