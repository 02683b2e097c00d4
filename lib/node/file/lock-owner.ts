import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Who holds a lock, as it stands in the lock's file. */
export interface LockOwner {
  /** Where process ids mean the same: this host since it was started, in this container. */
  readonly place: string;
  readonly pid: number;
  /** When the process was started, in the words of the system; empty where that can't be known. Ids are used again. */
  readonly started: string;
  /** Of this one time that the lock was taken. */
  readonly nonce: string;
}

const textOf = (read: () => string): string => {
  try {
    return read().trim();
  } catch {
    return '';
  }
};

/** State and start of a process from `/proc`, which Linux has; empty elsewhere, and for processes one may not look at. */
function procStat(pid: number): { readonly state: string; readonly started: string } {
  const text = textOf(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  // The second field is the program's name in parentheses, which may hold spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', started: fields[19] ?? '' };
}

/**
 * The hostname alone does not tell whether ids of processes can be compared: containers that share a folder may have the
 * same one, and each has its own process 1.
 */
const PLACE: string = [
  hostname(),
  textOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1')),
  textOf(() => readlinkSync('/proc/self/ns/pid')),
].join(' ');

/** The start of the process, not a random number of this module: threads and copies of the library are one owner. */
const STARTED: string = procStat(process.pid).started;

export const ownerHere = (nonce: string): LockOwner => ({ place: PLACE, pid: process.pid, started: STARTED, nonce });

/** `unknown`: nothing here can tell. */
export type Fate = 'alive' | 'gone' | 'unknown';

/** What became of the process that took a lock. */
export function fateOf({ place, pid, started }: LockOwner): Fate {
  if (place !== PLACE) return 'unknown';
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: there is one, of another user.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'gone';
  }
  const now = procStat(pid);
  // Ended, but its parent has not asked yet how.
  if (now.state === 'Z' || now.state === 'X') return 'gone';
  if (now.started === '' || started === '') return 'unknown';
  return now.started === started ? 'alive' : 'gone';
}

/** Reads the text of a lock's file; `undefined` when it is not whole or not one. */
export function parseOwner(text: string): LockOwner | undefined {
  try {
    const { place, pid, started, nonce } = JSON.parse(text) as Partial<LockOwner>;
    const isOne = typeof place === 'string' && Number.isInteger(pid) && pid! > 0 && typeof started === 'string';
    return isOne && typeof nonce === 'string' && /^[0-9a-f]{16}$/.test(nonce) ? { place, pid: pid!, started, nonce } : undefined;
  } catch {
    return undefined;
  }
}
