import type { Clock } from '../../../core/clock';
import { withoutContext } from '../../../core/context';
import type { HandlerHandle } from '../../../core/handler';
import type { Level } from '../../../core/level';
import { quietly } from '../../../core/quietly';
import type { Telemetry } from '../../../index';
import { flat } from '../../../log/known-values';
import type { Sink } from '../../../sinks/sink';
import { KeptLine } from './kept-line';
import { shortened } from './long-line';

/** How many lines are kept. */
export const MAX_LINES = 2000;
/** Of all lines together. A character takes up to two bytes: 2 MiB. */
export const MAX_CHARS = 1_048_576;
/** Of one line. */
export const MAX_LINE_CHARS = 16_384;
/** Longer lines are put into one piece at once. */
const SOON_CHARS = 4096;
const SETTLE_MS = 1000;

/**
 * The last lines of a bus's log: at most 2,000, of together at most 1 Mi characters (2 MiB); of a line of more than 16 Ki characters only
 * what it begins with. A sink that takes all that the log writes, and changes nothing about what that is.
 *
 * Keeping a line costs some tens of nanoseconds: it is not read, and remains the pieces it was made of. Once a second those that are still
 * kept are put into one piece, since a piece may hold on to a larger text that it was cut out of.
 */
export class LineRing {
  private readonly lines: (KeptLine | undefined)[] = [];
  private chars = 0;
  private handle: HandlerHandle | undefined;
  private settledSeq = 0;
  private cancelSettling: (() => void) | undefined;
  /** Sequence number of the last line, from 1. */
  lastSeq = 0;
  /** Of the oldest line that is kept; one more than the last where there is none. */
  oldestSeq = 1;

  constructor(
    private readonly bus: Telemetry,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes lines from now on, or on.
   *
   * @returns Whether it does: a log whose configuration is wrong can't be made, and may be later.
   */
  open(): boolean {
    const { sink } = this;
    // A format of its own: those of the log may be any.
    this.handle ??= quietly(() => this.bus.addSink({ sink, level: 'trace', format: 'json', schema: 'default' }));
    return this.handle !== undefined;
  }

  /** Takes no more lines, and lets go of those it has. */
  close(): void {
    this.handle?.detach();
    this.handle = undefined;
    this.cancelSettling?.();
    this.cancelSettling = undefined;
    this.lines.length = 0;
    this.chars = 0;
    this.oldestSeq = this.lastSeq + 1;
  }

  get kept(): number {
    return this.lastSeq - this.oldestSeq + 1;
  }

  /** Of the texts that are kept. */
  get keptChars(): number {
    return this.chars;
  }

  /** Those that are kept now, the newest first. */
  newestFirst(): readonly KeptLine[] {
    const all: KeptLine[] = [];
    for (let seq = this.lastSeq; seq >= this.oldestSeq; seq--) all.push(this.lines[seq % MAX_LINES]!);
    return all;
  }

  private readonly sink: Sink = {
    name: 'telemetry-admin-lines',
    write: (line, level) => this.keep(line, level),
  };

  private keep(line: string, level: Level): void {
    const { length } = line;
    const text = length <= SOON_CHARS ? line : length <= MAX_LINE_CHARS ? flat(line) : shortened(line);
    if (this.kept >= MAX_LINES) this.dropOldest();
    const seq = ++this.lastSeq;
    this.lines[seq % MAX_LINES] = new KeptLine(seq, text, level);
    this.chars += text.length;
    while (this.chars > MAX_CHARS) this.dropOldest();
    if (this.cancelSettling === undefined) this.settleLater();
  }

  private dropOldest(): void {
    const slot = this.oldestSeq++ % MAX_LINES;
    this.chars -= this.lines[slot]!.text.length;
    this.lines[slot] = undefined;
  }

  private settleLater(): void {
    // The timer would otherwise keep the scope of whoever logged.
    this.cancelSettling = withoutContext(() => this.clock.setTimer(() => this.settle(), SETTLE_MS));
  }

  private settle(): void {
    this.cancelSettling = undefined;
    for (let seq = Math.max(this.oldestSeq, this.settledSeq + 1); seq <= this.lastSeq; seq++) flat(this.lines[seq % MAX_LINES]!.text);
    this.settledSeq = this.lastSeq;
  }
}
