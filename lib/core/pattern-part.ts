/** What parts of a pattern can match, and in how many ways neighbours can share a text among them. */

/** Repeats up to so many times count as bounded. */
export const BOUNDED: number = 256;
/** So many characters tell alternatives apart. */
export const MAX_START: number = 16;
/** A repetition without bound counts as so many ways: as far as it reaches, on average, in a text of 2,000 characters. */
const UNBOUNDED_WAYS = 1000;

/** What a part of a pattern can match. */
export interface Part {
  /** Characters it may contain, one bit per sample. */
  readonly set: bigint;
  /** Characters it may begin with. */
  readonly first: bigint;
  readonly isOptional: boolean;
  /** Contains a repetition without bound. */
  readonly isUnbounded: boolean;
  /** Matches texts of several lengths. */
  readonly isVarying: boolean;
  /** At a given place it can match in at most so many ways. */
  readonly ways: number;
  /** The same on the way there: as many as are tried inside, although few of them match the whole. */
  readonly peak: number;
  /** The longest text it matches. */
  readonly length: number;
  /** What its first characters can be, one after the other, as far as that is the same for all it matches. */
  readonly start: readonly bigint[];
}

/** What matches the empty text only. */
export const NOTHING: Part = {
  set: 0n,
  first: 0n,
  isOptional: true,
  isUnbounded: false,
  isVarying: false,
  ways: 1,
  peak: 1,
  length: 0,
  start: [],
};

/** Parts in a row that could still give up characters to what follows. */
export interface Open {
  readonly set: bigint;
  readonly ways: number;
  /** Characters that were matched since; within these the parts can end at several places. */
  readonly gap: number;
}

export const waysOfAll = (open: readonly Open[]): number => open.reduce((product, { ways }) => product * ways, 1);

/** Of alternatives only those can match the same text that do not differ in a character at their beginning. */
export function waysOfAny(branches: readonly Part[], waysOf: (branch: Part) => number, at = 0): number {
  if (branches.length === 1 || at === MAX_START) return branches.reduce((sum, branch) => sum + waysOf(branch), 0);
  let ended = 0;
  let alike: { readonly set: bigint; readonly branches: readonly Part[] }[] = [];
  const bySet = new Map<bigint, Part[]>();
  for (const branch of branches) {
    const set = branch.start[at];
    if (set === undefined) ended += waysOf(branch);
    else if (bySet.has(set)) bySet.get(set)!.push(branch);
    else bySet.set(set, [branch]);
  }
  for (const [set, found] of bySet) {
    const met = alike.filter((one) => (one.set & set) !== 0n);
    const all = { set: met.reduce((sum, one) => sum | one.set, set), branches: [...met.flatMap((one) => one.branches), ...found] };
    alike = [...alike.filter((one) => !met.includes(one)), all];
  }
  return ended + Math.max(0, ...alike.map((one) => waysOfAny(one.branches, waysOf, at + 1)));
}

/** A group that matches in several ways repeats but a few times; what matches in one way can only end at several places. */
export function repeatedWays({ ways, peak }: Part, min: number, max: number): Pick<Part, 'ways' | 'peak'> {
  const ends = max > BOUNDED ? UNBOUNDED_WAYS : max - min + 1;
  const repeated = ways === 1 ? ends : (min === max ? ways : ways + 1) ** max;
  return { ways: repeated, peak: Math.max(repeated, ways === 1 ? peak : (repeated / ways) * peak) };
}

/** How many ways are tried when a part follows. */
export function peakOf(open: readonly Open[], { set, peak }: Part): number {
  const before = waysOfAll(open);
  const last = open.at(-1);
  if (peak === 1 || last === undefined) return Math.max(before, peak);
  // A look-around has no characters of its own; it may look at all of them.
  if (set === 0n || (last.set & set) !== 0n) return before * peak;
  return (before / last.ways) * (last.ways + (last.gap + 1) * peak);
}

/** What is open behind a part. */
export function openAfter(open: readonly Open[], { set, ways, length, isOptional }: Part): readonly Open[] {
  if (set === 0n) return open;
  const last = open.at(-1);
  const isOwn = ways > 1;
  // Over other characters than those before: where they end, it begins, so that ways are added, not multiplied.
  const isAdded = isOwn && isOptional && last !== undefined && (last.set & set) === 0n;
  const before = isAdded ? open.slice(0, -1) : open;
  const after = before
    // A character that they can't have is the end of them.
    .map((one) => ({
      ...one,
      ways: isOptional || (one.set & set) !== 0n ? one.ways : Math.min(one.ways, one.gap + 1),
      gap: one.gap + length,
    }))
    .filter((one) => one.ways > 1);
  if (isAdded) return [...after, { set: last.set | set, ways: last.ways + (last.gap + 1) * ways, gap: last.gap }];
  return isOwn ? [...after, { set, ways, gap: 0 }] : after;
}
