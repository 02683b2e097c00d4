import { Buffer } from 'node:buffer';
import { isRecord } from '../../core/options';

/** Marks our messages among those of others; its value is their version, which changes when an older reader would misread one. */
export const MARK = 'telemetry-bus/metrics';
const VERSION = 1;
/** Each collector has one question under way at most; more collectors than that make no sense. */
export const MAX_ANSWERS = 64;

/** What a collector sends. */
export interface Question {
  readonly [MARK]: number;
  /** Which collector asks. */
  readonly by: string;
  /** Its number there; none: it only wants to know who is there. */
  readonly ask?: number;
  /** Which `shareMetrics` is asked; none: all that hear it. */
  readonly to?: string;
  /** Nothing is asked: what it sent unasked was taken. */
  readonly taken?: true;
}

/** Which question a report answers. */
export interface Answer {
  readonly by: string;
  readonly ask: number;
}

/** What one `shareMetrics` sends. */
export interface Report {
  readonly [MARK]: number;
  /** Made by chance when it started: one that starts again is another one. */
  readonly id: string;
  /** Ascending. */
  readonly number: number;
  /** Of a worker thread. */
  readonly threadId?: number;
  /** An encoded snapshot, as base64 where only JSON goes through; without one it only says that it is there. */
  readonly snapshot?: Uint8Array | string;
  /** Which questions it answers. */
  readonly answers?: readonly Answer[];
  /** Nothing follows. */
  readonly last?: true;
}

/** Asks one for a snapshot. */
export const question = (by: string, ask: number, to: string): Question => ({ [MARK]: VERSION, by, ask, to });

/** Tells one that its report was taken. */
export const taken = (by: string, to: string): Question => ({ [MARK]: VERSION, by, to, taken: true });

/** Asks all who are there to say so. */
export const whoIsThere = (by: string): Question => ({ [MARK]: VERSION, by });

export const report = (parts: Omit<Report, typeof MARK>): Report => ({ [MARK]: VERSION, ...parts });

/** Whether a message is one of ours, of whatever version. */
export const isOurs = (message: unknown): message is Readonly<Record<string, unknown>> => isRecord(message) && Object.hasOwn(message, MARK);

export const isId = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{16}$/.test(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isAbsentOr = (value: unknown, accepts: (value: unknown) => boolean): boolean => value === undefined || accepts(value);
const isAnswer = (value: unknown): boolean => isRecord(value) && isId(value.by) && isCount(value.ask);
const areAnswers = (value: unknown): boolean => Array.isArray(value) && value.length <= MAX_ANSWERS && value.every(isAnswer);

/** Reads what may be a question. @returns `undefined` for what is none that we understand. */
export function readQuestion(message: unknown): Question | undefined {
  if (!isOurs(message) || message[MARK] !== VERSION) return undefined;
  const { by, ask, to, taken } = message;
  const isQuestion = isId(by) && isAbsentOr(ask, isCount) && isAbsentOr(to, isId) && isAbsentOr(taken, (value) => value === true);
  return isQuestion ? (message as unknown as Question) : undefined;
}

/** Reads one of our messages as a report. What the snapshot says is another matter. */
export function readReport(message: Readonly<Record<string, unknown>>): Report | 'version' | 'malformed' {
  if (message[MARK] !== VERSION) return 'version';
  const { id, number, threadId, snapshot, answers, last } = message;
  const isReport =
    isId(id) &&
    isCount(number) &&
    isAbsentOr(threadId, isCount) &&
    isAbsentOr(snapshot, (value) => typeof value === 'string' || value instanceof Uint8Array) &&
    isAbsentOr(answers, areAnswers) &&
    isAbsentOr(last, (value) => value === true);
  return isReport ? (message as unknown as Report) : 'malformed';
}

/** How many bytes a snapshot has at most, told before anything is decoded. */
export const sizeOf = (snapshot: Uint8Array | string): number =>
  typeof snapshot === 'string' ? Math.floor((snapshot.length * 3) / 4) : snapshot.byteLength;

export const bytesOf = (snapshot: Uint8Array | string): Uint8Array =>
  typeof snapshot === 'string' ? Buffer.from(snapshot, 'base64') : snapshot;
