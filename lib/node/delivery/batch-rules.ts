/** What goes to a receiver together, and when. */
export interface BatchRules {
  readonly maxLines: number;
  /** Of text; a line that is longer goes alone. */
  readonly maxBytes: number;
  /** How long the first line of a batch waits for others, in ms. */
  readonly gatherMs: number;
  /** Whether it waits no longer once a whole batch is there. */
  readonly isEager: boolean;
}
