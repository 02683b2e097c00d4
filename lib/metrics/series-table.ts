import { isPlain, ownText, tagText } from './tag-value';
import { OVERFLOW_TAG, type Tags } from './view';

/** What a table is made of. */
export interface TableOptions<Series> {
  /** Keys of the metadata. `undefined`: a function makes the tags, see `findTags`. */
  readonly keys: readonly string[] | undefined;
  /** What the tags are called, one for each key, where that differs. */
  readonly names?: readonly string[] | undefined;
  readonly create: (tags: Tags) => Series;
  /** How many series there may be, the one for the rest not counted. Asked each time: it may change. */
  readonly limit: () => number;
  /** Called for each sample that is folded; `first` for the first one. */
  readonly fold: (first: boolean) => void;
  /** Called when a table is full; makes room and says whether there is some. */
  readonly makeRoom?: () => boolean;
}

type Level<Series> = Map<unknown, Level<Series> | Series>;

/** Tags that a function makes, at most; more are cut off. */
const MAX_TAGS = 16;
const OVERFLOW: Tags = [[OVERFLOW_TAG, 'true']];

/**
 * The series of one metric by their tags.
 *
 * A sample finds its series by the values as they are in the metadata: a map in a map for each key, so that nothing is
 * joined or allocated. Only what was never seen is made into text, and found or made by that. Beyond the limit samples go
 * to one series for all, so that every sum stays true.
 */
export class SeriesTable<Series extends object> {
  /** Samples that went to the series for the rest, because there was no room for theirs. */
  folded = 0;
  private readonly byText = new Map<string, Series>();
  private known: Level<Series> = new Map();
  private remembered = 0;
  private overflow: Series | undefined = undefined;
  private single: Series | undefined = undefined;

  constructor(private readonly options: TableOptions<Series>) {}

  get size(): number {
    return this.byText.size;
  }

  /** The series of a sample. Throws what reading the metadata throws. */
  find(metadata: object): Series {
    const { keys } = this.options;
    let found: Level<Series> | Series | undefined = this.known;
    for (let index = 0; index < keys!.length; index++) {
      found = (found as Level<Series>).get((metadata as Record<string, unknown>)[keys![index]!]);
      if (found === undefined) return this.meet(metadata);
    }
    return found as Series;
  }

  /** The series of tags that a function made: an object whose own fields they are. */
  findTags(tags: unknown): Series {
    if (typeof tags !== 'object' || tags === null) return this.open([]);
    const pairs = Object.entries(tags)
      .map(([name, value]) => [tagText(name), tagText(value)] as const)
      .filter(([name, value]) => value !== '' && name !== '' && name !== OVERFLOW_TAG);
    // The order of its fields says nothing.
    return this.open(pairs.sort(([one], [other]) => (one < other ? -1 : 1)).slice(0, MAX_TAGS));
  }

  /** The one series of a metric without tags. */
  only(): Series {
    this.single ??= this.open([]);
    return this.single;
  }

  /** Without the one for the rest. */
  listed(): Iterable<Series> {
    return this.byText.values();
  }

  *all(): Iterable<Series> {
    yield* this.byText.values();
    if (this.overflow !== undefined) yield this.overflow;
  }

  /** Takes series out. */
  remove(isGone: (series: Series) => boolean): Series[] {
    const gone: Series[] = [];
    for (const [text, series] of this.byText) {
      if (!isGone(series)) continue;
      this.byText.delete(text);
      gone.push(series);
    }
    if (gone.length > 0) {
      this.known = new Map();
      this.remembered = 0;
      this.single = undefined;
    }
    return gone;
  }

  /** Values that are met for the first time, or again because they can't be remembered. */
  private meet(metadata: object): Series {
    const { keys, names = keys } = this.options;
    const values = keys!.map((key) => (metadata as Record<string, unknown>)[key]);
    const texts = values.map(tagText);
    const series = this.open(names!.map((name, index) => [name, texts[index]!] as const).filter(([, text]) => text !== ''));
    // 1 and '1' are one series and two ways to it; what is folded is not remembered, or a flood would fill the memory.
    if (series !== this.overflow && this.remembered < 4 * this.options.limit() && values.every(isPlain)) this.remember(values, series);
    return series;
  }

  private remember(values: readonly unknown[], series: Series): void {
    this.remembered++;
    let level = this.known;
    for (const [index, value] of values.entries()) {
      const key = typeof value === 'string' ? ownText(value) : value;
      if (index === values.length - 1) {
        level.set(key, series);
        return;
      }
      let next = level.get(key) as Level<Series> | undefined;
      if (next === undefined) level.set(key, (next = new Map()));
      level = next;
    }
  }

  private open(tags: Tags): Series {
    // No text holds a NUL, so that different tags never look alike.
    const text = tags.map(([name, value]) => `${name}\0${value}`).join('\0\0');
    const found = this.byText.get(text);
    if (found !== undefined) return found;
    if (this.byText.size >= this.options.limit() && this.options.makeRoom?.() !== true) return this.fold();
    const series = this.options.create(tags.map(([name, value]) => [name, ownText(value)] as const));
    this.byText.set(ownText(text), series);
    return series;
  }

  private fold(): Series {
    this.folded++;
    this.overflow ??= this.options.create(OVERFLOW);
    this.options.fold(this.folded === 1);
    return this.overflow;
  }
}
