/** The last of many. */
export class LastOnes<Item> {
  private readonly items: Item[] = [];
  private next = 0;

  constructor(private readonly most: number) {}

  add(item: Item): void {
    this.items[this.next] = item;
    this.next = (this.next + 1) % this.most;
  }

  newestFirst(): Item[] {
    const { items, next } = this;
    return [...items.slice(next), ...items.slice(0, next)].reverse();
  }

  clear(): void {
    this.items.length = 0;
    this.next = 0;
  }
}
