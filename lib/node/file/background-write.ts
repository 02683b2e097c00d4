import { fdatasync, write } from 'node:fs';
import type { Chunk } from './chunk';
import { hasArrived } from './read-back';
import { Timer } from './timer';
import type { Warner } from './warner';

/** A write that takes longer is a stall, in ms. */
const SLOW_MS = 1000;

/** What is written, from the moment it is handed over until its answer is heard. */
interface Flight {
  readonly fd: number;
  readonly chunk: Chunk;
  readonly end: number;
  /** Size of the file before. */
  readonly from: number;
  readonly since: number;
}

export interface BackgroundWriteOptions {
  readonly fsync: boolean;
  readonly warner: Warner;
  readonly onAnswer: (chunk: Chunk, bytes: number, error: Error | null) => void;
  /** The answer came after the write was forgotten. */
  readonly onLateAnswer: () => void;
}

/** One write at a time that the program does not wait for. */
export class BackgroundWrite {
  private readonly options: BackgroundWriteOptions;
  private readonly watch: Timer;
  private flight: Flight | undefined;

  constructor(options: BackgroundWriteOptions) {
    this.options = options;
    this.watch = new Timer(() => this.look());
  }

  get isOn(): boolean {
    return this.flight !== undefined;
  }

  get isStalled(): boolean {
    return this.flight !== undefined && performance.now() - this.flight.since > SLOW_MS;
  }

  /** Writes the chunk from where it stands. @param from - Size of the file. */
  start(fd: number, from: number, chunk: Chunk, end: number): void {
    const flight: Flight = { fd, chunk, end, from, since: performance.now() };
    this.flight = flight;
    this.watch.start(SLOW_MS);
    write(fd, chunk.buffer, chunk.start, end - chunk.start, null, (error, bytes) => {
      if (error || !this.options.fsync) this.answer(flight, error, bytes);
      else fdatasync(fd, (unsynced) => this.answer(flight, unsynced, bytes));
    });
  }

  /**
   * Looks into the file whether all bytes are there, until a time; the answer is not waited for then. `undefined`: they
   * are not.
   */
  landed(until: number): { readonly chunk: Chunk; readonly bytes: number } | undefined {
    const { fd, chunk, end, from } = this.flight!;
    const bytes = chunk.buffer.subarray(chunk.start, end);
    try {
      while (!hasArrived(fd, from, bytes)) {
        if (performance.now() >= until) return undefined;
        Atomics.wait(sleeper, 0, 0, 1);
      }
    } catch {
      return undefined;
    }
    this.flight = undefined;
    return { chunk, bytes: bytes.length };
  }

  /** Whatever the answer will be, nobody needs it. */
  forget(): void {
    this.flight = undefined;
    this.watch.stop();
  }

  private answer(flight: Flight, error: Error | null, bytes: number): void {
    if (this.flight !== flight) {
      this.options.onLateAnswer();
      return;
    }
    this.flight = undefined;
    this.options.onAnswer(flight.chunk, bytes, error);
  }

  private look(): void {
    if (this.flight === undefined) return;
    if (this.isStalled) this.options.warner.warn('SINK_STALLED', 'background', 'a write takes longer than a second; lines wait.');
    this.watch.start(SLOW_MS);
  }
}

const sleeper = new Int32Array(new SharedArrayBuffer(4));
