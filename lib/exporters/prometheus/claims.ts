/** What a family is to Prometheus. `untyped` only comes from registries. */
export type Kind = 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';

const SUFFIXES: Readonly<Record<Kind, readonly string[]>> = {
  counter: ['', '_total'],
  gauge: [''],
  histogram: ['', '_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
  untyped: [''],
};

/**
 * Which names of families and samples are taken on a page. A gauge `jobs_count` beside a histogram `jobs` would be two
 * families with one sample name, which no parser can tell apart.
 */
export class Claims {
  private readonly names = new Set<string>();

  /** Takes all names of a family, or none when one is taken. */
  claim(name: string, kind: Kind): boolean {
    const names = SUFFIXES[kind].map((suffix) => name + suffix);
    if (names.some((each) => this.names.has(each))) return false;
    for (const each of names) this.names.add(each);
    return true;
  }

  /** Takes the name of samples that a family can do without. */
  claimCreated(name: string): boolean {
    return this.claim(`${name}_created`, 'gauge');
  }
}
