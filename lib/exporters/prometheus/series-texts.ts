import type { SeriesView } from '../../metrics/view';
import type { Chunk } from './page-cache';

/** What is known of a series from the page before: where its lines stand, and what they were made of. */
export interface SeriesText {
  readonly series: SeriesView;
  readonly labels: string;
  chunk: Chunk;
  from: number;
  to: number;
  version: number;
  createdAt: number;
}

/** How many series that are gone may lie between two that are met. */
const LOOK_AHEAD = 32;

/**
 * The series of a family on the page before, in the order of that page. Series keep their order and new ones come last,
 * so they are found by walking along, without a table.
 */
export class SeriesTexts {
  private before: readonly SeriesText[] = [];
  private now: SeriesText[] = [];
  private next = 0;
  private hasHead = false;

  begin(): void {
    this.hasHead = false;
    this.now = [];
    this.next = 0;
  }

  /** Whether this is asked for the first time since the page began: then its family has no head yet. */
  isFirst(): boolean {
    const isFirst = !this.hasHead;
    this.hasHead = true;
    return isFirst;
  }

  /** Finds a series. Those that are asked for must be in the order of the page before, as far as they were on it. */
  find(series: SeriesView): SeriesText | undefined {
    const last = Math.min(this.before.length, this.next + LOOK_AHEAD);
    for (let at = this.next; at < last; at++) {
      const known = this.before[at]!;
      if (known.series !== series) continue;
      this.next = at + 1;
      return known;
    }
    return undefined;
  }

  keep(text: SeriesText): void {
    this.now.push(text);
  }

  /** Forgets series that were not met. */
  end(): void {
    this.before = this.now;
    this.now = [];
  }
}
