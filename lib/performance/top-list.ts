/** What is ranked: by its duration; of equal ones, the earlier is the longer. */
export interface Ranked {
  readonly durationMs: number;
  /** Place in the order of arrival. */
  readonly order: number;
}

/** Whether one ranks below another. */
export const isBelow = (one: Ranked, other: Ranked): boolean =>
  one.durationMs < other.durationMs || (one.durationMs === other.durationMs && one.order > other.order);

/**
 * The longest of many, in a binary heap with the shortest of them on top (Williams 1964): telling that one is not among them
 * takes a comparison, and adding one as many as the list has doublings.
 */
export class TopList<Item extends Ranked> {
  /** In the order of the heap. */
  readonly items: Item[] = [];

  constructor(private readonly limit: number) {}

  /** Whether an item of this duration, arriving now, would be among them. */
  admits(durationMs: number): boolean {
    return this.items.length < this.limit || durationMs > this.items[0]!.durationMs;
  }

  /** Adds an item that arrived after all others, if it is long enough. */
  add(item: Item): void {
    if (!this.admits(item.durationMs)) return;
    if (this.items.length < this.limit) this.rise(item);
    else this.sink(item);
  }

  /** Puts an item at the end, and up from there. */
  private rise(item: Item): void {
    const { items } = this;
    let place = items.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBelow(item, items[parent]!)) break;
      items[place] = items[parent]!;
      place = parent;
    }
    items[place] = item;
  }

  /** Puts an item in the place of the shortest, and down from there. */
  private sink(item: Item): void {
    const { items } = this;
    let place = 0;
    for (let child = 1; child < items.length; child = 2 * place + 1) {
      if (child + 1 < items.length && isBelow(items[child + 1]!, items[child]!)) child++;
      if (!isBelow(items[child]!, item)) break;
      items[place] = items[child]!;
      place = child;
    }
    items[place] = item;
  }
}
