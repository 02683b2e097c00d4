import type { Tags } from '../view';
import { sortedByName } from './tag-numbers';
import type { TermReader } from './term-reader';

/** What is known of the texts and lists of one snapshot; -1 where nothing is. */
interface Known {
  readonly texts: Int32Array;
  readonly lists: Int32Array;
}

/** Finds what has the same tags in several snapshots, each of which has numbers of its own for texts and lists. */
export class TagSets {
  private readonly texts = new Map<string, number>();
  private readonly sets = new Map<string, number>();
  private readonly known = new Map<TermReader, Known>();

  /** The same number for lists of the same tags, whatever their order. */
  of(terms: TermReader, list: number): number {
    const known = this.knownOf(terms);
    let set = known.lists[list]!;
    if (set === -1) {
      set = this.setOf(terms.refsOf(list).map((ref) => this.textIn(known, ref, terms)));
      known.lists[list] = set;
    }
    return set;
  }

  ofTags(tags: Tags): number {
    return this.setOf(tags.flat().map((text) => this.textOf(text)));
  }

  private knownOf(terms: TermReader): Known {
    let known = this.known.get(terms);
    if (known === undefined) {
      known = { texts: new Int32Array(terms.textCount).fill(-1), lists: new Int32Array(terms.lists).fill(-1) };
      this.known.set(terms, known);
    }
    return known;
  }

  private textIn({ texts }: Known, ref: number, terms: TermReader): number {
    if (texts[ref] === -1) texts[ref] = this.textOf(terms.textAt(ref));
    return texts[ref]!;
  }

  private textOf(text: string): number {
    return numberOf(this.texts, text);
  }

  private setOf(numbers: readonly number[]): number {
    return numberOf(this.sets, sortedByName(numbers).join());
  }
}

function numberOf(numbers: Map<string, number>, key: string): number {
  let number = numbers.get(key);
  if (number === undefined) {
    number = numbers.size;
    numbers.set(key, number);
  }
  return number;
}
