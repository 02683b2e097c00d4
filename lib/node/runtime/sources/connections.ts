import { open } from 'node:fs/promises';
import type { Places } from '../places';

/** The numbers of the kernel, in the words of OpenTelemetry. */
const STATES: readonly (readonly [code: number, state: string])[] = [
  [0x01, 'established'],
  [0x02, 'syn_sent'],
  [0x03, 'syn_received'],
  [0x04, 'fin_wait_1'],
  [0x05, 'fin_wait_2'],
  [0x06, 'time_wait'],
  [0x07, 'close'],
  [0x08, 'close_wait'],
  [0x09, 'last_ack'],
  [0x0a, 'listen'],
  [0x0b, 'closing'],
];
/** Requests to connect that have no socket yet. */
const NEW_REQUEST = 0x0c;
const CHUNK = 64 * 1024;
/** Some 110,000 connections of each version of IP. */
const MAX_BYTES = 16 * 1024 * 1024;
/**
 * A piece that is not the last is a page of the kernel, at least 4 KiB, but for a line that did not fit in. To ask again for
 * what is not there would cost as much as all the rest: the kernel looks through the whole of its table once more.
 */
const SHORT = 4096 - 512;
const [SPACE, LINE_FEED] = [0x20, 0x0a];

export interface ConnectionReading {
  readonly measurements: { readonly count: number };
  readonly metadata: { readonly state: string; readonly capped?: boolean };
}

/**
 * TCP connections of the network namespace by state, also of those with none; nothing where the kernel does not tell.
 * Read in pieces of 64 KiB, so that a hundred thousand connections block the event loop for no more than one piece takes.
 *
 * @param signal - Ends it early; then it tells nothing.
 * @param maxBytes - Read of each table; what lies beyond is not counted, and `capped` says so.
 */
export async function readConnections(places: Places, signal?: AbortSignal, maxBytes: number = MAX_BYTES): Promise<ConnectionReading[]> {
  const counts = new StateCounter();
  const ends = [await countIn(places.path('proc', 'net', 'tcp'), counts, { signal, maxBytes })];
  ends.push(await countIn(places.path('proc', 'net', 'tcp6'), counts, { signal, maxBytes }));
  if (ends.every((end) => end === 'absent') || signal?.aborted) return [];
  const capped = ends.includes('capped') && { capped: true };
  return STATES.map(([code, state]) => {
    const more = state === 'syn_received' ? counts.of(NEW_REQUEST) : 0;
    return { measurements: { count: counts.of(code) + more }, metadata: { state, ...capped } };
  });
}

interface Reading {
  readonly signal: AbortSignal | undefined;
  readonly maxBytes: number;
}

async function countIn(path: string, counts: StateCounter, { signal, maxBytes }: Reading): Promise<'end' | 'capped' | 'absent'> {
  let file: Awaited<ReturnType<typeof open>> | undefined;
  try {
    file = await open(path, 'r');
    counts.begin();
    const buffer = Buffer.allocUnsafe(CHUNK);
    for (let read = 0; !signal?.aborted; ) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK, null);
      if (bytesRead === 0) return 'end';
      if (read >= maxBytes) return 'capped';
      counts.add(buffer, bytesRead);
      read += bytesRead;
      if (bytesRead < SHORT) return 'end';
    }
    return 'end';
  } catch {
    return 'absent';
  } finally {
    await file?.close().catch(() => undefined);
  }
}

/** Counts the fourth field of lines that may lie across pieces, without making texts of them. */
class StateCounter {
  private readonly counts = new Uint32Array(256);
  private field = 0;
  private code = 0;
  private isInField = false;
  private isHeader = true;

  begin(): void {
    this.isHeader = true;
    this.field = 0;
    this.isInField = false;
  }

  of(code: number): number {
    return this.counts[code]!;
  }

  add(bytes: Uint8Array, length: number): void {
    let { field, code, isInField } = this;
    for (let index = 0; index < length; index++) {
      const byte = bytes[index]!;
      if (byte === LINE_FEED) {
        if (!this.isHeader && field >= 4) this.counts[code & 255]!++;
        this.isHeader = false;
        field = 0;
        code = 0;
        isInField = false;
      } else if (byte === SPACE) {
        isInField = false;
      } else {
        if (!isInField) {
          field++;
          isInField = true;
        }
        // A hexadecimal digit: 0 to 9, or A to F.
        if (field === 4) code = code * 16 + (byte & 15) + (byte > 0x40 ? 9 : 0);
      }
    }
    this.field = field;
    this.code = code;
    this.isInField = isInField;
  }
}
