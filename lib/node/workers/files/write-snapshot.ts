import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { optionInvalid } from '../../../core/options';
import { METRICS_SEAM, type Metered } from '../../../metrics/seam';
import { encodeSnapshot } from '../../../metrics/transfer/codec';
import { takeSnapshot } from '../../../metrics/transfer/take';

const FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/**
 * Writes a snapshot to a file, which whoever reads it finds whole: as it was before, or as it is now. The snapshot is taken before
 * this returns. It is written beside the file under another name and takes its place once it is on disk; only the owner may read
 * it. A link at the path is replaced, not followed. Name files `….snapshot`, so that `readSnapshots` finds them.
 *
 * For what ends before somebody asks: a job of cron, a shard of CI, a process of pm2.
 *
 * @param path - Its folder must exist.
 * @param telemetry - A bus, a snapshot, or what `collectWorkers` returned.
 * @throws {TelemetryError} (rejects with) `OPTION_INVALID`; or the system's error, and the file is as it was.
 * @example
 * await writeSnapshot('nightly.snapshot', telemetry);
 * (await readSnapshot('nightly.snapshot')).sources; // => 1
 */
export async function writeSnapshot(path: string, telemetry: Metered): Promise<void> {
  checkPath('writeSnapshot: path', path);
  if ((telemetry as Metered | null | undefined)?.[METRICS_SEAM] === undefined) {
    throw optionInvalid('writeSnapshot: telemetry', telemetry, 'a bus of createTelemetry of telemetry-bus, or a snapshot');
  }
  const bytes = encodeSnapshot(takeSnapshot(telemetry));
  const beside = join(dirname(path), `.${basename(path).slice(0, 100)}.${randomBytes(6).toString('hex')}`);
  const file = await open(beside, FLAGS, 0o600);
  try {
    await fill(file, bytes);
    await rename(beside, path);
  } catch (error) {
    // What can't be removed is no reason to hide what went wrong.
    await unlink(beside).catch(() => undefined);
    throw error;
  }
}

async function fill(file: FileHandle, bytes: Uint8Array): Promise<void> {
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** @throws {TelemetryError} `OPTION_INVALID` */
export function checkPath(what: string, path: unknown): void {
  if (typeof path !== 'string' || path === '' || path.includes('\0')) throw optionInvalid(what, path, 'a path');
}
