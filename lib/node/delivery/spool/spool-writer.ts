import { removeFile } from '../../file/remove-file';
import type { DeliveryRow } from '../row';
import { segmentPath } from './abandoned-runs';
import type { OwnedRuns } from './owned-runs';
import type { RunProgress } from './run-progress';
import { Segment } from './segment';
import type { SegmentList } from './segment-list';
import { encodeChunk, type SpoolChunk } from './spool-chunk';
import { makeFolder, SegmentFile } from './spool-file';
import type { SpoolTrouble } from './spool-trouble';

const MIB = 1_048_576;

export interface SpoolWriterParts {
  readonly segments: SegmentList;
  readonly runs: OwnedRuns;
  readonly progress: RunProgress;
  readonly trouble: SpoolTrouble;
}

interface Active {
  readonly file: SegmentFile;
  readonly segment: Segment;
}

/** Appends lines of this run to its segments, one segment after the other. */
export class SpoolWriter {
  private active: Active | undefined;
  /** So many were begun. */
  private count = 0;

  constructor(
    private readonly folder: string,
    private readonly maxBytes: number,
    private readonly parts: SpoolWriterParts,
  ) {}

  /** See `Spool.append`. Never rejects. */
  async append(rows: readonly DeliveryRow[]): Promise<number> {
    try {
      const chunk = this.encode(rows);
      if (chunk.lines === 0) return 0;
      const active = this.open();
      await active.file.append(chunk.bytes);
      this.wrote(active, rows, chunk);
      return chunk.lines;
    } catch (error) {
      this.failed(error);
      return 0;
    }
  }

  /** See `Spool.appendSync`. Never throws. */
  appendSync(rows: readonly DeliveryRow[], untilMs: number): number {
    let lines = 0;
    this.seal();
    try {
      while (lines < rows.length && performance.now() < untilMs) {
        const rest = rows.slice(lines, lines + 1000);
        const chunk = this.encode(rest);
        if (chunk.lines === 0) break;
        const active = this.open();
        active.file.appendSync(chunk.bytes);
        lines += chunk.lines;
        this.wrote(active, rest, chunk);
      }
    } catch (error) {
      this.failed(error);
    }
    return lines;
  }

  /** Ends the segment that is written: the next line begins another one. */
  seal(): void {
    this.active?.file.close();
    this.active = undefined;
  }

  /** Ends a segment that is to be read. */
  sealIfActive(segment: Segment): void {
    if (segment === this.active?.segment) this.seal();
  }

  private encode(rows: readonly DeliveryRow[]): SpoolChunk {
    const { segments } = this.parts;
    const chunk = encodeChunk(rows, segments.roomBytes);
    segments.isFull = chunk.isFull;
    return chunk;
  }

  /** The segment that is written, a new one when there is none or it is long enough. */
  private open(): Active {
    const { folder } = this;
    const { runs, segments } = this.parts;
    runs.checkOwn();
    // A fraction of the limit, because room becomes free by whole segments.
    const isOver = this.active !== undefined && (this.active.file.bytes >= Math.min(MIB, this.maxBytes / 8) || this.active.file.isGone);
    if (isOver) this.seal();
    if (this.active === undefined) {
      makeFolder(folder);
      runs.claimOwn();
      const path = segmentPath(folder, runs.own, ++this.count);
      this.active = { file: SegmentFile.create(path), segment: new Segment(path, runs.own, true, 0) };
      segments.add(this.active.segment);
    }
    return this.active;
  }

  private wrote({ segment }: Active, rows: readonly DeliveryRow[], { lines, bytes }: SpoolChunk): void {
    this.parts.progress.spooled(rows[lines - 1]!);
    this.parts.segments.grow(segment, bytes.length);
  }

  private failed(error: unknown): void {
    this.mend();
    this.parts.trouble.met('writing', error);
  }

  /** A write failed, maybe in the middle. */
  private mend(): void {
    const { active } = this;
    if (active === undefined || active.file.rewind()) return;
    this.seal();
    if (active.segment.bytes > 0) return;
    this.parts.segments.leaveOut(active.segment);
    try {
      removeFile(active.segment.path);
    } catch {
      // Whoever reads it finds nothing in it.
    }
  }
}
