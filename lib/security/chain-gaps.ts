import type { ChainLink } from './chain';
import { type ChainProblem, type LinePlace, type OpenProblem, problemAt } from './chain-problems';

/** Numbers that a writer left out where they belong. */
class Gap implements OpenProblem {
  private late = 0;

  constructor(
    private readonly place: LinePlace,
    private readonly link: ChainLink,
    /** The line before, or 0. */
    private readonly after: number,
    /** How many are missing for good if none comes: without those that a broken line nearby stands for. */
    private readonly missing: number,
  ) {}

  filled(): void {
    this.late++;
  }

  settle(): ChainProblem | undefined {
    const { id, seq } = this.link;
    const count = Math.max(0, this.missing - this.late);
    if (count > 0) {
      const lines = count === 1 ? '1 line is missing' : `${count} lines are missing`;
      const late = this.late === 0 ? '' : `, ${this.late} came later`;
      return problemAt(this.place, 'missing', `${lines} between ${this.after} and ${seq}${late}`, { id, seq, count });
    }
    return this.late === 0 ? undefined : problemAt(this.place, 'reordered', `Line ${seq} comes before ${this.after + 1}`, { id, seq });
  }
}

/** A stretch of a gap that nothing has filled. */
interface Piece {
  readonly from: number;
  readonly to: number;
  readonly gap: Gap;
}

/** A piece is split by each line that comes late; somebody who shuffles a whole file must not fill the memory. */
const MAX_PIECES = 1000;

/** What one writer left out so far. */
export class ChainGaps {
  private pieces: Piece[] = [];

  /** @param covered - How many of the missing lines are there, but broken. */
  open(place: LinePlace, link: ChainLink, after: number, covered: number): OpenProblem {
    const gap = new Gap(place, link, after, Math.max(0, link.seq - after - 1 - covered));
    this.pieces.push({ from: after + 1, to: link.seq - 1, gap });
    if (this.pieces.length > MAX_PIECES) this.pieces.shift();
    return gap;
  }

  /** Whether a number was missing; from now on it is not. */
  fill(seq: number): boolean {
    const at = this.pieces.findIndex(({ from, to }) => from <= seq && seq <= to);
    const piece = this.pieces[at];
    if (piece === undefined) return false;
    const { from, to, gap } = piece;
    const rest = [
      { from, to: seq - 1, gap },
      { from: seq + 1, to, gap },
    ].filter((part) => part.from <= part.to);
    this.pieces.splice(at, 1, ...rest);
    if (this.pieces.length > MAX_PIECES) this.pieces.shift();
    gap.filled();
    return true;
  }
}
