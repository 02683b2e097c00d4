import { closeSync, constants, fstatSync, ftruncateSync, lstatSync, mkdirSync, openSync, write, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { coded } from '../../file/open-file';

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** Longer ones are not ours: a segment ends after 1 MiB and one more entry, which has at most twice the 16 MiB of a line. */
const MAX_IMAGE_BYTES = 64 * 1_048_576;

/** Makes the folder of a spool; refuses what was put there instead of one. @throws the system's errors. */
export function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (found.isSymbolicLink()) throw coded('ELOOP', `${folder} is a symbolic link`);
}

/** A segment that is being written. */
export class SegmentFile {
  /** Of whole entries. */
  bytes = 0;
  private isWriting = false;
  private isClosed = false;

  private constructor(private readonly fd: number) {}

  /** @throws the system's errors; `EEXIST` when there is something already. */
  static create(path: string): SegmentFile {
    return new SegmentFile(openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600));
  }

  /** Appends whole entries, in the background. @throws the system's errors. */
  async append(bytes: Buffer): Promise<void> {
    this.isWriting = true;
    try {
      for (let at = 0; at < bytes.length; ) at += await this.writeSome(bytes, at);
      this.bytes += bytes.length;
    } finally {
      this.isWriting = false;
      if (this.isClosed) this.close();
    }
  }

  appendSync(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) at += writeSync(this.fd, bytes, at);
    this.bytes += bytes.length;
  }

  /** Somebody deleted it: what is appended would be gone at once. */
  get isGone(): boolean {
    return fstatSync(this.fd).nlink === 0;
  }

  /** Removes what a failed write left of half entries, which also makes room on a full disk. @returns Whether it did. */
  rewind(): boolean {
    try {
      ftruncateSync(this.fd, this.bytes);
      return true;
    } catch {
      return false;
    }
  }

  close(): void {
    this.isClosed = true;
    // The number of a descriptor is given to the next file: a write that has not begun would go there.
    if (this.isWriting) return;
    try {
      closeSync(this.fd);
    } catch {
      // Some systems tell only now that a write failed; readers find out what is there.
    }
  }

  private writeSome(bytes: Buffer, at: number): Promise<number> {
    return new Promise((resolve, reject) => {
      write(this.fd, bytes, at, bytes.length - at, null, (error, written) => (error ? reject(error) : resolve(written)));
    });
  }
}

/** Size of a segment that somebody else wrote; `undefined` where there is none that could be read. */
export function segmentBytes(path: string): number | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isFile() && found.nlink === 1 && found.size <= MAX_IMAGE_BYTES ? found.size : undefined;
}

/**
 * Reads a segment.
 *
 * @param bytes - Not beyond.
 * @throws the system's errors; `ENOTREG` for what is no plain file with one name.
 */
export async function readSegment(path: string, bytes: number): Promise<Buffer> {
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const found = await file.stat();
    if (!found.isFile() || found.nlink > 1) throw coded('ENOTREG', `${path} is not a regular file with one name`);
    const image = Buffer.allocUnsafeSlow(Math.min(bytes, found.size, MAX_IMAGE_BYTES));
    let at = 0;
    while (at < image.length) {
      const { bytesRead } = await file.read(image, at, image.length - at, at);
      if (bytesRead === 0) break;
      at += bytesRead;
    }
    return image.subarray(0, at);
  } finally {
    await file.close();
  }
}
