/** Folders and families of files for tests. */
import { spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Family, Retention } from '../../../lib/node/file/family';
import { testUnless } from '../../support/test-with';

let root: string | undefined;
let folders = 0;

/** Made when it is asked for: what is started here and killed leaves none. */
function makeRoot(): string {
  const made = mkdtempSync(join(tmpdir(), 'telemetry-rotate-'));
  process.on('exit', () => rmSync(made, { recursive: true, force: true }));
  return made;
}

export const freshFolder = (): string => {
  root ??= makeRoot();
  const folder = join(root, String(++folders));
  mkdirSync(folder);
  return folder;
};

export const familyIn = (folder: string, name = 'app.log'): Family => ({
  active: join(folder, name),
  folder,
  fileMode: 0o600,
  dirMode: 0o700,
});

export const freshFamily = (): Family => familyIn(freshFolder());

export const keep = (files: number, totalBytes?: number, maxAgeMs?: number): Retention => ({ files, maxAgeMs, totalBytes });

/** Writes a file of the family's folder, `''` for the active one; some time ago. */
export function put(family: Family, suffix: string, text: string | Buffer, ageMs = 0): string {
  const path = suffix === '' ? family.active : `${join(family.folder, basename(family.active))}${suffix}`;
  writeFileSync(path, text);
  const time = (Date.now() - ageMs) / 1000;
  utimesSync(path, time, time);
  return path;
}

/** Every entry of a folder with its content; `.gz` unpacked; what is no file by its kind. */
export function contentOf(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => {
        const path = join(folder, name);
        if (!lstatSync(path).isFile()) return [name, '<other>'];
        return [name, (name.endsWith('.gz') ? gunzipSync(readFileSync(path)) : readFileSync(path)).toString()];
      }),
  );
}

export const idOf = (family: Family): { dev: number; ino: number } => statSync(family.active);

/** Waits for a condition, with a deadline. */
export async function until(isSo: () => boolean, what: string, deadlineMs = 20_000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`It did not come to this: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The id of a process that has ended. */
export const deadPid = (): number => spawnSync(process.execPath, ['--version']).pid;

/** Runs a command and says whether it went well. */
export const runs = (command: string, ...args: readonly string[]): boolean => spawnSync(command, args).status === 0;

/** Runs `body` in a folder with a file system of its own, of so many KiB. */
export async function onTmpfs(kib: number, body: (folder: string) => unknown): Promise<void> {
  const folder = freshFolder();
  if (!runs('mount', '-t', 'tmpfs', '-o', `size=${kib}k`, 'tmpfs', folder)) throw new Error('There is no tmpfs');
  try {
    await body(folder);
  } finally {
    runs('umount', '-l', folder);
  }
}

/** `test`, for faults that only root can cause. Elsewhere it is skipped, loudly; not in CI, where it fails. */
export function testAsRoot(name: string, body: () => void | Promise<void>): void {
  testUnless(process.geteuid?.() !== 0 && 'it needs root', name, async () => body());
}
