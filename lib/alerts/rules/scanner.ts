import { nearest } from '../../core/show';
import { TextProblem } from './problem';
import { meantUnit, type Quantity, UNIT_NAMES, unitOf, valueIn } from './quantity';

/** A piece of a rule's text. `at` is where it begins. */
export type Token = { readonly at: number; readonly end: number } & (
  | { readonly kind: 'word' | 'sign'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'regex'; readonly value: RegExp }
  /** `quantity` is that of the unit; `undefined` without one. */
  | { readonly kind: 'number'; readonly value: number; readonly quantity: Quantity | undefined }
  | { readonly kind: 'end' }
);

const BLANK = /\s+/y;
const WORD = /[A-Za-z_$][\w$-]*(?:\.[\w$-]+)*/y;
const SIGN = />=|<=|[<>(){}=,|:]/y;
const NUMBER = /-?(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?/iy;
const UNIT = /%|\/?[A-Za-z]+/y;
const STRING = /"(?:[^"\\\n]|\\.)*"/y;
/** As JavaScript finds the end of one. */
const REGEX = /\/((?:[^\\/[\n]|\\[^\n]|\[(?:[^\]\\\n]|\\[^\n])*\])+)\/([A-Za-z]*)/y;

/** Cuts a text into tokens, from left to right, each looked at once. Every expression here takes a time that grows with what it matches. */
export class Scanner {
  private ahead: Token | undefined;
  private at = 0;

  constructor(readonly text: string) {}

  peek(): Token {
    this.ahead ??= this.scan();
    return this.ahead;
  }

  next(): Token {
    const token = this.peek();
    this.ahead = undefined;
    this.at = token.end;
    return token;
  }

  private match(pattern: RegExp, from: number): RegExpExecArray | null {
    pattern.lastIndex = from;
    return pattern.exec(this.text);
  }

  private scan(): Token {
    const { text } = this;
    const at = this.at + (this.match(BLANK, this.at)?.[0].length ?? 0);
    const first = text[at];
    if (first === undefined) return { kind: 'end', at, end: at };
    if (first === '"') return this.string(at);
    if (first === '/') return this.regex(at);
    const number = this.match(NUMBER, at);
    if (number !== null) return this.number(at, number[0]);
    const word = this.match(WORD, at);
    if (word !== null) return { kind: 'word', text: word[0], at, end: at + word[0].length };
    const sign = this.match(SIGN, at);
    if (sign !== null) return { kind: 'sign', text: sign[0], at, end: at + sign[0].length };
    const hint = /['“”„»«]/.test(first) ? 'Put texts in double quotes (")' : undefined;
    throw new TextProblem(at, 'a name, a number, a text in double quotes, or one of > >= < <= ( ) { } = , |', hint);
  }

  private string(at: number): Token {
    const found = this.match(STRING, at);
    if (found === null) throw new TextProblem(at, 'a text that ends with "', 'Close the quotes on the same line');
    try {
      return { kind: 'string', value: JSON.parse(found[0]) as string, at, end: at + found[0].length };
    } catch {
      throw new TextProblem(at, 'a text as JSON has it', 'Write a backslash as \\\\, and control characters as \\n or \\u0007');
    }
  }

  private regex(at: number): Token {
    const found = this.match(REGEX, at);
    if (found === null)
      throw new TextProblem(at, 'a regular expression that ends with /', 'Close it on the same line, and write / inside as \\/');
    const [whole, source, flags] = found;
    try {
      return { kind: 'regex', value: new RegExp(source!, flags), at, end: at + whole.length };
    } catch (error) {
      const reason = String((error as Error).message).slice(0, 200);
      throw new TextProblem(at, 'a regular expression', `JavaScript refuses this one (${reason})`);
    }
  }

  private number(at: number, written: string): Token {
    let end = at + written.length;
    const separator = /[_,'’](?=\d{3})/y;
    if (this.match(separator, end) !== null) {
      const whole = /\d+(?:[_,'’]\d{3})+/y;
      const digits = this.match(whole, at + (written.startsWith('-') ? 1 : 0))?.[0].replace(/\D/g, '') ?? '5000';
      throw new TextProblem(end, 'a number without separators', `Write ${digits}`);
    }
    const value = Number(written);
    if (!Number.isFinite(value)) throw new TextProblem(at, 'a finite number');
    const unit = this.unit(end);
    if (unit === undefined) return { kind: 'number', value, quantity: undefined, at, end };
    end = unit.end;
    return { kind: 'number', value: valueIn(value, unit.found), quantity: unit.found.quantity, at, end };
  }

  /** The unit behind a number; one space may stand before it. */
  private unit(from: number): { readonly found: NonNullable<ReturnType<typeof unitOf>>; readonly end: number } | undefined {
    const isApart = this.text[from] === ' ';
    const start = isApart ? from + 1 : from;
    const written = this.match(UNIT, start)?.[0];
    if (written === undefined) return undefined;
    const found = unitOf(written);
    if (found !== undefined) return { found, end: start + written.length };
    // A word of its own is the next part of the rule.
    if (isApart) return undefined;
    const meant = meantUnit(written) ?? nearest(written, UNIT_NAMES);
    throw new TextProblem(start, `a unit (${UNIT_NAMES.join(' ')}) or none`, meant && `Did you mean "${meant}"?`);
  }
}
