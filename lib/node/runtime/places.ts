import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the kernel tells its figures. Another root is read in tests, and where the host's files are mounted elsewhere. */
export interface Places {
  /** Whether it is the machine's own, which Node can be asked about as well. */
  readonly isOwn: boolean;
  path(...parts: readonly string[]): string;
}

export const placesIn = (root: string): Places => ({
  isOwn: root === '/',
  path: (...parts) => join(root, ...parts),
});

const MAX_BYTES = 256 * 1024;
const CHUNK = 4096;

const HEAD = 16 * 1024;

/**
 * What one read of a file of the kernel gives, at most 16 KiB: all of those that are made in one piece, which is most of
 * them. `undefined` for what can't be read, whatever the reason: there is no such system, no permission, no such controller.
 */
export async function readHead(path: string): Promise<string | undefined> {
  return readFrom(path, async (file) => {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(HEAD), 0, HEAD, null);
    return buffer.toString('utf8', 0, bytesRead);
  });
}

/**
 * The beginning of a file that is made line by line of the kernel, at most 256 KiB of it; otherwise as {@link readHead}.
 */
export async function readText(path: string): Promise<string | undefined> {
  return readFrom(path, async (file) => {
    // The kernel says of most of its files that they are empty, so they are read to their end.
    const chunks: Buffer[] = [];
    for (let position = 0; position < MAX_BYTES; ) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, null);
      if (bytesRead === 0) break;
      chunks.push(buffer.subarray(0, bytesRead));
      position += bytesRead;
    }
    return Buffer.concat(chunks).toString('utf8');
  });
}

async function readFrom(path: string, read: (file: FileHandle) => Promise<string>): Promise<string | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    return await read(file);
  } catch {
    return undefined;
  } finally {
    await file?.close().catch(() => undefined);
  }
}

/** A number that stands alone in a text; `undefined` for anything else, such as `max`. */
export function numberIn(text: string | undefined): number | undefined {
  const trimmed = text?.trim();
  return trimmed !== undefined && /^\d+$/.test(trimmed) ? Number(trimmed) : undefined;
}
