import { BOUNDED, MAX_START, NOTHING, type Open, openAfter, type Part, peakOf, repeatedWays, waysOfAll, waysOfAny } from './pattern-part';

/** A group whose inside varies in length may repeat so often. */
const MAX_VARYING = 4;
/** In so many ways neighbours may share a text among them: at each character of 2,000, some 40 ms. */
const MAX_WAYS = 5000;
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

/** Thrown while reading; its message is the reason. */
export class Refused extends Error {}

/**
 * Reads a pattern from left to right; the engine has checked its syntax already. Throws {@link Refused} for what can not be shown to be
 * tame.
 */
export class PatternReader {
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
