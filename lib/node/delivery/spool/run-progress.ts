import type { DeliveryRow } from '../row';
import { sequenceOf } from '../row';
import type { Segment } from './segment';

/** Why lines of this run are not in the spool any more: it can't be read, or is somebody else's now. */
export type SpoolLoss = 'spool_corrupt' | 'spool_lost';

/**
 * How far the lines of this run have come. They are numbered without gaps and come out in order, so that a gap tells how many
 * were lost.
 */
export class RunProgress {
  /** The last line that was spooled, and the last that was handed out to be delivered. */
  private lastSpooled = 0;
  private lastTaken = 0;

  constructor(private readonly onLost: (reason: SpoolLoss, lines: number) => void) {}

  /** Lines that wait in the spool and nowhere else. */
  get lines(): number {
    return Math.max(0, this.lastSpooled - this.lastTaken);
  }

  spooled(last: DeliveryRow): void {
    this.lastSpooled = Math.max(this.lastSpooled, sequenceOf(last));
  }

  /** Lines up to here were taken from memory to be delivered: copies of them need not be. */
  passOver(row: DeliveryRow): void {
    this.lastTaken = sequenceOf(row);
  }

  /** Takes the next rows out of a segment of this run. */
  take(segment: Segment, maxLines: number, maxBytes: number): DeliveryRow[] {
    let last = this.lastTaken;
    // What was delivered from memory after it was spooled, or was spooled twice, is passed over.
    const rows = segment.take(maxLines, maxBytes, (row) => {
      const sequence = sequenceOf(row);
      const isWanted = sequence > last;
      if (isWanted) last = sequence;
      return isWanted;
    });
    for (const row of rows) {
      this.lose('spool_corrupt', sequenceOf(row) - this.lastTaken - 1);
      this.passOver(row);
    }
    return rows;
  }

  /** What was spooled and not taken out is not there. */
  loseRest(reason: SpoolLoss): void {
    this.lose(reason, this.lines);
  }

  private lose(reason: SpoolLoss, lines: number): void {
    if (lines <= 0) return;
    this.lastTaken += lines;
    this.onLost(reason, lines);
  }
}
