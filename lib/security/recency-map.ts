interface Entry<Value> {
  readonly key: string;
  readonly value: Value;
  older: Entry<Value> | undefined;
  newer: Entry<Value> | undefined;
}

/**
 * Values by key, and which was used longest ago; each step takes the same time. A `Map` alone would do but for the holes that
 * deleting leaves at its front: finding its first entry passes all of them.
 */
export class RecencyMap<Value> {
  private readonly entries = new Map<string, Entry<Value>>();
  private oldest: Entry<Value> | undefined;
  private newest: Entry<Value> | undefined;

  get size(): number {
    return this.entries.size;
  }

  get(key: string): Value | undefined {
    return this.entries.get(key)?.value;
  }

  /** Adds a value as the newest; the key must not be there. */
  add(key: string, value: Value): void {
    const entry: Entry<Value> = { key, value, older: undefined, newer: undefined };
    this.entries.set(key, entry);
    this.append(entry);
  }

  /** Makes a value that is there the newest. */
  touch(key: string): void {
    const entry = this.entries.get(key);
    if (entry === undefined || entry === this.newest) return;
    this.unlink(entry);
    this.append(entry);
  }

  /** The value that was used longest ago. */
  peekOldest(): Value | undefined {
    return this.oldest?.value;
  }

  deleteOldest(): void {
    const entry = this.oldest;
    if (entry === undefined) return;
    this.unlink(entry);
    this.entries.delete(entry.key);
  }

  private append(entry: Entry<Value>): void {
    entry.older = this.newest;
    entry.newer = undefined;
    if (this.newest === undefined) this.oldest = entry;
    else this.newest.newer = entry;
    this.newest = entry;
  }

  private unlink({ older, newer }: Entry<Value>): void {
    if (older === undefined) this.oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.newest = older;
    else newer.older = older;
  }
}
