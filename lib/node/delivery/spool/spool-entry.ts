import type { DeliveryRow, RowKind } from '../row';
import { crc32 } from './checksum';

const NEWLINE = 10;
/** Checksum, length in bytes, then the row as JSON and a newline. */
const HEAD = /^([0-9a-f]{8}) (\d{1,9}) /;
/** The longest head: 8 digits, 9 digits, two spaces. */
const HEAD_BYTES = 19;

/**
 * A row as one line of a segment: `<CRC-32> <length> <JSON>`, where the JSON is a list: key, what the row holds beside the
 * line, line. JSON has no newline inside, so a reader that lost its way
 * finds it again at the next one; the length is there for the case that it is the newline which is damaged.
 */
export function encodeEntry({ key, more, line }: DeliveryRow): Buffer {
  const json = Buffer.from(JSON.stringify([key, ...more, line]));
  return Buffer.concat([Buffer.from(`${crc32(json).toString(16).padStart(8, '0')} ${json.length} `), json, Buffer.of(NEWLINE)]);
}

/** Reads the entries of a segment one after the other, and leaves out what is damaged. Never throws, whatever the bytes are. */
export class SegmentImage {
  /** Damaged pieces met so far: entries, halves of them, and what is between newlines and is none. */
  corrupt = 0;
  private at = 0;
  private heldBack: DeliveryRow | undefined;

  constructor(
    private readonly bytes: Buffer,
    private readonly kind: RowKind,
  ) {}

  /** The next undamaged row; `undefined` at the end. */
  next(): DeliveryRow | undefined {
    const held = this.heldBack;
    this.heldBack = undefined;
    if (held !== undefined) return held;
    while (this.at < this.bytes.length) {
      const entry = entryAt(this.bytes, this.at, this.kind);
      if (entry !== undefined) {
        this.at = this.behind(entry.end);
        return entry.row;
      }
      this.corrupt++;
      const newline = this.bytes.indexOf(NEWLINE, this.at);
      this.at = newline < 0 ? this.bytes.length : newline + 1;
    }
    return undefined;
  }

  /** Has `next` return a row once more. */
  holdBack(row: DeliveryRow): void {
    this.heldBack = row;
  }

  /** Where to go on behind an entry: behind its newline, or what has become of that. */
  private behind(end: number): number {
    if (end >= this.bytes.length) return end;
    if (this.bytes[end] === NEWLINE) return end + 1;
    this.corrupt++;
    return entryAt(this.bytes, end, this.kind) === undefined ? end + 1 : end;
  }
}

function entryAt(bytes: Buffer, at: number, kind: RowKind): { readonly row: DeliveryRow; readonly end: number } | undefined {
  const head = HEAD.exec(bytes.toString('latin1', at, at + HEAD_BYTES));
  if (head === null) return undefined;
  const from = at + head[0].length;
  const end = from + Number(head[2]);
  if (end > bytes.length) return undefined;
  const json = bytes.subarray(from, end);
  if (crc32(json) !== Number.parseInt(head[1]!, 16)) return undefined;
  const row = parseRow(json.toString(), kind);
  return row === undefined ? undefined : { row, end };
}

/** The checksum tells damage, not who wrote it: what is read is looked at as any input is. */
function parseRow(json: string, kind: RowKind): DeliveryRow | undefined {
  try {
    const [key, ...more] = JSON.parse(json) as readonly unknown[];
    const line = more.pop();
    if (typeof key !== 'string' || !/^[\w-]{1,64}$/.test(key) || typeof line !== 'string' || !kind.isMore(more)) return undefined;
    return { key, line, more: more as DeliveryRow['more'] };
  } catch {
    return undefined;
  }
}
