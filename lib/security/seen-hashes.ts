/** Enough for writers that begin long after what they refer to was written; 52 bits of each hash are kept. */
const GENERATION = 500_000;
const DIGITS = 13;

/** The last hashes of a chain: at least 500,000 of them, at most twice as many. */
export class SeenHashes {
  private young = new Set<number>();
  private old = new Set<number>();

  add(hash: string): void {
    if (this.young.size >= GENERATION) {
      this.old = this.young;
      this.young = new Set();
    }
    this.young.add(keyOf(hash));
  }

  has(hash: string): boolean {
    const key = keyOf(hash);
    return this.young.has(key) || this.old.has(key);
  }
}

const keyOf = (hash: string): number => Number.parseInt(hash.slice(0, DIGITS), 16);
