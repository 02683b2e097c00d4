/** What can be in a {@link Chain}. */
export interface Link<T> {
  before: T | undefined;
  after: T | undefined;
}

/**
 * A list from which any item is taken out in one step. A `Map` keeps order as well, but looks for its first entry from the
 * places of deleted ones, thousands of them where entries are moved to the end all the time.
 */
export class Chain<T extends Link<T>> {
  first: T | undefined;
  last: T | undefined;

  append(item: T): void {
    item.before = this.last;
    item.after = undefined;
    if (this.last === undefined) this.first = item;
    else this.last.after = item;
    this.last = item;
  }

  remove(item: T): void {
    if (item.before === undefined) this.first = item.after;
    else item.before.after = item.after;
    if (item.after === undefined) this.last = item.before;
    else item.after.before = item.before;
    item.before = item.after = undefined;
  }

  moveToEnd(item: T): void {
    if (item === this.last) return;
    this.remove(item);
    this.append(item);
  }
}
