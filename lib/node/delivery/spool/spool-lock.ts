import { randomBytes } from 'node:crypto';
import { closeSync, constants, lstatSync, openSync, utimesSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fateOf, type LockOwner, ownerHere, parseOwner } from '../../file/lock-owner';
import { readLockText } from '../../file/lock-text';
import { removeFile } from '../../file/remove-file';
import { withRotationLock } from '../../file/rotation-lock';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

/** An owner touches its lock so often. */
export const BEAT_MS = 10_000;
/** An owner of whom the system can't tell whether it lives counts as gone when its lock was not touched for so long. */
export const SILENCE_MS = 60_000;

/** The file that says who owns the segments of a run. */
const lockPath = (folder: string, run: string): string => join(folder, `spool-${run}.lock`);

/** What is known of a lock without holding it. */
export interface LockSight {
  readonly owner: LockOwner | undefined;
  /** Changes when it is touched or taken. */
  readonly id: string;
}

/** Looks at a lock; `undefined`: there is none. */
export function sightLock(folder: string, run: string): LockSight | undefined {
  const path = lockPath(folder, run);
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  const text = readLockText(path);
  return { owner: parseOwner(text), id: `${stats.ino} ${stats.mtimeMs} ${text}` };
}

/** Runs short work that changes who owns what in a folder. @returns `undefined` when somebody else does so just now. */
const alone = <T>(folder: string, work: () => T): T | undefined =>
  withRotationLock({ active: join(folder, 'spool'), folder, fileMode: 0o600, dirMode: 0o700 }, work);

/**
 * The right to write, deliver and delete the segments of a run, held as long as the process lives. A process that ends
 * without giving it back is found out by its id and the time it was started; where that tells nothing (another container,
 * no `/proc`), by its silence.
 */
export class SpoolLock {
  private touchedAt = performance.now();

  private constructor(
    private readonly folder: string,
    readonly run: string,
    private readonly nonce: string,
  ) {}

  /** Makes the lock of a new run, whose name nobody else uses. @throws the system's errors. */
  static create(folder: string, run: string): SpoolLock {
    return new SpoolLock(folder, run, writeLock(folder, run));
  }

  /**
   * Takes over the segments of a run whose owner is gone.
   *
   * @param isGone - Asked again when nobody else can take it over.
   * @returns `undefined`: somebody else was faster, or is just doing so.
   * @throws the system's errors.
   */
  static takeOver(folder: string, run: string, isGone: (sight: LockSight | undefined) => boolean): SpoolLock | undefined {
    return alone(folder, () => {
      if (!isGone(sightLock(folder, run))) return undefined;
      // A crash between the two leaves no lock, which is what a run without an owner has.
      removeFile(lockPath(folder, run));
      return SpoolLock.create(folder, run);
    });
  }

  /** Shows that the owner lives. @returns `false`: somebody else took the run over; nothing of it may be touched any more. */
  touch(): boolean {
    try {
      if (!this.isOurs()) return false;
      const now = new Date();
      utimesSync(lockPath(this.folder, this.run), now, now);
      this.touchedAt = performance.now();
    } catch {
      // A disk in trouble tells nothing about owners; the next look does.
    }
    return true;
  }

  /** Whether the run is still ours. Looks only when it was silent for so long that somebody may have taken it. */
  isCertain(): boolean {
    return performance.now() - this.touchedAt < SILENCE_MS / 2 || this.touch();
  }

  /** Gives the run back: whoever comes next may have it. Never throws. */
  release(): void {
    try {
      alone(this.folder, () => {
        if (this.isOurs()) removeFile(lockPath(this.folder, this.run));
      });
    } catch {
      // It will be found out.
    }
  }

  private isOurs(): boolean {
    return sightLock(this.folder, this.run)?.owner?.nonce === this.nonce;
  }
}

function writeLock(folder: string, run: string): string {
  const nonce = randomBytes(8).toString('hex');
  const path = lockPath(folder, run);
  const file = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  let isWritten = false;
  try {
    const bytes = Buffer.from(JSON.stringify(ownerHere(nonce)));
    isWritten = writeSync(file, bytes) === bytes.length;
  } finally {
    closeSync(file);
    // A lock without words would be found not to be ours.
    if (!isWritten) removeFile(path);
  }
  if (!isWritten) throw Object.assign(new Error(`ENOSPC: ${path} was not written whole`), { code: 'ENOSPC' });
  return nonce;
}

/** Whether the owner of a lock can be told to be gone, or is so only if it stays silent. */
export const isGoneNow = (sight: LockSight | undefined): boolean =>
  sight === undefined || (sight.owner !== undefined && fateOf(sight.owner) === 'gone');

/** Whether it is certain that the owner lives. */
export const isAlive = ({ owner }: LockSight): boolean => owner !== undefined && fateOf(owner) === 'alive';
