/**
 * Remembers what was asked for lately: two generations, of which the older one is forgotten when the younger one is full.
 * What is asked for again moves to the younger, so that a flood of texts seen once does not push out the ones in use.
 */
export class RecentCache {
  private young: Map<string, string> = new Map();
  private old: Map<string, string> = new Map();
  private size = 0;

  /** @param maxSize - Of each generation, in UTF-16 units of keys and values, with 64 for each entry. */
  constructor(private readonly maxSize: number) {}

  get(key: string): string | undefined {
    const value = this.young.get(key);
    if (value !== undefined) return value;
    const older = this.old.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: string, value: string): void {
    const size = key.length + value.length + 64;
    if (size > this.maxSize) return;
    if (this.size + size > this.maxSize) {
      this.old = this.young;
      this.young = new Map();
      this.size = 0;
    }
    this.young.set(key, value);
    this.size += size;
  }
}
