import { checkOptions } from '../../core/options';
import { show } from '../../core/show';
import { invalid } from './byte-reader';
import { checkHeader } from './header';
import { MAX_LENGTH } from './layout';
import { readSnapshot } from './read-snapshot';
import { type MetricsSnapshot, needSnapshot, StoredSnapshot } from './stored-snapshot';

export interface DecodeOptions {
  /** Longer ones are refused unread. Default 16 MiB (2^24), at most 1 GiB (2^30). */
  readonly maxBytes?: number;
}

const MAX_BYTES = 2 ** 24;
const RULES = {
  maxBytes: [
    (value: unknown) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAX_LENGTH,
    'a whole number of bytes from 1 to 2^30',
  ],
} as const;

/**
 * A snapshot as bytes, to be sent to another thread or process or written to a file: nothing is lost or rounded, and the same
 * snapshot always makes the same bytes. Distributions take one to two bytes for each part of their range that was used, and some 100 for the rest.
 *
 * @throws {TelemetryError} `OPTION_INVALID` for what is no snapshot.
 * @example
 * telemetry.attachMetricsHandler();
 * telemetry.execute(coder.session.start, { count: 1 }, { sessionId: 's1' });
 * const bytes = encodeSnapshot(takeSnapshot(telemetry));
 * decodeSnapshot(bytes).getCounters(); // => { 'coder.session.start': 1 }
 */
export const encodeSnapshot = (snapshot: MetricsSnapshot): Uint8Array => needSnapshot('encodeSnapshot', snapshot).bytes.slice();

/**
 * Reads a snapshot that `encodeSnapshot` wrote. The bytes may come from anywhere: their size is looked at before anything
 * else, and whatever is not exactly an encoded snapshot is refused. They are copied and may change afterwards.
 *
 * Some 5 µs for each distribution, in one go. Of a snapshot of latencies little more is kept than its bytes. Bytes made to take
 * as much as they can make it up to 40 times their length while they are read, some 15 times afterwards, and 2 kB more for each
 * of at most 10,000 metrics; 16 MiB of them take seconds. Where strangers send them, set `maxBytes` to what you expect.
 *
 * @throws {TelemetryError} `SNAPSHOT_INVALID`, which says where and why; `OPTION_UNKNOWN`, `OPTION_INVALID`.
 * @example
 * try {
 *   decodeSnapshot(new Uint8Array(100));
 * } catch (error) {
 *   isTelemetryError(error) && error.code; // => 'SNAPSHOT_INVALID'
 * }
 */
export function decodeSnapshot(bytes: Uint8Array, options?: DecodeOptions): MetricsSnapshot {
  checkOptions('decodeSnapshot', options, RULES);
  const maxBytes = options?.maxBytes ?? MAX_BYTES;
  if (!isBytes(bytes)) throw invalid(0, `got ${show(bytes)} instead of a Uint8Array`);
  if (bytes.length > maxBytes) throw invalid(0, `${bytes.length} bytes, where maxBytes is ${maxBytes}`);
  // Not `slice`, which for a Buffer copies nothing.
  const own = new Uint8Array(bytes);
  checkHeader(own);
  return new StoredSnapshot(readSnapshot(own));
}

/** Also one of another realm. */
const isBytes = (value: unknown): value is Uint8Array =>
  ArrayBuffer.isView(value) && (value as { readonly [Symbol.toStringTag]?: unknown })[Symbol.toStringTag] === 'Uint8Array';
