import { fdatasyncSync, writeSync } from 'node:fs';
import type { Level } from '../../core/level';
import type { Leaving } from '../exit-hook';
import { BackgroundWrite } from './background-write';
import { Backlog, type BacklogOptions } from './backlog';
import type { Chunk } from './chunk';
import { DirectWrite } from './direct-write';
import type { Later } from './later';
import type { LogFile } from './log-file';
import type { FileSinkStats, RotatedFile } from './options';
import { Timer } from './timer';
import { Trouble } from './trouble';
import { Waiters } from './waiters';
import type { Warner } from './warner';

/**
 * What waits beyond this is written at once, in the calling thread, if the last such write was quick: a program that logs
 * in a tight loop gives the background no turn.
 */
const AT_ONCE_BYTES = 1_048_576;
/** How often, in bytes that came meanwhile, it is looked whether a write in the background has arrived. */
const LOOK_AGAIN_BYTES = 262_144;
/** Then the background has the next turn, in ms. */
const AT_ONCE_STALL_MS = 250;
const AT_ONCE_CALM_MS = 1000;
/** After lines were written it is looked once more where the path leads, in ms. */
const AFTERWARDS_MS = 250;
/** For what a caller waits for, in ms. */
const SOON_MS = 1000;
const CLOSE_MS = 5000;

/** So many bytes are worth a write. */
const BATCH_BYTES = 65_536;

export interface FileWriterOptions extends BacklogOptions {
  readonly name: string;
  readonly path: string;
  readonly isSync: boolean;
  readonly flushAfterMs: number;
  readonly fsync: boolean;
  readonly warner: Warner;
  readonly later: Later;
  /** Settles once nothing works in the background for the file any more. */
  readonly onClose: () => Promise<void>;
  readonly onAbandon: () => void;
}

/**
 * Brings lines into a file: at once or in batches, in order, each whole; keeps what can't be written, and tries again by
 * itself.
 */
export class FileWriter implements Leaving {
  readonly name: string;
  private readonly options: FileWriterOptions;
  private readonly file: LogFile;
  private readonly backlog: Backlog;
  private readonly waiters = new Waiters();
  private readonly window: Timer;
  private readonly afterwards: Timer;
  private readonly trouble: Trouble;
  private readonly background: BackgroundWrite;
  private readonly direct: DirectWrite;
  /** Batches are not written in the calling thread until then. */
  private atOnceFrom = 0;
  private lookAgainAt = AT_ONCE_BYTES;
  /** Lines whose window is over. */
  private due = 0;
  private writtenBytes = 0;
  private isClosed = false;
  /** Closed with a write in the background: the file is closed when that is over. */
  private isGivenUp = false;
  private closing: Promise<void> | undefined;

  constructor(file: LogFile, options: FileWriterOptions) {
    this.name = options.name;
    this.file = file;
    this.options = options;
    this.backlog = new Backlog(options);
    this.direct = new DirectWrite(file, options);
    this.window = new Timer(() => this.writeDue());
    this.afterwards = new Timer(() => this.recheck());
    this.trouble = new Trouble(options.warner, () => this.pump());
    this.background = new BackgroundWrite({
      ...options,
      onAnswer: (chunk, bytes, error) => this.answered(chunk, bytes, error),
      onLateAnswer: () => {
        if (this.isGivenUp) this.file.close();
      },
    });
  }

  get state(): FileSinkStats['state'] {
    if (this.isClosed) return 'closed';
    if (this.isFailing) return 'failing';
    return this.background.isStalled ? 'stalled' : 'open';
  }

  private get isFailing(): boolean {
    return this.trouble.code !== undefined;
  }

  write(line: string, level: Level): void {
    const { backlog, options } = this;
    if (options.later.isMany) options.later.run();
    backlog.counts.accepted++;
    if (this.isClosed || typeof line !== 'string') {
      backlog.counts.drop(this.isClosed ? 'closed' : 'invalid');
      return;
    }
    if (options.isSync && backlog.lines === 0 && !this.isFailing) {
      const now = performance.now();
      if (this.direct.isOn(now)) {
        this.writeNow(line, level, now);
        return;
      }
    }
    backlog.push(line, level, this.file.period);
    if (this.isFailing) return;
    if (backlog.bytes >= this.lookAgainAt) this.writeAtOnce();
    else if (!this.background.isOn) this.window.start(options.flushAfterMs);
  }

  flush(): Promise<void> {
    if (this.backlog.lines === 0) return Promise.resolve();
    const waited = this.waiters.wait();
    if (!this.isFailing) this.pump();
    return waited;
  }

  flushSync(deadlineMs: number): void {
    if (this.isGivenUp || !this.hasLanded(performance.now() + deadlineMs)) return;
    this.writeAll();
  }

  rotate(): RotatedFile | undefined {
    this.flushSync(SOON_MS);
    if (this.isClosed || this.backlog.lines > 0) return undefined;
    try {
      return this.file.rotateNow();
    } catch (error) {
      this.failed(error);
      return undefined;
    }
  }

  /** The hour or day has changed, and maybe nobody writes. */
  rotateByClock(): void {
    const { period } = this.file;
    if (this.isClosed || this.backlog.lines > 0 || this.isFailing) return;
    try {
      this.file.prepare(0, period, performance.now());
    } catch (error) {
      this.failed(error);
    }
  }

  reopen(): void {
    this.flushSync(SOON_MS);
    if (this.isClosed || this.background.isOn) return;
    try {
      this.file.reopen();
    } catch (error) {
      this.failed(error);
    }
  }

  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<void> {
    // Lines that come now find a sink that is closed; those that wait still have their time.
    this.isClosed = true;
    // The one timer that keeps the process alive: somebody waits for the end.
    const deadline = setTimeout(() => this.giveUp(), CLOSE_MS);
    await this.flush();
    clearTimeout(deadline);
    for (const timer of [this.window, this.afterwards, this.trouble]) timer.stop();
    this.background.forget();
    if (!this.isGivenUp) this.file.close();
    await this.options.onClose();
  }

  abandon(): { readonly lines: number; readonly reason: string } {
    this.options.onAbandon();
    this.options.later.run();
    this.takeBack();
    return { lines: this.backlog.missing, reason: this.trouble.code ?? 'the file did not take them in time' };
  }

  /** The file could not be opened at the start, but will be. */
  openFailed(error: unknown): void {
    this.failed(error);
  }

  /** A file was deleted that lines had been written to. */
  deleted(lines: number): void {
    this.backlog.lostWritten('deleted', lines);
    this.options.warner.warn('SINK_LOST', 'deleted', `the file was deleted while it was written; ${lines} lines went with it.`);
  }

  stats(): FileSinkStats {
    const { backlog, file, state, writtenBytes } = this;
    const { demotions } = this.direct;
    const { rotations, reopens, healed, size } = file;
    const own = { path: this.options.path, state, queuedBytes: backlog.bytes, writtenBytes, fileBytes: size };
    return { ...backlog.counts.stats(), ...own, rotations, reopens, healed, demotions, errors: { ...this.trouble.errors } };
  }

  /** Counts what goes wrong besides writing, and tells of it. */
  report(about: string, error: unknown): void {
    this.trouble.report(about, error);
  }

  /** Writes a line before anything else is done. */
  private writeNow(line: string, level: Level, now: number): void {
    const { direct } = this;
    const { period } = this.file;
    try {
      direct.write(line, period, now);
    } catch (error) {
      if (direct.done === direct.bytes) this.wroteLine(direct.bytes);
      else this.keepRest(line, level, period, direct.done);
      this.failed(error);
      return;
    }
    this.wroteLine(direct.bytes);
    direct.mindTime(now);
  }

  private wroteLine(bytes: number): void {
    this.backlog.counts.written++;
    this.writtenBytes += bytes;
    this.file.wrote(bytes, 1, false);
    this.afterwards.start(AFTERWARDS_MS);
  }

  /** The rest of a line that could not be written whole goes first when writing works again. */
  private keepRest(line: string, level: Level, period: number, done: number): void {
    this.backlog.push(line, level, period);
    if (done === 0) return;
    const chunk = this.backlog.next();
    if (chunk !== undefined) {
      this.wrote(chunk, done);
      return;
    }
    // There was no room for it.
    this.file.wrote(done, 0, true);
    this.file.takeBack(done);
  }

  /** Writes all that waits in the calling thread, if that can be done. */
  private writeAtOnce(): void {
    this.lookAgainAt = this.backlog.bytes + LOOK_AGAIN_BYTES;
    const began = performance.now();
    if (began < this.atOnceFrom || !this.direct.isOn(began) || !this.hasLanded(0)) return;
    this.writeAll();
    const now = performance.now();
    if (now - began > AT_ONCE_STALL_MS) this.atOnceFrom = now + AT_ONCE_CALM_MS;
  }

  private writeAll(): void {
    try {
      while (this.writeBatch());
    } catch (error) {
      this.failed(error);
      return;
    }
    this.succeeded();
  }

  /** Whether no write is in the background any more. Looks into the file, until a time. */
  private hasLanded(until: number): boolean {
    if (!this.background.isOn) return true;
    const done = this.background.landed(until);
    if (done !== undefined) this.wrote(done.chunk, done.bytes);
    return done !== undefined;
  }

  /** Writes the next batch in the calling thread. `false`: there is none. */
  private writeBatch(): boolean {
    const batch = this.nextBatch();
    if (batch === undefined) return false;
    const { chunk, end } = batch;
    this.wrote(chunk, writeSync(this.file.fd, chunk.buffer, chunk.start, end - chunk.start));
    if (this.options.fsync) fdatasyncSync(this.file.fd);
    return true;
  }

  private writeDue(): void {
    this.due = this.backlog.lines;
    this.pump();
  }

  /** Starts writing the next batch in the background. */
  private pump(): void {
    if (this.background.isOn) return;
    let batch: ReturnType<FileWriter['nextBatch']>;
    try {
      batch = this.nextBatch();
    } catch (error) {
      this.failed(error);
      return;
    }
    if (batch === undefined) {
      this.succeeded();
      return;
    }
    const { fd, size } = this.file;
    this.background.start(fd, size, batch.chunk, batch.end);
  }

  private answered(chunk: Chunk, bytes: number, error: Error | null): void {
    if (bytes > 0) this.wrote(chunk, bytes);
    if (error) {
      this.failed(error);
      return;
    }
    this.trouble.ended();
    this.goOn();
  }

  /** Writes on while lines are due, come fast, or somebody waits for the end; else lets them gather. */
  private goOn(): void {
    const { backlog, options } = this;
    // A sink that never comes to an end of its lines has to say what it lost, too.
    if (backlog.hasLosses && backlog.bytes < options.maxQueuedBytes / 2) backlog.tellLosses(this.file.period);
    const isUrgent = this.due > 0 || this.waiters.isAny || backlog.isBegun || backlog.bytes >= BATCH_BYTES;
    if (isUrgent || backlog.lines === 0) this.pump();
    else this.window.start(options.flushAfterMs);
  }

  private nextBatch(): { readonly chunk: Chunk; readonly end: number } | undefined {
    const chunk = this.backlog.next();
    if (chunk === undefined) return undefined;
    const { file } = this;
    // For many lines a look at the path costs nothing, and tells what other processes have written.
    file.distrust();
    file.prepare(chunk.firstEnd - chunk.start, chunk.period, performance.now());
    if (chunk.start > chunk.lineStart && !file.continuesLine()) {
      chunk.rewind();
      file.prepare(chunk.firstEnd - chunk.start, chunk.period, performance.now());
    }
    if (chunk.start === chunk.lineStart) file.beginLine();
    return { chunk, end: Math.max(chunk.endWithin(file.room), chunk.firstEnd) };
  }

  /** Bytes of the chunk are in the file, which was there before they were written. */
  private wrote(chunk: Chunk, bytes: number): void {
    if (bytes > 0 && this.file.isGone) {
      chunk.rewind();
      return;
    }
    const lines = this.backlog.wrote(chunk, bytes);
    this.due -= lines;
    this.writtenBytes += bytes;
    this.file.wrote(bytes, lines, chunk.start > chunk.lineStart);
    this.lookAgainAt = AT_ONCE_BYTES;
    this.afterwards.start(AFTERWARDS_MS);
  }

  /** Everything that waited is written. */
  private succeeded(): void {
    this.trouble.ended();
    this.due = 0;
    this.window.stop();
    if (this.backlog.tellLosses(this.file.period)) this.pump();
    if (this.backlog.lines === 0) this.waiters.settle();
  }

  /** Somebody may have moved or deleted the file since the last line, and maybe no other line comes. */
  private recheck(): void {
    if (this.isClosed || this.background.isOn || this.isFailing) return;
    try {
      this.file.recheck();
    } catch (error) {
      this.failed(error);
    }
  }

  private failed(error: unknown): void {
    this.trouble.began(error);
    if (this.trouble.code === 'EBADF') this.file.forget();
    this.file.distrust();
  }

  private takeBack(): void {
    if (!this.background.isOn) this.file.takeBack(this.backlog.rewind());
  }

  /** What could not be written in the time a close may take is dropped. */
  private giveUp(): void {
    this.takeBack();
    this.backlog.giveUp(this.trouble.code ?? 'stalled');
    this.isGivenUp = this.background.isOn;
    this.background.forget();
    this.waiters.settle();
  }
}
