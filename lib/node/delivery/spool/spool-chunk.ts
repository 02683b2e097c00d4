import type { DeliveryRow } from '../row';
import { encodeEntry } from './spool-entry';

/** What one write takes: what it costs to encode it is the longest the event loop is kept. */
const WRITE_BYTES = 256 * 1024;

/** The first of some rows, as they are appended to a segment. */
export interface SpoolChunk {
  readonly bytes: Buffer;
  readonly lines: number;
  /** There was no room for the next one. */
  readonly isFull: boolean;
}

/** Encodes as many of the first rows as one write takes and there is room for. */
export function encodeChunk(rows: readonly DeliveryRow[], roomBytes: number): SpoolChunk {
  const entries: Buffer[] = [];
  let bytes = 0;
  let isFull = false;
  for (const row of rows) {
    const entry = encodeEntry(row);
    isFull = bytes + entry.length > roomBytes;
    if (isFull || (bytes > 0 && bytes + entry.length > WRITE_BYTES)) break;
    entries.push(entry);
    bytes += entry.length;
  }
  return { bytes: Buffer.concat(entries), lines: entries.length, isFull };
}
