import { isRecord } from '../../core/options';
import type { ExceptionRecord, JsonValue, LogRecord } from '../record';
import { escapeText, textOf } from './escape';
import { type Field, pairText } from './fields';

/** One line of an error as people read it. `text` is not escaped yet. */
export interface ExceptionLine {
  readonly kind: 'title' | 'frame';
  /** What stands before a title: `Caused by: `, `Error 1 of 2: `, or nothing. */
  readonly label: string;
  readonly text: string;
  /** How many lists of errors it stands in. */
  readonly depth: number;
}

/** Records are bounded when they are written; this is for those that others wrote. */
const MAX_DEPTH = 16;
const STANDARD = new Set(['type', 'message', 'traceback', 'cause', 'errors']);

/** The record's error, if it has one; anything else under that name counts as a message. */
export function exceptionOf(record: LogRecord): ExceptionRecord | undefined {
  const exception: unknown = record.exception;
  if (exception === undefined || exception === null) return undefined;
  return isRecord(exception) ? (exception as ExceptionRecord) : { type: '', message: textOf(exception as JsonValue), traceback: [] };
}

/** What the error was given beside the standard: `code`, `statusCode` … */
export const extraFields = (exception: ExceptionRecord): Field[] =>
  Object.entries(exception).filter((entry): entry is [string, JsonValue] => !STANDARD.has(entry[0]) && entry[1] !== undefined);

/** `TypeError: x is not a function (code=E_CALL)`. */
export function titleOf(exception: ExceptionRecord): string {
  const title = [textOf(exception.type), textOf(exception.message)].filter((part) => part !== '').join(': ');
  const extra = extraFields(exception).map(pairText).join(' ');
  return extra === '' ? title : `${title} (${extra})`;
}

/** An error, its frames, the errors it holds and the chain of its causes, line by line. */
export function exceptionLines(exception: ExceptionRecord, label = '', depth = 0, level = 0): ExceptionLine[] {
  const lines: ExceptionLine[] = [{ kind: 'title', label, text: titleOf(exception), depth }];
  const frames: unknown = exception.traceback;
  if (Array.isArray(frames)) for (const frame of frames) lines.push({ kind: 'frame', label: '', text: textOf(frame), depth });
  if (level >= MAX_DEPTH) return lines;
  const errors: unknown = exception.errors;
  const listed: unknown[] = Array.isArray(errors) ? errors.filter(isRecord) : [];
  listed.forEach((error, index) => {
    lines.push(...exceptionLines(error as ExceptionRecord, `Error ${index + 1} of ${listed.length}: `, depth + 1, level + 1));
  });
  if (isRecord(exception.cause)) lines.push(...exceptionLines(exception.cause, 'Caused by: ', depth, level + 1));
  return lines;
}

/** The lines that follow a record in text: titles indented by four spaces, frames by eight, four more in lists. */
export function indentedLines(record: LogRecord): string {
  const exception = exceptionOf(record);
  if (exception === undefined) return '';
  return exceptionLines(exception)
    .map(({ kind, label, text, depth }) => `\n${' '.repeat(4 + 4 * depth + (kind === 'frame' ? 4 : 0))}${label}${escapeText(text)}`)
    .join('');
}

/** An error as runtimes print it, for fields called stack: real line ends, to be escaped by JSON. */
export const stackText = (exception: ExceptionRecord): string =>
  exceptionLines(exception)
    .map(({ kind, label, text, depth }) => `${' '.repeat(4 * depth + (kind === 'frame' ? 4 : 0))}${label}${text}`)
    .join('\n');
