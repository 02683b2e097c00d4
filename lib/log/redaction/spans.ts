/** Places kept from text to text; what a text of more needed is given back. */
const KEPT = 1024;

/** What was found in one text: places in ascending order that do not overlap. Reused from text to text. */
export class Spans {
  count = 0;
  /** Up to here a run of letters is known to have no digit and no capital: `sk-sk-sk-…` is read once. */
  plainUntil = 0;
  /** Starts at even, ends at odd places. */
  private places: Int32Array = new Int32Array(2 * KEPT);
  private last = 0;

  /** Adds a place; an empty one, or one inside the last, is not added. Returns where to go on. */
  add(start: number, end: number): number {
    const from = start > this.last ? start : this.last;
    if (end > from) {
      const at = this.count * 2;
      if (at === this.places.length) this.grow();
      this.places[at] = from;
      this.places[at + 1] = end;
      this.last = end;
      this.count++;
    }
    return end > start ? end : start;
  }

  /** The text with each place replaced. `origin` translates places of a decoded text to the original. */
  replaceIn(text: string, replacement: string, origin?: Uint32Array): string {
    const { places } = this;
    let result = '';
    let from = 0;
    for (let i = 0; i < this.count * 2; i += 2) {
      const start = places[i]!;
      const end = places[i + 1]!;
      // A chain of slices: the engine joins it once, when the line is written.
      result += text.slice(from, origin ? origin[start] : start) + replacement;
      from = origin ? origin[end]! : end;
    }
    return result + text.slice(from);
  }

  /** Makes ready for the next text. */
  clear(): void {
    this.count = 0;
    this.last = 0;
    this.plainUntil = 0;
    if (this.places.length > 2 * KEPT) this.places = new Int32Array(2 * KEPT);
  }

  private grow(): void {
    const places = new Int32Array(this.places.length * 2);
    places.set(this.places);
    this.places = places;
  }
}
