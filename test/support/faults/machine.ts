/** Faults of file systems, each taken back at the end of the test. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, truncateSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from './fact';

/** Runs a command of the system. */
export function system(command: string, ...args: readonly string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

const faults = new Set<() => void>();
let isWatched = false;

/** Has a fault taken back once: by the test, at its end, or when the whole run breaks off. Returns what does it. */
function takenBack({ undo }: Bench, takeBack: () => void): () => void {
  if (!isWatched) process.once('exit', () => faults.forEach(quietly));
  isWatched = true;
  const back = (): void => {
    if (faults.delete(back)) takeBack();
  };
  faults.add(back);
  undo(() => quietly(back));
  return back;
}

function quietly(attempt: () => void): void {
  try {
    attempt();
  } catch {
    // The folder went before, and with it what was done to it.
  }
}

/** Mounts a small file system of memory and returns where. */
export function smallDisk(bench: Bench, options: string): string {
  const at = join(bench.dir, 'disk');
  mkdirSync(at);
  system('mount', '-t', 'tmpfs', '-o', options, 'tmpfs', at);
  takenBack(bench, () => system('umount', '--lazy', at));
  return at;
}

/** Fills a disk until `leaveBytes` are free; returns what makes room again. */
export function ballast(disk: string, leaveBytes: number): () => void {
  const path = join(disk, 'ballast');
  const file = openSync(path, 'w');
  const page = Buffer.alloc(4096);
  let written = 0;
  try {
    for (;;) written += writeSync(file, page);
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOSPC') throw error;
  }
  closeSync(file);
  // What a file system rounds up is its own affair: whole pages.
  if (leaveBytes > 0) truncateSync(path, written - Math.ceil(leaveBytes / 4096) * 4096);
  return () => unlinkSync(path);
}

/** Makes files until the disk has no room for one more; returns what takes `count` of them away, by default all. */
export function fillInodes(disk: string): (count?: number) => void {
  const made: string[] = [];
  try {
    for (;;) {
      const path = join(disk, `filler-${made.length}`);
      closeSync(openSync(path, 'wx'));
      made.push(path);
    }
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOSPC') throw error;
  }
  return (count = made.length) => {
    for (const path of made.splice(0, count)) rmSync(path, { force: true });
  };
}

/** Sets an attribute of a file or folder, such as `i` (immutable) or `a` (append only); returns what takes it off. */
export function attribute(bench: Bench, path: string, flag: 'i' | 'a'): () => void {
  system('chattr', `+${flag}`, path);
  return takenBack(bench, () => system('chattr', `-${flag}`, path));
}

/** Lays a read-only view of a folder over it; returns what takes it away. */
export function readOnlyView(bench: Bench, dir: string): () => void {
  system('mount', '--bind', dir, dir);
  const back = takenBack(bench, () => system('umount', '--lazy', dir));
  system('mount', '-o', 'remount,bind,ro', dir);
  return back;
}
