import { nearest } from '../../core/show';
import { TextProblem } from './problem';
import { Scanner, type Token } from './scanner';

type NumberToken = Extract<Token, { kind: 'number' }>;

/** Takes tokens of certain kinds from a text, and says what was expected where there is another. */
export class Reader {
  private readonly scanner: Scanner;

  constructor(text: string) {
    this.scanner = new Scanner(text);
  }

  peek(): Token {
    return this.scanner.peek();
  }

  next(): Token {
    return this.scanner.next();
  }

  fail(expected: string, hint?: string, at: number = this.peek().at): never {
    throw new TextProblem(at, expected, hint);
  }

  /** Whether a sign comes next; takes it then. */
  takes(text: string): boolean {
    const token = this.peek();
    if (token.kind !== 'sign' || token.text !== text) return false;
    this.next();
    return true;
  }

  /** Whether a word comes next; takes it then. */
  takesWord(text: string): boolean {
    const token = this.peek();
    if (token.kind !== 'word' || token.text !== text) return false;
    this.next();
    return true;
  }

  sign(text: string): void {
    if (!this.takes(text)) this.fail(`"${text}"`);
  }

  /** One of some words. */
  wordOf(words: readonly string[], expected: string): string {
    const token = this.peek();
    if (token.kind !== 'word') return this.fail(expected);
    if (words.includes(token.text)) {
      this.next();
      return token.text;
    }
    const near = nearest(token.text, words);
    return this.fail(expected, near && `Did you mean "${near}"?`);
  }

  string(expected: string): string {
    const token = this.peek();
    if (token.kind !== 'string') return this.fail(expected, token.kind === 'word' ? 'Put it in double quotes' : undefined);
    this.next();
    return token.value;
  }

  /** A name as a word, or in quotes. */
  name(expected: string): string {
    const token = this.peek();
    if (token.kind === 'string') return this.string(expected);
    if (token.kind !== 'word') return this.fail(expected);
    this.next();
    return token.text;
  }

  number(expected: string): NumberToken {
    const token = this.peek();
    if (token.kind !== 'number') return this.fail(expected);
    this.next();
    return token;
  }

  /** A time in ms, above 0 and up to a limit. */
  duration(mostMs: number): number {
    const token = this.number('a time such as 30s, 5m or 1h');
    if (token.quantity === undefined) this.fail('a time with a unit (ms s m h d)', `Did you mean "${token.value}s"?`, token.at);
    if (token.quantity !== 'time') this.fail('a time such as 30s, 5m or 1h', undefined, token.at);
    if (!(token.value > 0 && token.value <= mostMs)) this.fail(`a time above 0, and at most ${mostMs / 36e5} hours`, undefined, token.at);
    return token.value;
  }
}
