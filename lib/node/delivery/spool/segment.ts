import type { DeliveryRow, RowKind } from '../row';
import { SegmentImage } from './spool-entry';
import { readSegment } from './spool-file';

/** A file of a spool, as it is delivered: read once, then row by row. */
export class Segment {
  private image: SegmentImage | undefined;

  /**
   * @param isOwn - Of this run.
   * @param bytes - Of whole entries; grows while it is written.
   */
  constructor(
    readonly path: string,
    readonly run: string,
    readonly isOwn: boolean,
    public bytes: number,
  ) {}

  /** Damaged pieces met so far. */
  get corrupt(): number {
    return this.image?.corrupt ?? 0;
  }

  /** Reads the file, once. @throws the system's errors. */
  async load(kind: RowKind): Promise<void> {
    this.image ??= new SegmentImage(await readSegment(this.path, this.bytes), kind);
  }

  /** The next rows of those that are wanted: at least one, however long it is; none at the end. */
  take(maxLines: number, maxBytes: number, isWanted: (row: DeliveryRow) => boolean): DeliveryRow[] {
    const rows: DeliveryRow[] = [];
    let bytes = 0;
    for (let row = this.image?.next(); row !== undefined; row = this.image?.next()) {
      if (!isWanted(row)) continue;
      bytes += Buffer.byteLength(row.line);
      if (rows.length > 0 && bytes > maxBytes) {
        this.image?.holdBack(row);
        break;
      }
      rows.push(row);
      if (rows.length === maxLines) break;
    }
    return rows;
  }
}
