/** How many groups of one rule there can be. */
export const MOST_GROUPS = 1000;
/** The group of what found no place of its own. */
export const OTHERS = '(others)';
/** The group of what has no such field. */
export const NONE = '(none)';

/** What is read of a value, and what is shown of it. Twice as much and more is read, so that a secret at the end is whole when it is masked. */
const MAX_READ = 256;
const MAX_SHOWN = 100;

interface Group<Data> {
  readonly data: Data;
  /** Values that are shown as this group. */
  readonly raws: string[];
}

interface GroupsParts<Data> {
  /** What is grouped by; `undefined`: there is one group for all. */
  readonly by: string | undefined;
  readonly make: () => Data;
  readonly redact: (text: string) => string;
  readonly release?: (data: Data) => void;
  readonly most?: number;
}

/**
 * The groups of a rule: by the text of a value as people see it, redacted, on one line, at most 100 characters. Two values that
 * look alike then are one group. Values that were met before are found by one look-up.
 */
export class Groups<Data> {
  /** How many samples went to `(others)`. */
  overflow = 0;
  private readonly byRaw = new Map<string, Group<Data>>();
  private readonly byShown = new Map<string, Group<Data>>();
  private readonly single: Data | undefined;
  private readonly most: number;

  constructor(private readonly parts: GroupsParts<Data>) {
    this.most = parts.most ?? MOST_GROUPS;
    if (parts.by === undefined) this.single = parts.make();
  }

  /** What is kept for the group of a value. @param value - Asked for only where there are groups. */
  of(value: () => unknown): Data {
    if (this.single !== undefined) return this.single;
    const raw = rawText(value());
    return (this.byRaw.get(raw) ?? this.meet(raw)).data;
  }

  /** All that are there; without groups the one there always is. */
  *entries(): Iterable<readonly [group: string | undefined, data: Data]> {
    if (this.single !== undefined) yield [undefined, this.single];
    for (const [shown, { data }] of this.byShown) yield [shown, data];
  }

  /** Lets go of a group. */
  forget(shown: string): void {
    const group = this.byShown.get(shown);
    if (group === undefined) return;
    this.byShown.delete(shown);
    for (const raw of group.raws) this.byRaw.delete(raw);
    this.parts.release?.(group.data);
  }

  clear(): void {
    for (const shown of [...this.byShown.keys()]) this.forget(shown);
    if (this.single !== undefined) this.parts.release?.(this.single);
  }

  private meet(raw: string): Group<Data> {
    // Masking costs more than counting: in a flood of values nothing is masked that will not be shown.
    if (this.byShown.size >= this.most && !this.byShown.has(raw)) return this.others();
    const shown = raw === NONE ? NONE : shownText(raw, this.parts);
    const group = this.byShown.get(shown) ?? this.add(shown);
    if (this.byRaw.size < 2 * this.most) {
      this.byRaw.set(raw, group);
      group.raws.push(raw);
    }
    return group;
  }

  private others(): Group<Data> {
    this.overflow++;
    return this.byShown.get(OTHERS) ?? this.add(OTHERS);
  }

  private add(shown: string): Group<Data> {
    const group = { data: this.parts.make(), raws: [] };
    this.byShown.set(shown, group);
    return group;
  }
}

function rawText(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string' || value === '') return NONE;
  // A piece cut out of a long text would keep the whole in memory.
  return value.length <= MAX_READ ? value : (JSON.parse(JSON.stringify(value.slice(0, MAX_READ))) as string);
}

/** Masked together with the name of the field, which may be what says that it is a secret. */
function shownText(raw: string, { by, redact }: Pick<GroupsParts<unknown>, 'by' | 'redact'>): string {
  const label = `${by}=`;
  const redacted = redact(label + raw);
  return oneLine(redacted.startsWith(label) ? redacted.slice(label.length) : redacted, MAX_SHOWN);
}

/** A text on one line, of at most so many characters. */
export function oneLine(text: string, most: number): string {
  const line = text
    .slice(0, 4 * most)
    .replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ')
    .trim();
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
}
