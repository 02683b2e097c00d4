import { isObject, read } from '../core/read';
import { type Frame, isApplicationFrame, placeOf } from './frame';
import { hashOf } from './hash';
import { normaliseMessage } from './normalise';
import { overrideOf } from './override';
import { RecentCache } from './recent-cache';
import { forEachFrame } from './stack';
import { detached, messageOf, readOwn, rootOf, typeOf } from './thrown';

const MAX_PLACES = 5;
/** How deep the application's frames are looked for under those of packages. */
const MAX_FRAMES = 50;
const MAX_STACK = 16_384;
/** What stands before the message: a name, a code, the line of the source where a program of Node's `vm` failed. */
const MAX_HEADLINE = 300;
const MAX_CACHED_MESSAGE = 2048;
/** Twice what is read of a message, so that a secret at the end of that is whole when it is redacted. */
const MAX_RAW = 16_384;
/** 1 MiB each, as one generation. */
const CACHE_SIZE = 524_288;

/** What a fingerprint is made of, as far as it is worth keeping. */
export interface ErrorIdentity {
  readonly fingerprint: string;
  /** Class of the error; of a line without an error, what told of it: the event or the logger. */
  readonly type: string;
  /** Normalised. */
  readonly message: string;
  /** The message as it was given, or its beginning. Not to be shown, nor kept beyond the error. */
  readonly raw: string;
}

/** Finds out which errors are the same. Remembers places and messages met lately, so that one met again costs two look-ups. */
export class Fingerprints {
  /** Text of the frames to fingerprint of the places. */
  private readonly places = new RecentCache(CACHE_SIZE);
  private readonly messages = new RecentCache(CACHE_SIZE);

  /** Of an error, by its own `fingerprint` if it has one. Never throws. */
  ofError(error: unknown): ErrorIdentity {
    const raw = messageOf(error);
    const [type, message] = [typeOf(error), this.normalised(raw)];
    const fingerprint = hashOf([type, message, rootOf(error), this.placesIn(framesText(error, raw))]);
    return { fingerprint: overrideOf(readOwn(error, 'fingerprint'), fingerprint) ?? fingerprint, type, message, raw: beginning(raw) };
  }

  /** Of a line that tells of no error. @param teller - Key of the event, else name of the logger. */
  ofLine(teller: string, text: string): ErrorIdentity {
    const message = this.normalised(text);
    return { fingerprint: hashOf([teller, message, '', '']), type: teller, message, raw: beginning(text) };
  }

  private normalised(message: string): string {
    if (message.length > MAX_CACHED_MESSAGE) return detached(normaliseMessage(message));
    const known = this.messages.get(message);
    if (known !== undefined) return known;
    const normal = detached(normaliseMessage(message));
    this.messages.set(detached(message), normal);
    return normal;
  }

  private placesIn(frames: string): string {
    if (frames === '') return '';
    const known = this.places.get(frames);
    if (known !== undefined) return known;
    const places = topPlaces(frames);
    const text = places.length === 0 ? '' : hashOf(places);
    this.places.set(detached(frames), text);
    return text;
  }
}

const beginning = (message: string): string => (message.length > MAX_RAW ? detached(message.slice(0, MAX_RAW)) : message);

/** Of those who ask without a tracker. */
const shared: Fingerprints = new Fingerprints();

/**
 * Tells which error this is: the same 12 hexadecimal digits for every occurrence, in every run, on every machine.
 *
 * Made of the type, the normalised message, the type and the code of the root cause, and up to five innermost places of the
 * application in the stack: names of files and functions, without lines, columns and folders. So it survives a moved line,
 * a moved checkout and TypeScript's compilation; it does not survive a renamed function or file, another wording of the
 * message, or a minifier that names functions anew with each build.
 *
 * The message takes part though there is a stack. Sentry leaves it out then, but knows the line's source code; names of functions
 * alone would make one of all that one function throws, or that a helper such as `fail(message)` does.
 *
 * An own property `fingerprint` of the error overrides this: a text, or a list of texts in which `'{{ default }}'` stands for
 * what it would have been. Never throws. About 1 µs for a place met before.
 *
 * @param error - What was thrown, whatever it is.
 * @returns 12 hexadecimal digits.
 * @example
 * fingerprintOf(Object.assign(new Error('no rate for EUR'), { fingerprint: 'c0ffee123456' })); // => 'c0ffee123456'
 */
export const fingerprintOf = (error: unknown): string => shared.ofError(error).fingerprint;

/** The stack behind its headline, which may be of several lines that look like frames. */
function framesText(error: unknown, message: string): string {
  const stack = isObject(error) ? read(error, 'stack') : undefined;
  if (typeof stack !== 'string') return '';
  const start = headlineEnd(stack, message);
  return stack.slice(start, start + MAX_STACK);
}

/**
 * Looked for instead of put together: the name may have been set since, and Node puts the code in
 * (`TypeError [ERR_INVALID_URL]: Invalid URL`). SpiderMonkey and JavaScriptCore have no headline, but names that a short
 * message can be a part of.
 */
function headlineEnd(stack: string, message: string): number {
  const at = message === '' ? -1 : stack.slice(0, message.length + MAX_HEADLINE).indexOf(message);
  const end = at + message.length;
  const isHeadline = at !== -1 && (at === 0 || stack.startsWith(': ', at - 2)) && (end === stack.length || stack[end] === '\n');
  return isHeadline ? end : 0;
}

/** The innermost places of the application; if there are none, of whatever there is. A function that calls itself is one. */
function topPlaces(frames: string): string[] {
  const [own, all]: [string[], string[]] = [[], []];
  let seen = 0;
  forEachFrame(frames, (frame: Frame) => {
    const place = placeOf(frame);
    if (isApplicationFrame(frame)) addNext(own, place);
    addNext(all, place);
    return own.length < MAX_PLACES && ++seen < MAX_FRAMES;
  });
  return own.length > 0 ? own : all;
}

function addNext(places: string[], place: string): void {
  if (places.length < MAX_PLACES && places.at(-1) !== place) places.push(place);
}
