import { closeSync, fstatSync, ftruncateSync, lstatSync, writeSync } from 'node:fs';
import type { Family, Retention } from './family';
import { type OpenFile, openFile } from './open-file';
import type { RotatedFile } from './options';
import { PeriodClock, type PeriodClockOptions } from './period-clock';
import { rotateNames } from './rotate-names';

/** How often the path is asked whether it still leads to the open file, in ms. */
const CHECK_MS = 200;
/** And after how many bytes: other processes may write, too, and a file has a limit. */
const CHECK_BYTES = 65_536;
/** After a rotation that failed, in ms. */
const ROTATE_AGAIN_MS = 1000;

/** What decides about a file's life. */
export interface LogFileOptions extends PeriodClockOptions {
  readonly family: Family;
  readonly maxBytes: number | undefined;
  readonly retention: Retention;
  /** Told after a file was put aside. */
  readonly onRotate: (file: RotatedFile) => void;
  /** A rotation failed; writing goes on in the file there is. */
  readonly onRotateFailed: (error: NodeJS.ErrnoException) => void;
  /** Lines went into a file that somebody deleted. */
  readonly onDeleted: (lines: number) => void;
}

/**
 * The file that is written: opens it, notices when somebody moves, deletes or replaces it, and rotates it. Everything it
 * does is synchronous, and throws what the system says; the lines are somebody else's.
 */
export class LogFile {
  rotations = 0;
  reopens = 0;
  healed = 0;
  private readonly options: LogFileOptions;
  private readonly periods: PeriodClock;
  private file: OpenFile | undefined;
  /** Of the open file, as far as is known; other processes may write it, too. */
  private bytes = 0;
  /** Lines written since the path was last seen to lead here. */
  private unchecked = 0;
  private nextCheck = 0;
  private checkAt = 0;
  private rotateFrom = 0;
  /** Ends in half a line of ours. */
  private isTorn = false;
  /** The hour or day that its lines are of. */
  private filePeriod = 0;

  constructor(options: LogFileOptions) {
    this.options = options;
    this.periods = new PeriodClock(options);
  }

  get fd(): number {
    return this.file!.fd;
  }

  get size(): number {
    return this.bytes;
  }

  get period(): number {
    return this.periods.period;
  }

  /** Milliseconds until the next hour or day. */
  get untilBoundary(): number {
    return this.periods.untilBoundary;
  }

  /** Bytes that the file may still take; any number while it can't be put aside. */
  get room(): number {
    return this.rotateFrom > 0 ? Number.POSITIVE_INFINITY : this.limit - this.bytes;
  }

  private get limit(): number {
    return this.options.maxBytes ?? Number.POSITIVE_INFINITY;
  }

  /** Opens the file. One from an earlier hour or day is put aside first. */
  open(): void {
    this.adopt(openFile(this.options.family.active, this.options.family));
    if (this.bytes > 0 && this.periods.isOver(this.file!.modifiedMs)) this.rotate(performance.now());
  }

  /**
   * Gets the file ready for a line: opened, the one that the path leads to, of the right period, and with enough room.
   *
   * @param now - A reading of the monotonic clock.
   */
  prepare(bytes: number, period: number, now: number): void {
    if (this.file === undefined || now >= this.nextCheck || this.bytes >= this.checkAt) this.check(now);
    if (this.bytes > 0 && !this.isTorn && (period > this.filePeriod || this.bytes + bytes > this.limit)) this.rotate(now);
    if (this.bytes === 0 || this.filePeriod > period) this.filePeriod = period;
  }

  /** A line begins: half of one that was dropped since must not become its beginning. */
  beginLine(): void {
    if (!this.isTorn) return;
    this.bytes += writeSync(this.fd, '\n');
    this.isTorn = false;
  }

  /** Half a line was written before: whether the rest can follow. If not, it is closed, and the line must begin again. */
  continuesLine(): boolean {
    if (!this.isTorn) return false;
    if (fstatSync(this.fd).size === this.bytes) return true;
    // Somebody else wrote behind it.
    this.beginLine();
    return false;
  }

  /** @param isTorn - The last of the bytes were half a line. */
  wrote(bytes: number, lines: number, isTorn: boolean): void {
    this.bytes += bytes;
    this.unchecked += lines;
    this.isTorn = isTorn;
  }

  /**
   * The open file has no name any more: what was written into it just now is lost, and has to be written once more. Happens
   * to a process that was stopped between its look at the path and its write, while others compressed the file.
   */
  get isGone(): boolean {
    try {
      return this.file !== undefined && fstatSync(this.file.fd).nlink === 0;
    } catch {
      return false;
    }
  }

  /**
   * The rest of a line will never come: its beginning is taken away again, unless somebody else wrote behind it.
   *
   * @param bytes - Of the line that were written.
   */
  takeBack(bytes: number): void {
    try {
      if (this.file === undefined || !this.isTorn || fstatSync(this.fd).size !== this.bytes) return;
      ftruncateSync(this.fd, this.bytes - bytes);
      this.wrote(-bytes, 0, false);
    } catch {
      // Whoever opens the file next closes the line.
    }
  }

  /** Looks at the path now, so that what was written a while ago is known to be in a file that is still there. */
  recheck(): void {
    if (this.file !== undefined && this.unchecked > 0) this.check(performance.now());
  }

  /** The next `prepare` looks at the path, however short ago that was. */
  distrust(): void {
    this.nextCheck = 0;
  }

  /** Puts the file aside, unless it is empty, and opens a new one. `undefined`: not done. */
  rotateNow(): RotatedFile | undefined {
    this.rotateFrom = 0;
    return this.rotate(performance.now());
  }

  /** The descriptor is not ours any more. */
  forget(): void {
    this.file = undefined;
  }

  private rotate(now: number): RotatedFile | undefined {
    if (this.file === undefined || this.bytes === 0 || now < this.rotateFrom) return undefined;
    const { family, retention, maxBytes = 0, clock, onRotate, onRotateFailed } = this.options;
    let rotated: RotatedFile | undefined;
    try {
      rotated = rotateNames(family, this.file, retention, maxBytes, clock.systemTime());
    } catch (error) {
      this.rotateFrom = now + ROTATE_AGAIN_MS;
      onRotateFailed(error as NodeJS.ErrnoException);
      return undefined;
    }
    if (rotated === undefined) {
      // Another process is at it, or was.
      this.check(now);
      return undefined;
    }
    this.rotations++;
    this.rotateFrom = 0;
    this.follow(now);
    onRotate(rotated);
    return rotated;
  }

  /** Lets go of the file and opens the path again. */
  reopen(): void {
    const file = openFile(this.options.family.active, this.options.family);
    if (this.file !== undefined) closeSync(this.file.fd);
    this.reopens++;
    this.adopt(file);
  }

  close(): void {
    const { file } = this;
    this.file = undefined;
    if (file !== undefined) closeSync(file.fd);
  }

  /** Goes to where the path leads now. */
  private check(now: number): void {
    const { family, onDeleted } = this.options;
    const found = lstatSync(family.active, { throwIfNoEntry: false });
    const { file } = this;
    if (file !== undefined && found !== undefined && found.ino === file.ino && found.dev === file.dev) {
      // Others write here, too, or cut it.
      if (!this.isTorn) this.bytes = found.size;
      this.unchecked = 0;
      this.checked(now);
      return;
    }
    this.rotateFrom = 0;
    if (file !== undefined && fstatSync(file.fd).nlink === 0) {
      // What was written since the last look is in nobody's file.
      if (this.unchecked > 0) onDeleted(this.unchecked);
      this.unchecked = 0;
      this.isTorn = false;
      this.close();
    }
    this.follow(now);
    if (file !== undefined && this.file !== file) this.reopens++;
  }

  /** Opens what the path leads to. While that can't be, a file that was only moved away is as good as any. */
  private follow(now: number): void {
    const { file } = this;
    this.checked(now);
    let next: OpenFile;
    try {
      next = openFile(this.options.family.active, this.options.family);
    } catch (error) {
      if (file === undefined) throw error;
      if (now >= this.rotateFrom) this.options.onRotateFailed(error as NodeJS.ErrnoException);
      this.rotateFrom = now + ROTATE_AGAIN_MS;
      return;
    }
    if (this.isTorn && file !== undefined) {
      // The rest of the line will not come.
      writeQuietly(file.fd, '\n');
    }
    if (file !== undefined) closeSync(file.fd);
    this.adopt(next);
  }

  private checked(now: number): void {
    this.nextCheck = now + CHECK_MS;
    this.checkAt = this.bytes + CHECK_BYTES;
  }

  private adopt(file: OpenFile): void {
    this.file = file;
    this.bytes = file.size;
    this.checkAt = file.size + CHECK_BYTES;
    this.unchecked = 0;
    this.isTorn = false;
    if (file.wasTorn) this.healed++;
    this.filePeriod = this.periods.lastPeriod;
  }
}

function writeQuietly(fd: number, text: string): void {
  try {
    writeSync(fd, text);
  } catch {
    // It stays half a line; whoever opens the file closes it.
  }
}
