import type { Distribution } from '../distribution';
import { type Packed, unpackInto } from '../packed';

/** The packed distributions of the latest slots of some length. A slot in which nothing happened takes no memory. */
export class PackRing {
  private readonly packs: (Packed | undefined)[];
  private readonly slots: number[];

  constructor(private readonly size: number) {
    this.packs = new Array(size).fill(undefined);
    this.slots = new Array(size).fill(-1);
  }

  get byteLength(): number {
    return this.packs.reduce((sum, packed) => sum + (packed?.byteLength ?? 0), 0);
  }

  put(slot: number, packed: Packed | undefined): void {
    this.packs[slot % this.size] = packed;
    this.slots[slot % this.size] = slot;
  }

  /** Adds what the slots from `first` on hold. */
  mergeInto(target: Distribution, first: number): void {
    for (let at = 0; at < this.size; at++) {
      const packed = this.packs[at];
      if (packed !== undefined && this.slots[at]! >= first) unpackInto(packed, target);
    }
  }

  clear(): void {
    this.packs.fill(undefined);
    this.slots.fill(-1);
  }
}
