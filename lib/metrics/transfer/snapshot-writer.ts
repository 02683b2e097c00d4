import { ByteWriter, Unfit } from './byte-writer';
import { Conflicts, type SnapshotConflict } from './conflicts';
import { crc32 } from './crc32';
import { CRC_AT, FLAG, HEADER_LENGTH, LENGTH_AT, MAGIC, MAX_METRICS, MAX_TIME, TYPES, VERSION } from './layout';
import { isDistribution, type MetricHead, problemOf } from './metric-head';
import { TermWriter } from './term-writer';

/** Descriptions are cut: one must not be longer than the rest of a page. */
const MAX_DESCRIPTION = 1_000;

/** A series to write. */
export interface SeriesToWrite {
  readonly tags: readonly (readonly [string, string])[];
  /** ms since the epoch. */
  readonly createdAt: number;
  writeBody(out: ByteWriter): void;
}

/** Writes a snapshot metric by metric. One that can't be written is left out and noted; the others are not touched by it. */
export class SnapshotWriter {
  private readonly conflicts = new Conflicts();
  private readonly out = new ByteWriter();
  private readonly terms = new TermWriter();
  private readonly names = new Set<string>();
  private readonly exportNames = new Map<string, string>();
  private metrics = 0;

  constructor(readonly takenAt: number) {}

  conflict(conflict: SnapshotConflict): void {
    this.conflicts.add(conflict);
  }

  /** Writes a metric with its series, of which `series` makes at least one; no two with the same tags. */
  metric(name: string, make: () => { readonly head: MetricHead; readonly series: Iterable<SeriesToWrite> }): void {
    const { length } = this.out;
    this.terms.mark();
    try {
      const { head, series } = make();
      if (this.write(head, [...series])) this.taken(head);
    } catch (error) {
      this.out.truncate(length);
      this.terms.forget();
      this.conflict({ name, why: reasonOf(error) });
    }
  }

  /** The bytes of the whole snapshot. @param sources - How many snapshots of buses are in it. */
  finish(sources: number): Uint8Array {
    const start = new ByteWriter();
    for (const byte of [...MAGIC, VERSION]) start.byte(byte);
    for (let at = LENGTH_AT; at < HEADER_LENGTH; at++) start.byte(0);
    start.count(this.takenAt);
    start.count(Math.min(sources, Number.MAX_SAFE_INTEGER));
    start.count(this.metrics);
    const conflicts = this.conflicts.list();
    this.out.count(conflicts.length);
    for (const { name, why } of conflicts) for (const text of [name, why]) this.terms.text(this.out, text);
    const bytes = new Uint8Array(start.length + this.out.length);
    bytes.set(start.written());
    bytes.set(this.out.written(), start.length);
    seal(bytes);
    return bytes;
  }

  /** `false` when there is no series. */
  private write(head: MetricHead, series: readonly SeriesToWrite[]): boolean {
    if (series.length === 0) return false;
    if (this.metrics >= MAX_METRICS) throw new Unfit(`a snapshot has room for ${MAX_METRICS} metrics`);
    const problem = problemOf(head) ?? (this.names.has(head.name) ? 'there are two metrics of that name' : undefined);
    if (problem !== undefined) throw new Unfit(problem);
    const other = this.exportNames.get(head.exportName);
    if (other !== undefined) throw new Unfit(`it is exported as ${head.exportName}, like ${other}`);
    this.writeHead(head);
    this.out.count(series.length);
    let before = this.takenAt;
    for (const one of series) {
      this.terms.tags(this.out, one.tags);
      const createdAt = timeOf(one.createdAt);
      this.out.signed(createdAt - before);
      before = createdAt;
      one.writeBody(this.out);
    }
    return true;
  }

  private writeHead(head: MetricHead): void {
    const { out, terms } = this;
    const { name, exportName, type, unit, description, bounds, perUnit } = head;
    const flags =
      (head.monotonic ? FLAG.monotonic : 0) |
      (head.automatic ? FLAG.automatic : 0) |
      (head.isEvent ? FLAG.event : 0) |
      (head.hdr ? FLAG.hdr : 0);
    out.byte(TYPES.indexOf(type) | flags);
    for (const text of [name, exportName, unit, description && shorten(description)]) terms.text(out, text || undefined);
    if (bounds !== undefined && type === 'distribution') {
      out.count(bounds.length);
      for (const bound of bounds) out.number(bound);
    }
    if (perUnit !== undefined && isDistribution(type)) out.number(perUnit);
  }

  private taken({ name, exportName }: MetricHead): void {
    this.metrics++;
    this.names.add(name);
    this.exportNames.set(exportName, name);
  }
}

/** Writes length and checksum into the header. */
export function seal(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setUint32(LENGTH_AT, bytes.length, true);
  view.setUint32(CRC_AT, crc32(bytes, HEADER_LENGTH), true);
}

/** Whole ms since the epoch, whatever a clock says. */
export const timeOf = (time: number): number => (time > 0 ? Math.min(Math.floor(time), MAX_TIME) : 0);

const shorten = (text: string): string => (text.length > MAX_DESCRIPTION ? `${text.slice(0, MAX_DESCRIPTION - 1)}…` : text);

function reasonOf(error: unknown): string {
  if (error instanceof Unfit) return error.message;
  return 'reading it failed';
}
