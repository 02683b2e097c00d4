/** What some faults need, found out by trying it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A kind of fault that not every machine lets happen. */
export type Need = 'linux' | 'mount' | 'attributes' | 'limits' | 'strace' | 'devices';

const runs = (command: string, ...args: string[]): boolean => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

function inFolder(attempt: (dir: string) => boolean): boolean {
  const dir = mkdtempSync(join(tmpdir(), 'faults-need-'));
  try {
    return attempt(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** How each is tried, and what is said where it fails. */
const TRIALS: Readonly<Record<Need, readonly [works: () => boolean, why: string]>> = {
  linux: [() => process.platform === 'linux', 'it needs Linux'],
  mount: [
    () => inFolder((dir) => runs('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', dir) && runs('umount', dir)),
    'it needs root and leave to mount file systems',
  ],
  attributes: [
    () => inFolder((dir) => runs('chattr', '+i', dir) && runs('chattr', '-i', dir)),
    'it needs root and a file system with attributes (chattr)',
  ],
  limits: [() => runs('prlimit', '--nofile=64:64', 'true'), 'it needs prlimit'],
  strace: [
    () => runs('strace', '-f', '--seccomp-bpf', '-e', 'trace=write', '-o', '/dev/null', 'true'),
    'it needs strace and leave to trace',
  ],
  devices: [() => inFolder((dir) => runs('mknod', join(dir, 'null'), 'c', '1', '3')), 'it needs root and leave to make devices'],
};

const tried = new Map<Need, boolean>();

/** Why a test can't run here; `undefined`: it can. */
export function missing(needs: readonly Need[]): string | undefined {
  for (const need of ['linux' as const, ...needs]) {
    const [works, why] = TRIALS[need];
    const result = tried.get(need) ?? works();
    tried.set(need, result);
    if (!result) return why;
  }
  return undefined;
}
