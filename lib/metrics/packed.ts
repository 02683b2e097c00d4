import type { Distribution } from './distribution';
import { LAST_CELL } from './hdr';

/** A cell's number takes two bytes, a count up to 2^53 eight. */
const LONGEST_PAIR = 10;
/** Where `pack` writes before it knows the length. One for all: packing does not nest. */
let draft: Uint8Array | undefined;

/**
 * A distribution in compact and unchanging form: its totals, and for each cell that is not empty the distance from the
 * cell before and the count, as numbers of seven bits a byte (LEB128). That takes two or three bytes a cell that was used,
 * and none for the others.
 */
export class Packed {
  /** @param bytes - The totals as doubles, then the pairs. */
  constructor(
    readonly count: number,
    private readonly bytes: Uint8Array,
    private readonly totalsLength: number,
  ) {}

  /** What its content takes in memory. */
  get byteLength(): number {
    return this.bytes.byteLength;
  }

  /** Sum, minimum and the like, in the order of a distribution's slot. */
  totals(): Float64Array {
    return new Float64Array(this.bytes.buffer, 0, this.totalsLength);
  }

  /** Calls with each cell that is not empty, from the lowest. */
  each(visit: (cell: number, count: number) => void): void {
    const { bytes } = this;
    let at = this.totalsLength * Float64Array.BYTES_PER_ELEMENT;
    let cell = 0;
    while (at < bytes.length) {
      let byte = bytes[at++]!;
      let distance = byte & 127;
      if (byte > 127) distance += bytes[at++]! * 128;
      cell += distance;
      byte = bytes[at++]!;
      let count = byte & 127;
      // Counts may have more than the 32 bits that shifting knows.
      for (let factor = 128; byte > 127; factor *= 128) {
        byte = bytes[at++]!;
        count += (byte & 127) * factor;
      }
      visit(cell, count);
    }
  }
}

/** Packs a distribution; its classic buckets are left out. Allocates what the result takes and no more. */
export function pack(distribution: Distribution): Packed {
  const { slot, cells, shape } = distribution.parts();
  const totalsLength = shape.slab.size - (shape.layout?.bounds.length ?? 0);
  const bytes = (draft ??= new Uint8Array(totalsLength * Float64Array.BYTES_PER_ELEMENT + (LAST_CELL + 1) * LONGEST_PAIR));
  new Float64Array(bytes.buffer, 0, totalsLength).set(slot.values.subarray(slot.at, slot.at + totalsLength));
  let at = totalsLength * Float64Array.BYTES_PER_ELEMENT;
  let before = 0;
  cells?.each((cell, count) => {
    const distance = cell - before;
    before = cell;
    if (distance > 127) {
      bytes[at++] = (distance & 127) | 128;
      bytes[at++] = distance >>> 7;
    } else bytes[at++] = distance;
    let rest = count;
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes[at++] = (rest % 128) | 128;
    bytes[at++] = rest;
  });
  return new Packed(distribution.count, bytes.slice(0, at) as Uint8Array, totalsLength);
}

/** Adds what was packed: the same as `target.merge` of the distribution it was made from, but for classic buckets. */
export function unpackInto(packed: Packed, target: Distribution): void {
  target.absorb(packed.count, packed.totals(), (visit) => packed.each(visit));
}
