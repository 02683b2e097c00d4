import { futimesSync, read, write } from 'node:fs';
import { promisify } from 'node:util';
import { createGzip } from 'node:zlib';

const readFrom = promisify(read);
const writeTo = promisify(write);

const CHUNK_BYTES = 65_536;
/** The file that is written shows that somebody is at work on it, even while what it takes in makes no output. */
const TOUCH_MS = 10_000;

/** What the one who compresses wants to be asked. */
export interface GzipSteps {
  /** Between chunks. `false` ends it. */
  pause(): Promise<boolean>;
  /** Before the file gets longer than ever. `false` ends it. */
  reserve(bytes: number): Promise<boolean>;
}

/** Both lengths. */
export interface Gzipped {
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/**
 * Compresses one open file into another, in the background and chunk by chunk: 64 KiB and the window of zlib are all the
 * memory it takes, and the thread that runs JavaScript only passes buffers on.
 *
 * @returns `undefined` when a step ended it.
 * @throws errors of the system, such as `ENOSPC`.
 */
export async function gzipFile(from: number, to: number, steps: GzipSteps): Promise<Gzipped | undefined> {
  const gzip = createGzip({ level: 6, chunkSize: CHUNK_BYTES });
  const compressed: Buffer[] = [];
  gzip.on('data', (chunk: Buffer) => compressed.push(chunk));
  const ended = new Promise<void>((resolve, reject) => gzip.once('end', resolve).once('error', reject));
  // Awaited at the end only; an error before that reaches the caller from where it happened.
  ended.catch(() => undefined);
  const input = Buffer.allocUnsafe(CHUNK_BYTES);
  let [bytesIn, bytesOut, touchedAt] = [0, 0, performance.now()];

  async function drain(): Promise<boolean> {
    for (let chunk = compressed.shift(); chunk !== undefined; chunk = compressed.shift()) {
      if (!(await steps.reserve(bytesOut + chunk.length))) return false;
      for (let at = 0; at < chunk.length; ) {
        const { bytesWritten } = await writeTo(to, chunk, at, chunk.length - at, bytesOut);
        if (bytesWritten === 0) throw Object.assign(new Error('ENOSPC: nothing was written'), { code: 'ENOSPC' });
        at += bytesWritten;
        bytesOut += bytesWritten;
      }
    }
    return true;
  }

  try {
    for (;;) {
      const { bytesRead } = await readFrom(from, input, 0, CHUNK_BYTES, bytesIn);
      if (bytesRead === 0) break;
      bytesIn += bytesRead;
      await new Promise<void>((resolve, reject) => {
        gzip.write(input.subarray(0, bytesRead), (error) => (error ? reject(error) : resolve()));
      });
      if (!(await drain()) || !(await steps.pause())) return undefined;
      if (performance.now() - touchedAt > TOUCH_MS) {
        touchedAt = performance.now();
        futimesSync(to, new Date(), new Date());
      }
    }
    gzip.end();
    await ended;
    return (await drain()) ? { bytesIn, bytesOut } : undefined;
  } finally {
    gzip.destroy();
  }
}
