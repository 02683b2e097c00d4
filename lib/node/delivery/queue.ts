import type { ErrorMark } from '../../core/error-mark';
import type { DeliveryRow, RowKind } from './row';

/** What an entry takes besides its text, estimated from above. */
const ENTRY_BYTES = 256;
/** Of the bound, kept for lines of level critical: a flood of others must not keep out the one line that tells why. */
const RESERVE = 1 / 8;
const COMPACT_AT = 1024;

interface Entry {
  readonly sequence: number;
  /** As bytes: the text it comes as is a tree of pieces that takes many times its length. */
  readonly text: Buffer;
  readonly mark: ErrorMark | undefined;
  row: DeliveryRow | undefined;
}

/** Lines that wait in memory, in the order they came, within a number of bytes. */
export class MemoryQueue {
  /** Of all that was pushed and not released yet. */
  bytes = 0;
  private entries: Entry[] = [];
  private head = 0;
  private sequence = 0;

  /** @param run - Begins the keys. */
  constructor(
    private readonly run: string,
    readonly maxBytes: number,
    private readonly kind: RowKind,
  ) {}

  get length(): number {
    return this.entries.length - this.head;
  }

  /** @returns `false`: there is no room. What waits stays: the first lines of an outage tell most about it. */
  push(line: string, isCritical: boolean, mark: ErrorMark | undefined): boolean {
    const limit = isCritical ? this.maxBytes : this.maxBytes * (1 - RESERVE);
    // At least a byte for each unit: what can't fit is not copied.
    if (this.bytes + line.length > limit) return false;
    const text = Buffer.from(line.endsWith('\n') ? line.slice(0, -1) : line);
    if (this.bytes + text.length + ENTRY_BYTES > limit) return false;
    // The tracker may go on counting in the object that it handed out.
    const copy = mark && { id: mark.id, fingerprint: mark.fingerprint, occurrences: mark.occurrences };
    this.entries.push({ sequence: ++this.sequence, text, mark: copy, row: undefined });
    this.bytes += text.length + ENTRY_BYTES;
    return true;
  }

  /** The first rows, which stay. At least one, however long it is; none when none waits. */
  peek(maxLines: number, maxBytes: number): DeliveryRow[] {
    const rows: DeliveryRow[] = [];
    for (let at = this.head, bytes = 0; at < this.entries.length && rows.length < maxLines; at++) {
      const entry = this.entries[at]!;
      bytes += entry.text.length;
      if (rows.length > 0 && bytes > maxBytes) break;
      entry.row ??= this.rowOf(entry);
      rows.push(entry.row);
    }
    return rows;
  }

  /** Takes the first so many out. Their bytes count until they are released. @returns Bytes to release. */
  drop(lines: number): number {
    let bytes = 0;
    for (let left = lines; left > 0; left--) bytes += this.entries[this.head++]!.text.length + ENTRY_BYTES;
    if (this.head > COMPACT_AT && this.head * 2 > this.entries.length) {
      this.entries = this.entries.slice(this.head);
      this.head = 0;
    }
    return bytes;
  }

  release(bytes: number): void {
    this.bytes -= bytes;
  }

  private rowOf({ sequence, text, mark }: Entry): DeliveryRow {
    const line = text.toString();
    return { key: `${this.run}-${sequence.toString(36)}`, line, more: this.kind.more(line, mark) };
  }
}
