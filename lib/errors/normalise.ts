import { isAlphanumeric, isDigit, isVariable, VARIABLE, variesIn } from './variable';

/** Blanks that are not one space. */
const UNEVEN = /[^\S ]|\p{Cc}| {2}/u;

/** How much of a message is read, and how much is left of it. Both end between words. */
const MAX_READ = 8192;
const MAX_LENGTH = 512;
/** A word this long is no word. */
const MAX_WORD = 256;

/** Where words end. Quotes are looked at on their own; `*` is only special within `<*>`. */
const ENDS = new Set<string>([' ', '"', '`', '“', '”', '(', ')', '[', ']', '{', '}', '<', '>', ',', ';', '|', '=']);
const ENDS_OF_URL = new Set<string>([' ', '"', '`', '“', '”', '(', ')', '<', '>']);
/** Behind a word, these belong to the sentence; but two colons are the end of an address such as `fe80::`. */
const SENTENCE = new Set<string>(['.', ':', '!', '?', '…']);
const CLOSING: Readonly<Record<string, string>> = { '"': '"', "'": "'", '`': '`', '“': '”' };
const WORDLIKE = /[A-Za-z0-9_]/;

/**
 * Puts `<*>` in the place of what differs between two occurrences of one error: numbers, words with digits in them (which
 * hexadecimal numbers, UUIDs, ULIDs, error ids, dates, times, addresses of machines, and long tokens are), text in quotes,
 * e-mail addresses, URLs and paths. Blanks become one space. What is left are the words that a programmer wrote.
 *
 * One sign for all of them, because what a random id is can't be told from how it looks: some of hexadecimal digits are
 * plain numbers, some of letters and slashes are paths. So two messages that differ in such parts only are equal, and a
 * normalised message is its own normalised message. Not found is what looks like a word: a name without quotes, an id
 * that happens to have no digit.
 *
 * At most the first 8,192 characters are read, and at most 512 are returned; the time it takes grows with the length of
 * what is read, whatever that is.
 *
 * @param message - As the error has it.
 * @example
 * normaliseMessage("connect ECONNREFUSED 10.0.0.7:5432, open '/srv/a b.txt'"); // => "connect ECONNREFUSED <*>, open '<*>'"
 */
export function normaliseMessage(message: string): string {
  const start = message.slice(0, MAX_READ);
  const text = (UNEVEN.test(start) ? start.replace(/[\s\p{Cc}]+/gu, ' ') : start).trim();
  const reader = new MessageReader(text);
  let out = '';
  for (let piece = reader.next(); piece !== undefined; piece = reader.next()) {
    if (piece === ' ' && (out === '' || out.endsWith(' '))) continue;
    // A space keeps the word from being taken for the reason why the quoted text goes on, when this is read again.
    const glue = reader.isAfterQuoted && piece.startsWith(VARIABLE) ? ' ' : '';
    if (out.length + glue.length + piece.length > MAX_LENGTH) break;
    out += glue + piece;
  }
  return out.trimEnd();
}

/** Hands out a message piece by piece, each normalised. */
class MessageReader {
  /** Whether the piece before the one just handed out ended with a quote. */
  isAfterQuoted = false;
  private isQuoted = false;
  private at = 0;
  /** The end of what belongs to the sentence behind the last word. Handed out as it is: read as words, each would end at the same place. */
  private sentenceEnd = 0;
  /** Quotes that have no end in the rest of the text: not looked for again. */
  private readonly unclosed = new Set<string>();

  constructor(private readonly text: string) {}

  next(): string | undefined {
    const { text, at } = this;
    if (at >= text.length) return undefined;
    this.isAfterQuoted = this.isQuoted;
    this.isQuoted = false;
    if (at < this.sentenceEnd) return this.take(at + 1);
    const char = text[at]!;
    if (CLOSING[char] !== undefined && !this.endsWord(at)) {
      const end = this.closingOf(char);
      this.isQuoted = end !== -1;
      this.at = this.isQuoted ? end + 1 : at + 1;
      // One that never ends goes, so that it finds no end when this is read again.
      return this.isQuoted ? char + VARIABLE + CLOSING[char]! : ' ';
    }
    if (!this.isEnd(at)) return this.word();
    this.isQuoted = char === "'";
    return this.take(at + 1);
  }

  private take(end: number): string {
    const piece = this.text.slice(this.at, end);
    this.at = end;
    return piece;
  }

  /** Whether a word ends before this character: `<*>`, a comma between digits and an apostrophe between letters do not end it. */
  private isEnd(at: number): boolean {
    const { text } = this;
    if (isAlphanumeric(text.charCodeAt(at))) return false;
    if (text[at] === '<') return !isVariable(text, at);
    if (text[at] === "'") return !(this.endsWord(at) && this.beginsWord(at + 1));
    return ENDS.has(text[at]!) && !(text[at] === ',' && isDigit(text.charCodeAt(at - 1)) && isDigit(text.charCodeAt(at + 1)));
  }

  private endsWord(end: number): boolean {
    return end > 0 && (WORDLIKE.test(this.text[end - 1]!) || isVariable(this.text, end - VARIABLE.length));
  }

  private beginsWord(start: number): boolean {
    return start < this.text.length && (WORDLIKE.test(this.text[start]!) || isVariable(this.text, start));
  }

  private word(): string {
    const { text, at: start } = this;
    let end = start;
    while (end < text.length && !this.isEnd(end)) end += isVariable(text, end) ? VARIABLE.length : 1;
    if (text.slice(start, end).includes('://')) {
      while (end < text.length && (isVariable(text, end) || !ENDS_OF_URL.has(text[end]!)))
        end += isVariable(text, end) ? VARIABLE.length : 1;
    }
    this.sentenceEnd = end;
    while (end > start + 1 && SENTENCE.has(text[end - 1]!) && !this.endsAddress(end)) end--;
    const word = this.take(end);
    const normal = word.length > MAX_WORD ? VARIABLE : variesIn(word);
    if (normal.length > MAX_WORD) return VARIABLE;
    if (normal === VARIABLE && word.length >= 16) this.at = afterFilling(text, this.at);
    return normal;
  }

  /** Whether exactly two colons stand before the end of a word. */
  private endsAddress(end: number): boolean {
    const { text } = this;
    return text[end - 1] === ':' && text[end - 2] === ':' && text[end - 3] !== ':';
  }

  /** Where the quoted text ends that begins here; -1 if it never does. */
  private closingOf(char: string): number {
    const { text, at } = this;
    if (this.unclosed.has(char)) return -1;
    const closing = CLOSING[char]!;
    for (let end = text.indexOf(closing, at + 1); end !== -1; end = text.indexOf(closing, end + 1)) {
      if (!this.beginsWord(end + 1) && text[end - 1] !== '\\') return end;
    }
    this.unclosed.add(char);
    return -1;
  }
}

/** Base 64 is filled up with `=`; where a word follows, that is something else. */
function afterFilling(text: string, start: number): number {
  let end = start;
  while (text[end] === '=') end++;
  return end === text.length || ' ),;]}'.includes(text[end]!) ? end : start;
}
