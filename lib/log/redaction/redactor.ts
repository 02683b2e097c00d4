import { systemClock } from '../../core/clock';
import { checkOptions } from '../../core/options';
import { checkPattern } from '../../core/pattern';
import { Codes } from './codes';
import { KeyReader } from './key-reader';
import { type KeyVerdict, keyJudge } from './keys';
import { decodeOnce } from './normalise';
import { type PathNode, parsePaths } from './paths';
import { maySecret } from './prefilter';
import { compileRules, type RedactionRule, type Rule } from './rules';
import { scanText } from './scan';
import { Spans } from './spans';
import { SESSION_PREFIX } from './values';

export type { KeyVerdict } from './keys';
export type { PathNode } from './paths';
export type { RedactionRule } from './rules';

/**
 * What is masked besides the built-in names and shapes. All are optional.
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `keys` | more secret keys: whole names at any spelling, or patterns | none |
 * | `allowKeys` | keys never masked by name; their values are still scanned | none |
 * | `paths` | exact paths: `user.address.street`, `items[*].pin`, `a["b.c"]` | none |
 * | `values` | scan texts for secrets | `true` |
 * | `rules` | literals, patterns and functions of one's own, applied to every text, in order | none |
 * | `replacement` | what stands for a secret | `***` |
 */
export interface RedactionOptions {
  readonly keys?: readonly (string | RegExp)[];
  readonly allowKeys?: readonly string[];
  readonly paths?: readonly string[];
  readonly values?: boolean;
  readonly rules?: readonly RedactionRule[];
  readonly replacement?: string;
}

/** How often something was masked, and which rules of one's own failed or were disabled. */
export interface RedactionStats {
  readonly masked: number;
  readonly failedRules: readonly string[];
}

/** What the log writer asks about each key and text. */
export interface Redactor {
  /** What a key says about its value. About 0.5 µs: callers cache per key. */
  verdict(key: string): KeyVerdict;
  /** The root of the exact paths; `undefined` when there are none. */
  readonly paths: PathNode | undefined;
  /** A text without its secrets: the same string when nothing was found. Never throws. */
  text(value: string, key?: string): string;
  /** Whether there are rules of the application's, which may judge the same text differently the next time. */
  readonly hasRules: boolean;
  /** What stands for the value of a secret key. */
  readonly replacement: string;
  /** A session id: longer than 8 characters keeps the first 8. Never throws. */
  session(value: unknown): string;
  stats(): RedactionStats;
}

/** Shorter texts hold no secret: `pw=x` is the shortest pair. */
const MIN_TEXT = 4;

class BuiltRedactor implements Redactor {
  readonly hasRules: boolean;
  private masked = 0;
  private spans: Spans = new Spans();
  private readonly codes: Codes = new Codes();
  private readonly decoded: Codes = new Codes();

  constructor(
    readonly verdict: (key: string) => KeyVerdict,
    readonly paths: PathNode | undefined,
    readonly replacement: string,
    private readonly keys: KeyReader | undefined,
    private readonly rules: readonly Rule[],
  ) {
    this.hasRules = rules.length > 0;
  }

  text(value: string, key?: string): string {
    let text = value;
    if (this.keys !== undefined && value.length >= MIN_TEXT && maySecret(value)) {
      text = this.scanned(value, this.keys);
    }
    return this.rules.length === 0 ? text : this.ruled(text, key);
  }

  session(value: unknown): string {
    try {
      const id = String(value);
      if (id.length <= SESSION_PREFIX) return id;
      this.masked++;
      return id.slice(0, SESSION_PREFIX) + this.replacement;
    } catch {
      return this.replacement;
    }
  }

  stats(): RedactionStats {
    return { masked: this.masked, failedRules: this.rules.filter((rule) => rule.hasFailed || rule.isDisabled).map(({ name }) => name) };
  }

  /** The text as the built-in scanners leave it, read as it is and then with its escapes read. */
  private scanned(value: string, keys: KeyReader): string {
    const { codes, decoded } = this;
    try {
      const isDisguised = scanText(codes.load(value), this.spans, keys);
      let text = this.take(value);
      if (isDisguised) {
        const origin = decodeOnce(text === value ? codes : codes.load(text), decoded);
        scanText(decoded, this.spans, keys);
        text = this.take(text, origin);
        decoded.clear();
      }
      codes.clear();
      return text;
    } catch {
      this.spans = new Spans();
      this.masked++;
      return this.replacement;
    }
  }

  private take(text: string, origin?: Uint32Array): string {
    const { spans } = this;
    const { count } = spans;
    const result = count === 0 ? text : spans.replaceIn(text, this.replacement, origin);
    spans.clear();
    if (count === 0 || result === text) return text;
    this.masked += count;
    return result;
  }

  private ruled(value: string, key: string | undefined): string {
    let text = value;
    for (const rule of this.rules) {
      const result = rule.apply(text, key);
      if (result === text) continue;
      this.masked++;
      if (result === undefined) return this.replacement;
      text = result;
    }
    return text;
  }
}

const isListOf =
  (accepts: (item: unknown) => boolean) =>
  (value: unknown): boolean =>
    Array.isArray(value) && value.every(accepts);
const isName = (item: unknown): boolean => typeof item === 'string' && item !== '';

const OPTIONS = {
  keys: [isListOf((item) => isName(item) || item instanceof RegExp), 'a list of names that are not empty, and of RegExps'],
  allowKeys: [isListOf(isName), 'a list of names that are not empty'],
  paths: [isListOf(isName), 'a list of paths such as user.address.street'],
  values: 'boolean',
  rules: [Array.isArray, 'a list of texts, RegExps and functions'],
  replacement: 'string',
} as const;

/**
 * Makes what decides about keys and texts of log records. Keys are judged at any spelling; texts are searched for tokens
 * by their shape (`TOKEN_NAMES`), `Bearer` and `Basic` credentials, PEM blocks, passwords in URLs, card numbers, and
 * pairs, headers, flags and XML elements with a secret name, plain or with percent- or `\u`-encoding, full-width letters
 * or invisible characters once. Time is linear in the text's length.
 *
 * Rules of one's own run after that. A rule that throws or returns something else than a text masks the text as a whole.
 * One that takes longer than 20 ms on a text is disabled, and from then on **every** text is masked as a whole, so that
 * nothing passes that it would have found; `stats().failedRules` names it.
 *
 * **Not caught**: what is encoded twice, or in base64 (except after `Basic`), hexadecimal or HTML entities; a secret
 * split over several fields, or under a key that says nothing (`value`, `data`) and without a shape of its own; prose
 * (`the password is x`, all words but the first of a passphrase without quotes); letters of other alphabets that look
 * alike; tokens shorter than 16 characters without a key or a scheme before them; texts of up to 12 characters without one
 * of `: = < % \` (`--pin 1234`); card numbers grouped otherwise than in fours to sixes; private keys without a PEM frame;
 * binary data. Keys that are about a secret (`token_count`, `password_length`) are not masked.
 *
 * @param options - See {@link RedactionOptions}.
 * @param clock - Measures rules; the system's by default.
 * @throws {TelemetryError} `OPTION_UNKNOWN` and `OPTION_INVALID` for options that are misspelled, of a wrong type, an
 * empty literal, or a pattern that could take long.
 * @example
 * createRedactor().text('GET /?token=abc123&page=2'); // => 'GET /?token=***&page=2'
 */
export function createRedactor(options?: RedactionOptions, clock: { monotonicTime(): number } = systemClock()): Redactor {
  checkOptions('createRedactor', options, OPTIONS);
  const { keys = [], allowKeys = [], paths = [], values = true, rules = [], replacement = '***' } = options ?? {};
  for (const key of keys) if (typeof key !== 'string') checkPattern(key, 'createRedactor: keys');
  const judge = keyJudge(keys, allowKeys);
  const names = keys.filter((key) => typeof key === 'string');
  const reader = values ? new KeyReader(judge, names.length === keys.length ? names : undefined) : undefined;
  return new BuiltRedactor(judge, parsePaths(paths), replacement, reader, compileRules(rules, replacement, clock));
}

/** Masks nothing. */
export const NO_REDACTION: Redactor = Object.freeze({
  verdict: () => 'plain' as const,
  paths: undefined,
  hasRules: false,
  text: (value: string) => value,
  replacement: '***',
  session: (value: unknown) => String(value),
  stats: () => ({ masked: 0, failedRules: [] }),
});
