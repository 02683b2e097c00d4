/** What became of the notifications of a target. At any quiet moment accepted = delivered + all of dead + queued + limited. */
export interface TargetStats {
  /** Where it sends to, for people. */
  readonly place: string;
  /** Notifications it was given, its own summaries and tests included. */
  readonly accepted: number;
  readonly delivered: number;
  /** Given up, by code: that of the last failure; `OVERFLOW`: no room in the queue; `STOPPED`, `REMOVED`. */
  readonly dead: Readonly<Record<string, number>>;
  /** Waiting, or under way. */
  readonly queued: number;
  /** Beyond the limit of the target: a summary stands for them, or will, unless its `kinds` leave summaries out. */
  readonly limited: number;
  /** Summaries among `accepted`. */
  readonly summaries: number;
  /** Sendings, repeated ones included. */
  readonly attempts: number;
  /** It failed too often, and rests. */
  readonly isResting: boolean;
}

const MAX_CODES = 20;

/** Counts by code, of which there are not many. */
export class CodeCounts {
  private readonly counts = new Map<string, number>();

  add(code: string): void {
    const key = this.counts.has(code) || this.counts.size < MAX_CODES ? code : 'OTHER';
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  view(): Record<string, number> {
    return Object.fromEntries(this.counts);
  }
}
