import type { PlainValue } from './plain-fields';
import type { SlowSeverity } from './thresholds';
import { isBelow, type Ranked, TopList } from './top-list';

/** An operation that was slow. Frozen; what it holds is bounded, and shown as it is: no redaction looks at it. */
export interface SlowOperation {
  /** Dotted key of the event. */
  readonly event: string;
  /** `undefined`: the thresholds of the event held. */
  readonly class: string | undefined;
  readonly duration_ms: number;
  /** The threshold it was over, the higher one if it was over both. */
  readonly threshold_ms: number;
  readonly severity: SlowSeverity;
  /** When it ended, ms since the epoch. */
  readonly time: number;
  /** What its line calls it. */
  readonly description: string;
  /** Fields of the scope it ended in, as far as `contextKeys` names them. */
  readonly context: Readonly<Record<string, PlainValue>>;
  /** The tags that the event's definition declares. */
  readonly metadata: Readonly<Record<string, PlainValue>>;
}

interface Kept<Operation> extends Ranked {
  /** Monotonic ms. */
  readonly at: number;
  readonly operation: Operation;
}

interface Segment<Operation> {
  readonly index: number;
  readonly list: TopList<Kept<Operation>>;
}

const SEGMENTS = 6;

/**
 * The slowest operations of the last while.
 *
 * One list of the longest would, when its oldest go, have forgotten what they kept out. So time is cut into segments of a
 * sixth of the while, and each keeps as many as are asked for: whatever is among the longest of the whole while was among
 * those of its segment. Only in the oldest segment, which is partly past, may something be missing.
 */
export class Slowest<Operation extends { readonly duration_ms: number } = SlowOperation> {
  private segments: Segment<Operation>[] = [];
  private order = 0;

  constructor(
    private readonly keep: number,
    private readonly maxAgeMs: number,
  ) {}

  /** Whether an operation that ends now would be kept. @param now - Monotonic ms. */
  admits(durationMs: number, now: number): boolean {
    return this.segmentAt(now).list.admits(durationMs);
  }

  add(operation: Operation, now: number): void {
    this.segmentAt(now).list.add({ durationMs: operation.duration_ms, order: this.order++, at: now, operation });
  }

  /** The longest of those that are wanted, longest first; of equal ones, the earlier first. */
  list(now: number, limit: number, isWanted: (operation: Operation) => boolean): Operation[] {
    this.dropPast(now);
    return this.segments
      .flatMap(({ list }) => list.items)
      .filter(({ at, operation }) => now - at < this.maxAgeMs && isWanted(operation))
      .sort((one, other) => (isBelow(one, other) ? 1 : -1))
      .slice(0, Math.min(limit, this.keep))
      .map(({ operation }) => operation);
  }

  clear(): void {
    this.segments = [];
  }

  private segmentAt(now: number): Segment<Operation> {
    const index = this.indexAt(now);
    let last = this.segments.at(-1);
    if (last === undefined || index > last.index) {
      last = { index, list: new TopList(this.keep) };
      this.segments.push(last);
      this.dropPast(now);
    }
    return last;
  }

  /** The while reaches back into one segment more than it has. */
  private dropPast(now: number): void {
    const oldest = this.indexAt(now) - SEGMENTS;
    if (this.segments.length > 0 && this.segments[0]!.index < oldest) this.segments = this.segments.filter(({ index }) => index >= oldest);
  }

  private indexAt(now: number): number {
    return Math.floor(now / (this.maxAgeMs / SEGMENTS));
  }
}
