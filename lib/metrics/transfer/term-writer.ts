import { tagText } from '../tag-value';
import type { Tags } from '../view';
import { type ByteWriter, Unfit } from './byte-writer';
import { MAX_TAGS } from './layout';

const HALF = /\p{Surrogate}/u;
const HALVES = /\p{Surrogate}/gu;

/** Writes texts and lists of tags: the first time as they are, from then on by number. See layout.ts. */
export class TermWriter {
  private readonly texts = new Map<string, number>();
  private readonly lists = new Map<string, number>();
  /** The same lists of the bus, by which series of an event and of its durations are found without looking at their tags. */
  private known = new WeakMap<Tags, number>();
  private newTexts: string[] = [];
  private newLists: string[] = [];

  text(out: ByteWriter, text: string | undefined): void {
    const known = text === undefined ? -2 : this.texts.get(text);
    if (known !== undefined) out.count(known + 2);
    // UTF-8 has no halves of pairs.
    else if (HALF.test(text!)) this.text(out, text!.replace(HALVES, '\ufffd'));
    else {
      out.count(1);
      out.text(text!);
      this.texts.set(text!, this.texts.size);
      this.newTexts.push(text!);
    }
  }

  tags(out: ByteWriter, tags: Tags): void {
    const known = tags.length === 0 ? -2 : this.known.get(tags);
    if (known !== undefined) out.count(known + 2);
    else {
      checkTags(tags);
      const key = this.keyOf(tags);
      const list = key === undefined ? undefined : this.lists.get(key);
      if (list === undefined) this.newList(out, tags);
      else out.count(list + 2);
      this.known.set(tags, list ?? this.lists.size - 1);
    }
  }

  /** From here on, what is met may be forgotten. */
  mark(): void {
    this.newTexts = [];
    this.newLists = [];
  }

  /** Forgets what was met since the mark, because it was not written after all. Takes no longer than meeting it did. */
  forget(): void {
    for (const text of this.newTexts) this.texts.delete(text);
    for (const list of this.newLists) this.lists.delete(list);
    this.known = new WeakMap();
  }

  /** By the numbers of its texts; `undefined` where one of them is new, and so the list is, too. */
  private keyOf(tags: Tags): string | undefined {
    const numbers: number[] = [];
    for (const pair of tags) {
      for (const text of pair) {
        const number = this.texts.get(text);
        if (number === undefined) return undefined;
        numbers.push(number);
      }
    }
    return numbers.join();
  }

  private newList(out: ByteWriter, tags: Tags): void {
    out.count(1);
    out.count(tags.length);
    for (const pair of tags) for (const text of pair) this.text(out, text);
    const key = this.keyOf(tags)!;
    this.lists.set(key, this.lists.size);
    this.newLists.push(key);
  }
}

function checkTags(tags: Tags): void {
  if (tags.length > MAX_TAGS) throw new Unfit(`a series has ${tags.length} tags`);
  if (!tags.every(([name, value]) => isTagText(name) && isTagText(value)))
    throw new Unfit('a tag or its value is empty, too long, or has characters that no tag has');
  if (new Set(tags.map(([name]) => name)).size < tags.length) throw new Unfit('a series has a tag twice');
}

/** Whether a text is one that tags of a bus have, or are called. */
export const isTagText = (text: string): boolean => text !== '' && tagText(text) === text;

/** The same for equal lists, and for no others: no tag holds a NUL. */
const keyOfTags = (tags: Tags): string => tags.map(([name, value]) => `${name}\0${value}`).join('\0\0');

/** The same for lists of the same tags, whatever their order. */
export const keyOfTagSet = (tags: Tags): string =>
  tags.length < 2 ? keyOfTags(tags) : keyOfTags([...tags].sort(([one], [other]) => (one < other ? -1 : 1)));
