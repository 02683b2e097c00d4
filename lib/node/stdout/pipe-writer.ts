import { writeSync } from 'node:fs';
import type { Level } from '../../core/level';
import type { SinkStats } from '../../sinks/sink';
import type { Leaving } from '../exit-hook';
import { Backlog, type BacklogOptions } from '../file/backlog';
import { codeOf } from '../file/open-file';
import { Timer } from '../file/timer';
import { Waiters } from '../file/waiters';
import type { Warner } from '../file/warner';

/** How soon it is asked again whether a full pipe has room, in ms. */
const ASK_MS = 5;
const LONGEST_ASK_MS = 50;
/** And in lines that come meanwhile. */
const ASK_EVERY = 256;
/** A reader that took nothing for so long has stopped, in ms. */
const STOPPED_MS = 1000;

export interface PipeWriterOptions extends BacklogOptions {
  readonly name: string;
  /** Of a pipe or a socket that does not block. */
  readonly fd: number;
  /** Whether somebody else's bytes are on their way to the same pipe: lines must not get into the middle of theirs. */
  readonly isTaken: () => boolean;
  readonly warner: Warner;
}

/** Brings lines into a pipe as fast as its reader takes them, and never waits for it. */
export class PipeWriter implements Leaving {
  readonly name: string;
  private readonly options: PipeWriterOptions;
  private readonly backlog: Backlog;
  private readonly waiters = new Waiters();
  private readonly ask: Timer;
  private askMs = ASK_MS;
  private waitingSince: number | undefined;
  /** Why nothing is written any more. */
  private over: string | undefined;

  constructor(options: PipeWriterOptions) {
    this.name = options.name;
    this.options = options;
    this.backlog = new Backlog(options);
    this.ask = new Timer(() => this.drain());
  }

  write(line: string, level: Level): void {
    const { backlog } = this;
    backlog.counts.accepted++;
    if (this.over !== undefined || typeof line !== 'string') {
      backlog.counts.drop(this.over ?? 'invalid');
      return;
    }
    const isFirst = backlog.lines === 0;
    backlog.push(line, level, 0);
    // A program that logs in a tight loop gives the timer no turn, but its reader may be there.
    if (isFirst || backlog.counts.accepted % ASK_EVERY === 0) this.drain();
  }

  stats(): SinkStats {
    return this.backlog.counts.stats();
  }

  flush(): Promise<void> {
    return this.backlog.lines === 0 ? Promise.resolve() : this.waiters.wait();
  }

  flushSync(deadlineMs: number): void {
    const until = performance.now() + deadlineMs;
    this.drain();
    while (this.backlog.lines > 0 && performance.now() < until) {
      Atomics.wait(sleeper, 0, 0, 1);
      this.drain();
    }
  }

  abandon(): { readonly lines: number; readonly reason: string } {
    return { lines: this.backlog.missing, reason: this.over ?? 'its reader has stopped reading' };
  }

  close(): void {
    this.end('closed');
  }

  /** Writes what the pipe takes. */
  private drain(): void {
    try {
      while (this.writeChunk());
    } catch (error) {
      const code = codeOf(error);
      if (code === 'EAGAIN') this.wait();
      else this.end(code);
    }
  }

  /** `false`: nothing is left, or somebody else has the pipe. */
  private writeChunk(): boolean {
    const { backlog, options } = this;
    if (options.isTaken()) {
      this.wait();
      return false;
    }
    const chunk = backlog.next();
    if (chunk === undefined) {
      if (backlog.tellLosses(0)) return true;
      this.waiters.settle();
      return false;
    }
    backlog.wrote(chunk, writeSync(options.fd, chunk.buffer, chunk.start, chunk.end - chunk.start));
    this.waitingSince = undefined;
    this.askMs = ASK_MS;
    return true;
  }

  private wait(): void {
    const now = performance.now();
    this.waitingSince ??= now;
    if (now - this.waitingSince > STOPPED_MS)
      this.options.warner.warn('SINK_STALLED', 'pipe', 'its reader takes nothing; lines wait, and the lowest levels are dropped first.');
    this.ask.start(this.askMs);
    this.askMs = Math.min(2 * this.askMs, LONGEST_ASK_MS);
  }

  /** Nobody will read any more. */
  private end(reason: string): void {
    this.over ??= reason;
    this.ask.stop();
    this.backlog.giveUp(this.over);
    this.waiters.settle();
  }
}

const sleeper = new Int32Array(new SharedArrayBuffer(4));
