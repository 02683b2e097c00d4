import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import type { LogPart } from './rotated-files';

const NEWLINE = 10;
/** Longer lines than the log can write are none. */
const MAX_LINE_BYTES = 33_554_432;
const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The file is no longer the one that was found: it was rotated meanwhile. */
export class MovedError extends Error {}

/** The file can't be unpacked to its end. */
export class BrokenArchiveError extends Error {}

/**
 * Reads the lines of a file without their newlines, unpacked where it is compressed; of a line that is too long its beginning.
 *
 * @throws {MovedError} when another file has the name by now; {@link BrokenArchiveError}; what the system throws.
 */
export async function* readLines(part: LogPart): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  let held = 0;
  for await (const chunk of contentOf(part)) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const piece = chunk.subarray(start, end);
      yield textOf(held === 0 ? piece : Buffer.concat([...rest, piece]));
      if (held > 0) [rest, held] = [[], 0];
      start = end + 1;
    }
    const piece = chunk.subarray(start);
    if (piece.length === 0 || held > MAX_LINE_BYTES) continue;
    rest.push(Buffer.from(piece));
    held += piece.length;
  }
  if (held > 0) yield textOf(Buffer.concat(rest));
}

/** Bytes that are no UTF-8 are read one by one: read as replacement characters, any such byte would be as good as another. */
function textOf(bytes: Buffer): string {
  try {
    return STRICT.decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

async function* contentOf({ path, isCompressed, ino, dev, bytes }: LogPart): AsyncGenerator<Buffer> {
  const file = await open(path, 'r');
  try {
    const found = await file.stat();
    if (found.ino !== ino || found.dev !== dev) throw new MovedError(path);
    if (bytes === 0) return;
    const input = file.createReadStream({ autoClose: false, start: 0, end: bytes - 1 });
    if (!isCompressed) return yield* input as AsyncIterable<Buffer>;
    const gunzip = createGunzip();
    // What fails in one is told by the other: reading goes through the second.
    input.on('error', (error) => gunzip.destroy(error));
    try {
      yield* input.pipe(gunzip) as AsyncIterable<Buffer>;
    } catch (error) {
      if (/^Z_|^ERR_/.test(String((error as NodeJS.ErrnoException).code))) throw new BrokenArchiveError((error as Error).message);
      throw error;
    } finally {
      input.destroy();
    }
  } finally {
    await file.close();
  }
}
