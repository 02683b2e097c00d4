import { CHAIN_START, type ChainHash, type ChainLink, sealedText, unseal } from './chain';
import { ChainGaps } from './chain-gaps';
import { type ChainProblem, type ChainProblemKind, ChainProblems, type LinePlace, problemAt } from './chain-problems';
import { SeenHashes } from './seen-hashes';

/** A process, or a sink of one, and its lines. */
export interface ChainWriter {
  readonly id: string;
  /** Numbers of its first and its last line here. */
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Where they are. */
  readonly first: { readonly file?: string; readonly line: number };
  readonly last: { readonly file?: string; readonly line: number };
  readonly lines: number;
  /** Hash of its last line; `undefined` where that was changed. Recorded elsewhere, it shows later whether its end was cut off. */
  readonly head: string | undefined;
}

/** What became of a chain. */
export interface ChainReport {
  /** Nothing is wrong. The last lines of a writer may be missing unless its recorded head was given. */
  readonly isIntact: boolean;
  readonly lines: number;
  readonly chained: number;
  /** Whether the first line of all is here; else older lines were deleted, by retention or by somebody. */
  readonly isFromStart: boolean;
  /** In the order of their first lines; the first 1,000. */
  readonly writers: readonly ChainWriter[];
  readonly writerCount: number;
  /** The first 1,000. */
  readonly problems: readonly ChainProblem[];
  readonly problemCount: number;
  /**
   * Hash of the last line, whoever wrote it. Recorded elsewhere, it shows later whether that line was cut off; for what others wrote, record
   * the heads of all `writers`.
   */
  readonly head: string | undefined;
}

/** What a chain is held against. */
export interface ChainCheckOptions {
  /**
   * A head that was recorded, or several, at most 1,000: lines of these hashes must be there. What retention deletes is missing, too: leave out
   * the heads of writers whose lines are gone.
   */
  readonly expectedHead?: string | readonly string[];
  /** The chain must be here from its first line: nothing was deleted by retention. Default `false`. */
  readonly isComplete?: boolean;
}

interface WriterState {
  readonly id: string;
  readonly firstSeq: number;
  readonly first: LinePlace;
  last: LinePlace;
  seq: number;
  lines: number;
  /** Of its last line; unknown where that was changed. */
  hash: string | undefined;
  /** Broken lines there were, of anybody, when its last line came. */
  brokenBefore: number;
  readonly gaps: ChainGaps;
}

const MAX_WRITERS = 100_000;
const MAX_TOLD_WRITERS = 1000;
/** Writers that begin together in a new file do not see each other's lines yet. */
const BEGINNING_LINES = 256;

/** Follows a chain line by line, in bounded memory. */
export class ChainVerifier {
  private readonly writers = new Map<string, WriterState>();
  private readonly told: WriterState[] = [];
  private readonly seen = new SeenHashes();
  private readonly problems = new ChainProblems();
  private writerCount = 0;
  private lines = 0;
  private chained = 0;
  /** Lines that are changed or not chained: each may be one that its writer misses. */
  private broken = 0;
  private isFromStart = false;
  private firstPlace: LinePlace | undefined;
  private lastPlace: LinePlace = { file: undefined, line: 0 };
  private head: string | undefined;
  /** Heads that were recorded and have not come yet. */
  private readonly expected: Set<string>;

  constructor(
    private readonly hash: ChainHash,
    private readonly options: ChainCheckOptions,
  ) {
    const { expectedHead = [] } = options;
    this.expected = new Set(typeof expectedHead === 'string' ? [expectedHead] : expectedHead);
  }

  /** @param line - Without its newline. */
  add(line: string, place: LinePlace): void {
    this.lines++;
    this.lastPlace = place;
    const found = unseal(line);
    if (found === undefined) {
      this.broken++;
      this.problems.add(place, 'unchained', 'The line is not chained');
      return;
    }
    const { link } = found;
    const isFirst = this.chained++ === 0;
    if (isFirst) {
      this.firstPlace = place;
      this.isFromStart = link.seq === 1 && link.prev === CHAIN_START;
    }
    const isAuthentic = this.hash(sealedText(link.prev, link.id, link.seq, found.line)) === link.hash;
    if (isAuthentic) this.follow(link, place, isFirst);
    else this.meetChanged(link, place);
    this.seen.add(link.hash);
  }

  /** Something that is no line: a file that can't be unpacked to its end. */
  fail(place: LinePlace, kind: ChainProblemKind, message: string): void {
    this.broken++;
    this.problems.add(place, kind, message);
  }

  finish(): ChainReport {
    const { isComplete = false } = this.options;
    if (isComplete && !this.isFromStart) {
      const place = this.firstPlace ?? this.lastPlace;
      this.problems.add(place, 'unlinked', 'The chain does not begin here: older lines are missing');
    }
    for (const head of this.expected) {
      const message = `The line of the recorded head is not there: lines are missing at the end of its writer; it was ${head.slice(0, 12)}…`;
      this.problems.add(this.lastPlace, 'missing', message);
    }
    const { problems, problemCount } = this.problems.settle();
    return {
      isIntact: problemCount === 0,
      lines: this.lines,
      chained: this.chained,
      isFromStart: this.isFromStart,
      writers: this.told.map(writerOf),
      writerCount: this.writerCount,
      problems,
      problemCount,
      head: this.head,
    };
  }

  /** A line that is as it was written. Is it where it was written, too? */
  private follow(link: ChainLink, place: LinePlace, isFirst: boolean): void {
    this.head = link.hash;
    this.expected.delete(link.hash);
    const writer = this.writers.get(link.id);
    if (writer === undefined) this.begin(link, place, isFirst);
    else if (link.seq <= writer.seq) {
      writer.lines++;
      if (!writer.gaps.fill(link.seq)) this.problems.add(place, 'inserted', `Line ${link.seq} of its writer came before`, link);
    } else {
      if (link.seq > writer.seq + 1) this.leaveGap(writer, link, place);
      else if (writer.hash !== undefined && writer.hash !== link.prev) {
        this.problems.add(place, 'unlinked', `Line ${link.seq} does not follow the line before it`, link);
      }
      this.advance(writer, link, place, link.hash);
    }
  }

  private begin(link: ChainLink, place: LinePlace, isFirst: boolean): void {
    const writer = this.newWriter(link, place, link.hash);
    if (link.seq === 1) {
      if (!this.isKnown(link.prev, isFirst)) this.doubt(link, place);
    } else if (this.isFromStart) this.leaveGap({ ...writer, seq: 0, brokenBefore: 0 }, link, place);
    // What the oldest lines refer to was deleted with its file; others may refer to the same.
    if (isFirst && !this.isFromStart) this.seen.add(link.prev);
  }

  private isKnown(prev: string, isFirst: boolean): boolean {
    if (isFirst || this.seen.has(prev)) return true;
    return prev === CHAIN_START && this.isFromStart && this.chained <= BEGINNING_LINES;
  }

  /** A writer refers to a line that is not there yet: a file that was rotated in that moment holds it further on. */
  private doubt(link: ChainLink, place: LinePlace): void {
    const message = 'A writer begins after a line that is not there';
    this.problems.addOpen({
      settle: () => (this.seen.has(link.prev) ? undefined : problemAt(place, 'unlinked', message, { id: link.id, seq: link.seq })),
    });
  }

  private leaveGap({ seq, brokenBefore, gaps }: WriterState, link: ChainLink, place: LinePlace): void {
    this.problems.addOpen(gaps.open(place, link, seq, this.broken - brokenBefore));
  }

  /** A line whose hash is wrong: its text, or what it says of its place. Where that is plausible, the next line follows it. */
  private meetChanged(link: ChainLink, place: LinePlace): void {
    this.problems.add(place, 'changed', 'The line was changed', link);
    const writer = this.writers.get(link.id);
    if (writer !== undefined && link.seq === writer.seq + 1) this.advance(writer, link, place, undefined);
    else this.broken++;
  }

  private newWriter(link: ChainLink, place: LinePlace, hash: string): WriterState {
    const { id, seq } = link;
    const writer = { id, firstSeq: seq, first: place, last: place, seq, lines: 1, hash, brokenBefore: this.broken, gaps: new ChainGaps() };
    this.writerCount++;
    if (this.told.length < MAX_TOLD_WRITERS) this.told.push(writer);
    this.writers.set(id, writer);
    // The one that was quiet for longest is forgotten; should it come back, it is as one whose beginning was deleted.
    if (this.writers.size > MAX_WRITERS) this.writers.delete(this.writers.keys().next().value!);
    return writer;
  }

  private advance(writer: WriterState, link: ChainLink, place: LinePlace, hash: string | undefined): void {
    Object.assign(writer, { seq: link.seq, last: place, lines: writer.lines + 1, hash, brokenBefore: this.broken });
  }
}

const writerOf = ({ id, firstSeq, seq, first, last, lines, hash }: WriterState): ChainWriter => ({
  id,
  firstSeq,
  lastSeq: seq,
  first: placeOf(first),
  last: placeOf(last),
  lines,
  head: hash,
});

const placeOf = ({ file, line }: LinePlace): { readonly file?: string; readonly line: number } => ({
  ...(file === undefined ? {} : { file }),
  line,
});
