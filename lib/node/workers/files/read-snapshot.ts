import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { TelemetryError } from '../../../core/errors';
import { checkOptions } from '../../../core/options';
import { type DecodeOptions, decodeSnapshot } from '../../../metrics/transfer/codec';
import type { MetricsSnapshot } from '../../../metrics/transfer/stored-snapshot';
import { coded } from '../../file/open-file';
import { checkPath } from './write-snapshot';

const MAX_BYTES = 2 ** 24;
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Reads a snapshot that `writeSnapshot` wrote. Its size is looked at before anything is read, and nothing but a regular file is
 * opened: no link, pipe or device.
 *
 * @param options - `maxBytes`: larger ones are refused; default 16 MiB.
 * @throws {TelemetryError} (rejects with) `SNAPSHOT_INVALID` for what is none, or too large; `OPTION_UNKNOWN`, `OPTION_INVALID`; or
 * the system's error, `ELOOP` for a link, `ENOTREG` for what is no file.
 * @example
 * await writeSnapshot('nightly.snapshot', telemetry);
 * (await readSnapshot('nightly.snapshot', { maxBytes: 1_000_000 })).conflicts; // => []
 */
export async function readSnapshot(path: string, options: DecodeOptions = {}): Promise<MetricsSnapshot> {
  checkPath('readSnapshot: path', path);
  const maxBytes = maxBytesOf('readSnapshot', options);
  return decodeSnapshot(await readBytes(path, maxBytes), { maxBytes });
}

/** @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID` */
export function maxBytesOf(where: string, options: unknown): number {
  const isSize = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 2 ** 30;
  checkOptions(where, options, { maxBytes: [isSize, 'a whole number of bytes from 1 to 2^30'] });
  return (options as DecodeOptions).maxBytes ?? MAX_BYTES;
}

/**
 * Reads a regular file that is not larger than allowed, whatever becomes of it meanwhile.
 *
 * @throws (rejects with) the system's errors, and as `readSnapshot`.
 */
export async function readBytes(path: string, maxBytes: number): Promise<Uint8Array> {
  // Looked at before it is opened: opening a device may do something.
  refuseOther(path, await lstat(path));
  const file = await open(path, FLAGS);
  try {
    const found = await file.stat();
    refuseOther(path, found);
    if (found.size > maxBytes) {
      const why = `It has ${found.size} bytes, where maxBytes is ${maxBytes}`;
      throw new TelemetryError('SNAPSHOT_INVALID', 'A file is no snapshot that can be read', why, 'Allow more, or have fewer series');
    }
    return await readAll(file, found.size);
  } finally {
    await file.close();
  }
}

function refuseOther(path: string, found: Stats): void {
  if (found.isSymbolicLink()) throw coded('ELOOP', `${path} is a symbolic link`);
  if (!found.isFile()) throw coded('ENOTREG', `${path} is not a regular file`);
}

async function readAll(file: FileHandle, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let length = 0;
  while (length < size) {
    const { bytesRead } = await file.read(bytes, length, size - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}
