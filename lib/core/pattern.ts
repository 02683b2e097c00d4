import { TelemetryError } from './errors';

/**
 * Judges regular expressions before they run. JavaScript's engine backtracks; a pattern that can match the same text in
 * many ways takes a time that grows with a power of the text's length, or worse. What cannot be shown to be tame by the
 * simple rules here is refused, so some harmless patterns are, too; each refusal says how to write it instead.
 */

/** Repeats up to so many times count as bounded. */
const BOUNDED = 256;
/** A group whose inside varies in length may repeat so often. */
const MAX_VARYING = 4;
/** In so many ways neighbours may share a text among them: at each character of 2,000, some 40 ms. */
const MAX_WAYS = 5000;
/** So many characters tell alternatives apart. */
const MAX_START = 16;
/** A repetition without bound counts as so many ways: as far as it reaches, on average, in a text of 2,000 characters. */
const UNBOUNDED_WAYS = 1000;
/** Code units by which sets of characters are compared: ASCII, and a few beyond it. */
const SAMPLES: readonly string[] = [
  ...Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)),
  'é',
  'ß',
  'Ω',
  'Я',
  '中',
  '\u2028',
  'ａ',
  '\u00a0',
];

/** What a part of a pattern can match. */
interface Part {
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

const NOTHING: Part = {
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
interface Open {
  readonly set: bigint;
  readonly ways: number;
  /** Characters that were matched since; within these the parts can end at several places. */
  readonly gap: number;
}

/** Thrown inside; its message is the reason. */
class Refused extends Error {}

/**
 * Why a pattern is refused: nested repetition, alternatives that begin alike inside a repetition, neighbours that repeat
 * without bound and share characters, or that share them in more than 5,000 ways (the product of their bounds), back-references,
 * look-arounds with repetition, or matching the empty text.
 *
 * @returns The reason with what to do, or `undefined` for a pattern that may be used.
 * @example
 * refusalOf(/(a+)+/)?.startsWith('it repeats what repeats already'); // => true
 * refusalOf(/.{0,200}.{0,200}x/)?.startsWith('neighbours share'); // => true
 * refusalOf(/cust-\d{6}/); // => undefined
 */
export function refusalOf(pattern: RegExp): string | undefined {
  try {
    new Reader(pattern).read();
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
  if (new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')).test('')) return 'it matches the empty text; let it need a character';
  return undefined;
}

/**
 * Refuses a pattern that could take long on a hostile text, or matches every text.
 *
 * @param where - Whose pattern it is; begins the message.
 * @returns The pattern.
 * @throws {TelemetryError} `OPTION_INVALID`, with what to write instead.
 */
export function checkPattern(pattern: RegExp, where: string): RegExp {
  const reason = refusalOf(pattern);
  if (reason === undefined) return pattern;
  const [why, fix] = reason.split('; ');
  throw new TelemetryError(
    'OPTION_INVALID',
    `${where}: the pattern ${String(pattern).slice(0, 80)} is refused`,
    `On a hostile text it could take too long or match everything: ${why}`,
    `To use it, ${fix}`,
  );
}

/** Reads a pattern from left to right; the engine has checked its syntax already. */
class Reader {
  private at = 0;
  private readonly source: string;
  private readonly flags: string;
  private readonly sets = new Map<string, bigint>();

  constructor({ source, flags }: RegExp) {
    this.source = source;
    this.flags = flags.replace(/[gyd]/g, '');
  }

  read(): void {
    this.alternatives();
  }

  private alternatives(): Part & { readonly branches: readonly Part[] } {
    const branches = [this.sequence()];
    while (this.source[this.at] === '|') {
      this.at++;
      branches.push(this.sequence());
    }
    const first = branches.reduce((all, branch) => all | branch.first, 0n);
    const isOptional = branches.some((branch) => branch.isOptional);
    return {
      branches,
      set: branches.reduce((all, { set }) => all | set, 0n),
      first,
      isOptional,
      isUnbounded: branches.some((branch) => branch.isUnbounded),
      isVarying: branches.length > 1 || branches.some((branch) => branch.isVarying),
      ways: waysOfAny(branches, ({ ways }) => ways),
      peak: waysOfAny(branches, ({ peak }) => peak),
      length: Math.max(...branches.map(({ length }) => length)),
      start: branches.length === 1 ? branches[0]!.start : isOptional ? [] : [first],
    };
  }

  private sequence(): Part {
    let whole = NOTHING;
    // Characters that unbounded parts so far could still give up to what follows.
    let open = 0n;
    let varying: readonly Open[] = [];
    let peak = 1;
    while (this.at < this.source.length && this.source[this.at] !== '|' && this.source[this.at] !== ')') {
      const part = this.repeated();
      if (part.isUnbounded && (open & part.set) !== 0n) {
        throw new Refused(
          'two of its parts repeat without bound over the same characters; give one a bound such as {1,64}, or other characters',
        );
      }
      if (part.isUnbounded) open |= part.set;
      else if (!part.isOptional && (open & part.set) === 0n) open = 0n;
      peak = Math.max(peak, peakOf(varying, part));
      if (peak > MAX_WAYS) {
        throw new Refused(
          'neighbours share the same characters in too many ways; give them smaller bounds such as {1,16}, or other characters',
        );
      }
      varying = openAfter(varying, part);
      whole = {
        ...whole,
        set: whole.set | part.set,
        first: whole.isOptional ? whole.first | part.first : whole.first,
        isOptional: whole.isOptional && part.isOptional,
        isUnbounded: whole.isUnbounded || part.isUnbounded,
        isVarying: whole.isVarying || part.isVarying,
        length: whole.length + part.length,
        start: whole.start.length === whole.length ? [...whole.start, ...part.start].slice(0, MAX_START) : whole.start,
      };
    }
    return { ...whole, ways: waysOfAll(varying), peak };
  }

  private repeated(): Part {
    const start = this.at;
    const part = this.source[this.at] === '(' ? this.group() : this.atom();
    const [min, max] = this.quantifier();
    if (max <= 1) {
      return min === 1 ? part : { ...part, isOptional: true, isVarying: true, ways: part.ways + 1, peak: part.peak + 1, start: [] };
    }
    const isGroup = this.source[start] === '(';
    if (isGroup) this.checkRepeated(part, max);
    return {
      ...part,
      isOptional: part.isOptional || min === 0,
      isUnbounded: part.isUnbounded || max > BOUNDED,
      isVarying: part.isVarying || min !== max,
      ...repeatedWays(part, min, max),
      length: part.length * max,
      start: min === 0 ? [] : part.start,
    };
  }

  private checkRepeated(part: Part & { readonly branches?: readonly Part[] }, max: number): void {
    if (part.isUnbounded || (part.isVarying && part.branches?.length === 1 && max > MAX_VARYING)) {
      throw new Refused(
        'it repeats what repeats already; write the inner part with a fixed length, or the whole as one class such as [\\w-]+',
      );
    }
    if (part.isOptional) throw new Refused('it repeats what may be empty; let the inner part need a character');
    const branches = part.branches ?? [];
    let seen = 0n;
    for (const branch of branches) {
      if (branches.length > 1 && branch.isVarying && max > MAX_VARYING)
        throw new Refused('it repeats what repeats already; use one class such as [\\w-]+');
      if ((seen & branch.first) !== 0n) throw new Refused('it repeats alternatives that begin alike; use one class such as [ab]+');
      seen |= branch.first;
    }
  }

  private group(): Part & { readonly branches: readonly Part[] } {
    const opening = /\((?:\?(?:<?[=!]|:|<[^>]*>|[a-z-]+:))?/y;
    opening.lastIndex = this.at;
    const [open] = opening.exec(this.source)!;
    this.at += open.length;
    const inner = this.alternatives();
    this.at++;
    if (!/[=!]$/.test(open)) return inner;
    if (inner.isUnbounded) throw new Refused('it looks around with a repetition; match the text itself instead');
    return { ...NOTHING, peak: inner.peak, branches: [] };
  }

  /** One character, class or assertion. */
  private atom(): Part {
    const from = this.at;
    const character = this.source[this.at++]!;
    if (character === '^' || character === '$') return NOTHING;
    if (character === '[') this.skipClass();
    else if (character === '\\') {
      const escaped = /[bB]|[1-9]|k<|[pP]\{[^}]*\}|u\{[^}]*\}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|c[a-zA-Z]|[\s\S]/y;
      escaped.lastIndex = this.at;
      const [name] = escaped.exec(this.source)!;
      if (/^(?:[1-9]|k<)/.test(name)) throw new Refused('it refers back to what it matched; write that part out again');
      this.at += name.length;
      if (name === 'b' || name === 'B') return NOTHING;
    }
    const set = this.setOf(this.source.slice(from, this.at));
    return { ...NOTHING, set, first: set, isOptional: false, length: 1, start: [set] };
  }

  private skipClass(): void {
    let depth = 1;
    while (depth > 0 && this.at < this.source.length) {
      const character = this.source[this.at++];
      if (character === '\\') this.at++;
      else if (character === ']') depth--;
      else if (character === '[' && this.flags.includes('v')) depth++;
    }
  }

  /** How often the part before may repeat. */
  private quantifier(): readonly [min: number, max: number] {
    const quantifier = /(?:([*+?])|\{(\d+)(,(\d*))?\})\??/y;
    quantifier.lastIndex = this.at;
    const match = quantifier.exec(this.source);
    if (match === null) return [1, 1];
    this.at += match[0].length;
    const [, sign, low, comma, high] = match;
    if (sign !== undefined) return [sign === '+' ? 1 : 0, sign === '?' ? 1 : Number.POSITIVE_INFINITY];
    return [Number(low), comma === undefined ? Number(low) : high === '' ? Number.POSITIVE_INFINITY : Number(high)];
  }

  private setOf(atom: string): bigint {
    const known = this.sets.get(atom);
    if (known !== undefined) return known;
    const test = new RegExp(`^${atom}$`, this.flags.replace('m', ''));
    let set = 0n;
    for (let i = 0; i < SAMPLES.length; i++) if (test.test(SAMPLES[i]!)) set |= 1n << BigInt(i);
    // What no sample stands for could be any character beyond ASCII.
    if (set === 0n) set = ((1n << 8n) - 1n) << 128n;
    this.sets.set(atom, set);
    return set;
  }
}

const waysOfAll = (open: readonly Open[]): number => open.reduce((product, { ways }) => product * ways, 1);

/** Of alternatives only those can match the same text that do not differ in a character at their beginning. */
function waysOfAny(branches: readonly Part[], waysOf: (branch: Part) => number, at = 0): number {
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
function repeatedWays({ ways, peak }: Part, min: number, max: number): Pick<Part, 'ways' | 'peak'> {
  const ends = max > BOUNDED ? UNBOUNDED_WAYS : max - min + 1;
  const repeated = ways === 1 ? ends : (min === max ? ways : ways + 1) ** max;
  return { ways: repeated, peak: Math.max(repeated, ways === 1 ? peak : (repeated / ways) * peak) };
}

/** How many ways are tried when a part follows. */
function peakOf(open: readonly Open[], { set, peak }: Part): number {
  const before = waysOfAll(open);
  const last = open.at(-1);
  if (peak === 1 || last === undefined) return Math.max(before, peak);
  // A look-around has no characters of its own; it may look at all of them.
  if (set === 0n || (last.set & set) !== 0n) return before * peak;
  return (before / last.ways) * (last.ways + (last.gap + 1) * peak);
}

/** What is open behind a part. */
function openAfter(open: readonly Open[], { set, ways, length, isOptional }: Part): readonly Open[] {
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
