import type { Tags } from '../view';
import { type ByteReader, invalid } from './byte-reader';
import { MAX_TAGS } from './layout';
import { hasNameTwice, sortedByName } from './tag-numbers';
import { isTagText } from './term-writer';

/** Reads texts and lists of tags, and knows them from then on. Lists are kept as numbers of texts. */
export class TermReader {
  private readonly texts: string[] = [];
  private readonly refs: number[] = [];
  /** Where each list begins in `refs`, and where the latest ends. Number 0 is the one without tags. */
  private readonly starts: number[] = [0, 0];
  /** For each list, the number of the first one with the same tags. */
  private readonly sets: number[] = [0];
  /** Texts that were found to be such as tags have. */
  private tagTexts = new Set<number>();
  private numbers = newNumbers();

  text(reader: ByteReader): string | undefined {
    const id = this.textId(reader);
    return id < 0 ? undefined : this.texts[id];
  }

  /** The number of a list. */
  tags(reader: ByteReader): number {
    const { at } = reader;
    const given = reader.count();
    if (given === 0) return 0;
    if (given === 1) return this.newList(reader);
    if (given > this.lists) throw invalid(at, 'a list of tags that did not come yet');
    return given - 1;
  }

  get textCount(): number {
    return this.texts.length;
  }

  textAt(ref: number): string {
    return this.texts[ref]!;
  }

  /** Numbers of the texts of a list, a name and its value in turn. */
  refsOf(list: number): readonly number[] {
    return this.refs.slice(this.starts[list], this.starts[list + 1]);
  }

  /** How many lists there are, the empty one included. */
  get lists(): number {
    return this.sets.length;
  }

  /** The same number for lists of the same tags. */
  setOf(list: number): number {
    return this.sets[list]!;
  }

  /** Made anew each time: kept, they could be many times as much as the bytes. */
  tagsOf(list: number): Tags {
    const tags: (readonly [string, string])[] = [];
    for (let at = this.starts[list]!; at < this.starts[list + 1]!; at += 2) {
      tags.push([this.textAt(this.refs[at]!), this.textAt(this.refs[at + 1]!)]);
    }
    return tags;
  }

  /** Lets go of what only reading needs. */
  end(): void {
    this.numbers = newNumbers();
    this.tagTexts = new Set();
  }

  /** -1 for none. */
  private textId(reader: ByteReader): number {
    const { at } = reader;
    const given = reader.count();
    if (given !== 1) {
      if (given - 2 >= this.texts.length) throw invalid(at, 'a text that did not come yet');
      return given === 0 ? -1 : given - 2;
    }
    const text = reader.text();
    const { texts } = this.numbers;
    if (texts.has(text)) throw invalid(at, 'a text comes twice');
    texts.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }

  private newList(reader: ByteReader): number {
    const { at } = reader;
    const count = reader.many('tags', 2, MAX_TAGS);
    if (count === 0) throw invalid(at, 'a list without tags');
    const from = this.refs.length;
    for (let index = 0; index < 2 * count; index++) this.refs.push(this.tagTextId(reader));
    const own = this.refs.slice(from);
    const sorted = sortedByName(own);
    if (hasNameTwice(sorted)) throw invalid(at, 'a series has a tag twice');
    const [key, sortedKey] = [own.join(), sorted.join()];
    const { lists, sets } = this.numbers;
    if (lists.has(key)) throw invalid(at, 'a list of tags comes twice');
    const list = this.lists;
    lists.set(key, list);
    this.starts.push(this.refs.length);
    const set = sets.get(sortedKey) ?? lists.get(sortedKey) ?? list;
    if (set === list && sortedKey !== key) sets.set(sortedKey, list);
    this.sets.push(set);
    return list;
  }

  private tagTextId(reader: ByteReader): number {
    const { at } = reader;
    const id = this.textId(reader);
    if (this.tagTexts.has(id)) return id;
    if (id < 0 || !isTagText(this.texts[id]!)) throw invalid(at, 'a text that no tag has');
    this.tagTexts.add(id);
    return id;
  }
}

/** What was met, by what it is; lists by the numbers of their texts, and sorted ones that did not come as such. */
const newNumbers = (): Record<'texts' | 'lists' | 'sets', Map<string, number>> => ({ texts: new Map(), lists: new Map(), sets: new Map() });
