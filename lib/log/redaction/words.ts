import { isWordAt } from './chars';
import { Codes } from './codes';

/** Words of ASCII letters that are looked up where they stand in a text, in any case, without a copy of them. */
export class Words {
  private readonly slots: (string | undefined)[];
  private readonly shortest: number;
  private readonly longest: number;

  constructor(words: readonly string[]) {
    let size = 16;
    while (size < words.length * 4) size *= 2;
    this.slots = new Array<string | undefined>(size).fill(undefined);
    this.shortest = Math.min(...words.map((word) => word.length));
    this.longest = Math.max(...words.map((word) => word.length));
    const codes = new Codes();
    for (const word of words) {
      let slot = this.slotOf(codes.load(word), 0, word.length);
      while (this.slots[slot] !== undefined) slot = (slot + 1) & (size - 1);
      this.slots[slot] = word;
    }
  }

  /** Whether the characters between two places are one of the words. */
  has(text: Codes, start: number, end: number): boolean {
    const size = end - start;
    if (size < this.shortest || size > this.longest) return false;
    const mask = this.slots.length - 1;
    for (let slot = this.slotOf(text, start, end); ; slot = (slot + 1) & mask) {
      const word = this.slots[slot];
      if (word === undefined) return false;
      if (word.length === size && isWordAt(text, start, word)) return true;
    }
  }

  private slotOf(text: Codes, start: number, end: number): number {
    let hash = 0;
    for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + (text.charCodeAt(i) | 32)) | 0;
    return (hash ^ (hash >>> 8)) & (this.slots.length - 1);
  }
}
