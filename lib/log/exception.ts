import { isError, nameOf, read } from '../core/read';
import { digitsOf } from './bigint';
import { claim, keyText, sizeOf } from './key';
import { quote } from './quote';
import type { ValueWalk } from './value';

const MAX_FRAMES = 50;
const MAX_KNOWN_FRAMES = 1000;
const MAX_CAUSES = 8;
const MAX_ERRORS = 10;
const MAX_OWN_FIELDS = 32;
const MAX_STACK_CHARS = 32_768;
/** What an exception takes besides its texts. */
const FRAME_SIZE = 80;
const STANDARD = ['type', 'message', 'traceback', 'cause', 'errors'] as const;
/** Of Node's and the language's own making; said already, or noise. */
const NOT_OWN = new Set<string>(['name', 'message', 'stack', 'cause', 'errors']);

/** The name of an error's class: its own `name`, unless that says no more than Error. */
export const typeOf = (error: unknown): string => nameOf(error) || 'Error';

/** The message of what was thrown, whatever it is. */
export function messageOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  if (typeof thrown === 'object' && thrown !== null) {
    const message = read(thrown, 'message');
    return typeof message === 'string' ? message : isError(thrown) ? '' : 'An object that is not an Error was thrown';
  }
  return textOf(thrown);
}

/** A function or an object may refuse to become a text. */
export function textOf(value: unknown): string {
  try {
    return typeof value === 'bigint' ? digitsOf(value) : String(value);
  } catch {
    return '[unreadable]';
  }
}

/**
 * An error as JSON text: type, message, stack frames as lines, the chain of causes, the errors of an AggregateError, and
 * the error's own fields. What was thrown without being an Error has type and message only.
 *
 * @param above - The errors that led here, so that a cause that is its own cause ends.
 */
export function exceptionText(walk: ValueWalk, error: unknown, above: readonly unknown[] = []): string {
  walk.room -= FRAME_SIZE;
  if (above.includes(error)) return '{"type":"[Circular]","message":"","traceback":[]}';
  if (above.length >= MAX_CAUSES || walk.room <= 0) return '{"type":"[+more]","message":"further causes are left out","traceback":[]}';
  if (!isError(error)) {
    const text = walk.text(messageOf(error));
    const own = typeof error === 'object' && error !== null ? ownText(walk, error) : '';
    return `{"type":${quote(error === null ? 'null' : typeof error)},"message":${text},"traceback":[]${own}}`;
  }
  const chain = [...above, error];
  const message = messageOf(error);
  let out = `{"type":${walk.text(typeOf(error))},"message":${walk.text(message)},"traceback":${framesText(walk, error, message)}`;
  const cause = read(error, 'cause');
  if (cause !== undefined && cause !== null) out += `,"cause":${exceptionText(walk, cause, chain)}`;
  const errors = read(error, 'errors');
  if (isList(errors)) out += `,"errors":[${listText(walk, errors, chain)}]`;
  return `${out}${ownText(walk, error)}}`;
}

function isList(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

function listText(walk: ValueWalk, errors: readonly unknown[], chain: readonly unknown[]): string {
  const texts: string[] = [];
  const length = Number(read(errors, 'length'));
  while (texts.length < Math.min(length, MAX_ERRORS) && walk.room > 0) {
    texts.push(exceptionText(walk, read(errors, String(texts.length)), chain));
  }
  if (length > texts.length) texts.push(`{"type":"[+${length - texts.length} more]","message":"","traceback":[]}`);
  return texts.join(',');
}

/** The frames without the headline, which may be forged or of several lines. */
function framesText(walk: ValueWalk, error: Error, message: string): string {
  const stack = read(error, 'stack');
  if (typeof stack !== 'string' || walk.room <= 0) return '[]';
  const headline = `${textOf(read(error, 'name'))}: ${message}`;
  let start = 0;
  if (stack.startsWith(headline)) start = headline.length;
  else if (message !== '') {
    // `name` was set later than the stack was: the headline ends with the message all the same.
    const at = stack.slice(0, message.length + 300).indexOf(message);
    if (at !== -1) start = at + message.length;
  }
  const body = stack.slice(start, start + MAX_STACK_CHARS);
  const frames = body.split('\n').filter((line) => /^\s*at |@.*:\d+:\d+$/.test(line.slice(0, 2048)));
  const texts = frames.slice(0, MAX_FRAMES).map((frame) => frameText(walk, frame.trim()));
  if (frames.length > MAX_FRAMES) texts.push(quote(`[+${frames.length - MAX_FRAMES} more]`));
  return `[${texts.join(',')}]`;
}

/** The text of a frame. A program has so many places; each is searched for secrets once. */
function frameText(walk: ValueWalk, frame: string): string {
  const known = walk.frames.get(frame);
  if (known !== undefined) {
    walk.room -= known.length;
    return known;
  }
  const text = walk.text(frame);
  const isAsItIs = text.length === frame.length + 2 && text.startsWith(frame, 1);
  if (isAsItIs && !walk.redactor.hasRules) {
    if (walk.frames.size >= MAX_KNOWN_FRAMES) walk.frames.clear();
    walk.frames.set(frame, text);
  }
  return text;
}

/** `code`, `statusCode` and whatever else the error was given; a list that was thrown as a whole. */
function ownText(walk: ValueWalk, error: object): string {
  if (isList(error) || ArrayBuffer.isView(error)) return `,"value":${walk.value(error)}`;
  let keys: string[];
  try {
    keys = Object.keys(error).filter((key) => !NOT_OWN.has(key));
  } catch {
    return '';
  }
  const taken = new Set<string>(STANDARD);
  let out = '';
  for (const key of keys.slice(0, MAX_OWN_FIELDS)) {
    if (walk.room <= 0) break;
    const text = walk.member(key, read(error, key), undefined);
    if (text === undefined) continue;
    const { name, isDangerous } = walk.keys.of(key);
    const label = keyText(claim(taken, isDangerous && text.startsWith('{') ? `${name}_` : name));
    walk.room -= sizeOf(label);
    out += label + text;
  }
  return out;
}
