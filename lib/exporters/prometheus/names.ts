/** A name that both formats take. */
export function metricName(name: string): string {
  const plain = name.replace(/[^a-zA-Z0-9_:]/gu, '_');
  return /^[a-zA-Z_:]/.test(plain) ? plain : `_${plain}`;
}

/** What is written under `le`, `quantile` and `__*` means something to Prometheus. */
const RESERVED: ReadonlySet<string> = new Set(['le', 'quantile']);

export const isLabelName = (name: string): boolean =>
  /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) && !name.startsWith('__') && !RESERVED.has(name);

/**
 * The names of labels in one family, by the names of tags. Every name stays what it was the first time, for all series
 * of the family alike: two tags that are equal when sanitised must stay two labels even where a series has but one.
 */
export class LabelNames {
  private readonly names = new Map<string, string>();
  private readonly taken: Set<string>;

  /** @param taken - Names that are in use: those of constant labels. */
  constructor(taken: Iterable<string>) {
    this.taken = new Set(taken);
  }

  get size(): number {
    return this.names.size;
  }

  of(tag: string): string {
    const known = this.names.get(tag);
    if (known !== undefined) return known;
    const plain = labelName(tag);
    let name = this.taken.has(plain) ? `${plain}_` : plain;
    for (let count = 2; this.taken.has(name); count++) name = `${plain}_${count}`;
    this.taken.add(name);
    this.names.set(tag, name);
    return name;
  }
}

function labelName(tag: string): string {
  if (RESERVED.has(tag)) return `${tag}_`;
  const plain = tag.replace(/[^a-zA-Z0-9_]/gu, '_') || '_';
  // `_` would become `__` where it is taken.
  if (plain === '_' || plain.startsWith('__')) return `tag${plain}`;
  return /^[a-zA-Z_]/.test(plain) ? plain : `_${plain}`;
}
