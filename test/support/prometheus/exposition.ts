/** A page as its parser understood it. */
export interface ParsedFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string | undefined;
  readonly unit: string | undefined;
  readonly samples: readonly ParsedSample[];
}

export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly exemplar: ParsedExemplar | undefined;
}

export interface ParsedExemplar {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly time: number | undefined;
}

/** What a strict parser throws. */
class ExpositionError extends Error {}

export function refuse(problem: string, line: string): never {
  throw new ExpositionError(`${problem}: ${JSON.stringify(line.slice(0, 300))}`);
}

export const METRIC_NAME: RegExp = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** A place in a line that moves on. */
export class Cursor {
  at = 0;
  constructor(readonly line: string) {}

  takes(text: string): boolean {
    if (!this.line.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  /** Everything up to one of some characters, or the end. */
  until(characters: string): string {
    const from = this.at;
    while (this.at < this.line.length && !characters.includes(this.line[this.at]!)) this.at++;
    return this.line.slice(from, this.at);
  }

  isAtEnd(): boolean {
    return this.at >= this.line.length;
  }

  refuse(problem: string): never {
    return refuse(`${problem} at ${this.at}`, this.line);
  }
}

/** What stands in braces, if there are any. */
export function parseLabels(cursor: Cursor): Record<string, string> {
  const labels: Record<string, string> = Object.create(null);
  if (!cursor.takes('{')) return labels;
  if (cursor.takes('}')) return labels;
  for (;;) {
    const name = cursor.until('="{},');
    if (!LABEL_NAME.test(name)) cursor.refuse(`label name ${JSON.stringify(name)}`);
    if (name.startsWith('__')) cursor.refuse('reserved label name');
    if (name in labels) cursor.refuse(`label ${name} twice`);
    if (!cursor.takes('="')) cursor.refuse('no value of a label');
    labels[name] = parseQuoted(cursor);
    if (cursor.takes('}')) return labels;
    if (!cursor.takes(',')) cursor.refuse('neither comma nor brace after a label');
  }
}

/** A text up to its closing quote. */
function parseQuoted(cursor: Cursor): string {
  let text = '';
  for (;;) {
    text += cursor.until('"\\');
    if (cursor.takes('"')) return text;
    if (cursor.takes('\\\\')) text += '\\';
    else if (cursor.takes('\\"')) text += '"';
    else if (cursor.takes('\\n')) text += '\n';
    else cursor.refuse(cursor.isAtEnd() ? 'value without an end' : 'unknown escape');
  }
}

/** A HELP text. @param escapesQuotes - Whether a quote must be escaped in it. */
export function parseHelp(text: string, escapesQuotes: boolean): string {
  if (escapesQuotes && /(?<!\\)(\\\\)*"/.test(text)) refuse('quote in HELP', text);
  return text.replace(/\\(.?)/g, (_escape, next: string) => {
    if (next === 'n') return '\n';
    if (next === '\\' || (escapesQuotes && next === '"')) return next;
    return refuse('unknown escape in HELP', text);
  });
}

const FLOAT = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

/** A number in the one spelling there is for those that are none. */
export function parseNumber(text: string, line: string): number {
  if (text === 'NaN') return Number.NaN;
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  if (!FLOAT.test(text)) refuse(`number ${JSON.stringify(text)}`, line);
  return Number(text);
}

/** What no line may hold, in whatever place. */
export function checkCharacters(line: string): void {
  if (line.includes('\0')) refuse('NUL', line);
  if (/\p{Surrogate}/u.test(line)) refuse('lone surrogate', line);
  // Within quotes it is a character like others; elsewhere it would end the line for some.
  if (/\r/.test(line.replace(/"(\\.|[^"\\])*"/g, ''))) refuse('CR', line);
}

export const labelKey = (labels: Readonly<Record<string, string>>, without?: string): string =>
  JSON.stringify(
    Object.entries(labels)
      .filter(([name]) => name !== without)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
