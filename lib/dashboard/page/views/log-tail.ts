import type { LogLines } from '../../wire/logs';

/** How long a line is new. */
const NEW_MS = 4000;
const MAX_ARRIVALS = 32;

/** When lines after a number came. */
interface Arrival {
  readonly after: number;
  readonly at: number;
}

/** Lines to be shown, newest first. */
export interface Shown {
  readonly lines: LogLines['lines'];
  readonly answer: LogLines;
  /** From this number on, not including it, lines are new. */
  readonly newAfter: number;
}

/** What was seen of the last lines: which are new, which were missed, and what is held while it is paused. */
export class LogTail {
  private path = '';
  private latest: LogLines | undefined;
  private held: LogLines | undefined;
  private arrivals: Arrival[] = [];
  /** Lines that came and went between two looks. */
  missed = 0;
  /** The last line that was there when it was paused; lines after it came meanwhile. */
  pausedAt: number | undefined;

  /** Takes an answer; the same one again changes nothing. @param path - What was asked: another question begins anew. */
  meet(path: string, answer: LogLines, now: number): void {
    if (path !== this.path) this.begin(path);
    const before = this.latest;
    if (answer === before) return;
    this.latest = answer;
    if (before === undefined) return;
    // Numbers begin anew with the program.
    if (answer.last_seq < before.last_seq) {
      this.begin(path);
      this.latest = answer;
      return;
    }
    if (answer.last_seq > before.last_seq) {
      this.arrivals = [...this.arrivals.filter(({ at }) => now - at < NEW_MS), { after: before.last_seq, at: now }].slice(-MAX_ARRIVALS);
    }
    // What a pause misses is counted at its end.
    if (this.held === undefined) this.missed += Math.max(0, answer.oldest_seq - before.last_seq - 1);
  }

  get isPaused(): boolean {
    return this.held !== undefined;
  }

  /** Keeps what is shown. */
  pause(): void {
    this.held = this.latest;
    this.pausedAt = undefined;
  }

  /** Goes on; what came meanwhile is told apart, and counted where it is gone already. */
  resume(): void {
    if (this.held === undefined) return;
    this.pausedAt = this.held.last_seq;
    if (this.latest !== undefined) this.missed += Math.max(0, this.latest.oldest_seq - this.pausedAt - 1);
    this.held = undefined;
  }

  /** How many of the wanted lines came while it is paused; with `isMore`, at least so many. */
  get waiting(): { readonly count: number; readonly isMore: boolean } {
    const { held, latest } = this;
    if (held === undefined || latest === undefined) return { count: 0, isMore: false };
    const count = latest.lines.filter(({ seq }) => seq > held.last_seq).length;
    return { count, isMore: count === latest.lines.length && latest.matched > count };
  }

  shown(now: number): Shown | undefined {
    const answer = this.held ?? this.latest;
    if (answer === undefined) return undefined;
    const first = this.held === undefined ? this.arrivals.find(({ at }) => now - at < NEW_MS) : undefined;
    return { lines: [...answer.lines].reverse(), answer, newAfter: first?.after ?? answer.last_seq };
  }

  private begin(path: string): void {
    this.path = path;
    this.latest = this.held = this.pausedAt = undefined;
    this.arrivals = [];
    this.missed = 0;
  }
}
