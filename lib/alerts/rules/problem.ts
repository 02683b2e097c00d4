import { TelemetryError } from '../../core/errors';
import { show } from '../../core/show';

const BEFORE = 50;
const AROUND = 76;

/** What is wrong in a text, and where. Thrown inside; leaves as a `TelemetryError`. */
export class TextProblem extends Error {
  constructor(
    readonly at: number,
    readonly expected: string,
    readonly hint?: string,
  ) {
    super(expected);
  }
}

/** The error that shows a text with a caret under the place where it is wrong. */
export function textError(text: string, { at, expected, hint }: TextProblem): TelemetryError {
  const found = at >= text.length ? 'the end' : show(/^"[^"\n]*"?|^[\w.]+|^./su.exec(text.slice(at, at + 40))?.[0]);
  const from = Math.max(0, at - BEFORE);
  const [start, end] = [from > 0 ? '…' : '', from + AROUND < text.length ? '…' : ''];
  // Each character is replaced by one, so that the caret stays under its place.
  const excerpt = text.slice(from, from + AROUND).replace(/[\p{Cc}\u2028\u2029]/gu, ' ');
  const caret = `${' '.repeat(start.length + at - from)}^ here`;
  return new TelemetryError(
    'RULE_INVALID',
    `Alert rule can't be read at column ${at + 1}`,
    `Expected ${expected}, found ${found}`,
    `${hint ?? 'It is here'}:\n  ${start}${excerpt}${end}\n  ${caret}`,
  );
}
