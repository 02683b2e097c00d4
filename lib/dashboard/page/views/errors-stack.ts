/** Errors of records, as they are shown: pure data. */

export interface ShownError {
  /** To the one before it: `Caused by`, `One of them`; empty for the first. */
  readonly relation: string;
  readonly type: string;
  readonly message: string;
  /** Where it was in the code of the application, the innermost first. */
  readonly own: readonly string[];
  /** Frames of the runtime and of what is installed. */
  readonly others: readonly string[];
  /** What else the error says: `code`, `status` … */
  readonly fields: Readonly<Record<string, unknown>>;
}

type Json = Readonly<Record<string, unknown>>;

const MOST_CAUSES = 10;
const MOST_ERRORS = 5;
/** As the library tells them apart when it makes a fingerprint. */
const FOREIGN =
  /[\\/](?:node_modules|telemetry-bus[\\/]dist)[\\/]|(?:^|[\s(@])(?:node|bun|deno|ext|internal|native):|\((?:native|<anonymous>)\)$|\binternal\//;
const OF_ERROR = new Set(['type', 'message', 'traceback', 'cause', 'errors']);
/** Fields of a record that are shown by themselves. */
const OF_RECORD = new Set([
  'timestamp',
  'level',
  'logger',
  'message',
  'event_name',
  'error_id',
  'error_type',
  'fingerprint',
  'exception',
  'request_id',
  'trace_id',
  'session_id',
]);

/** Whether a line of a stack is of the application. */
export const isOwnFrame = (frame: string): boolean => !FOREIGN.test(frame);

/** The error of a record, then what caused it, then what caused that; at most 10. What an AggregateError holds comes behind it, at most 5. */
export function errorsOf(record: Json): readonly ShownError[] {
  const found: ShownError[] = [];
  let link = record.exception;
  while (isJson(link) && found.length < MOST_CAUSES) {
    found.push(shown(link, found.length === 0 ? '' : 'Caused by'));
    const { errors } = link;
    if (Array.isArray(errors)) for (const one of errors.filter(isJson).slice(0, MOST_ERRORS)) found.push(shown(one, 'One of them'));
    link = link.cause;
  }
  return found;
}

/** What a record says besides the error: context and fields of the call. */
export const contextOf = (record: Json): Json => Object.fromEntries(Object.entries(record).filter(([name]) => !OF_RECORD.has(name)));

function shown(error: Json, relation: string): ShownError {
  const traceback = Array.isArray(error.traceback) ? error.traceback.filter((frame) => typeof frame === 'string') : [];
  return {
    relation,
    type: textOf(error.type),
    message: textOf(error.message),
    own: traceback.filter(isOwnFrame),
    others: traceback.filter((frame) => !isOwnFrame(frame)),
    fields: Object.fromEntries(Object.entries(error).filter(([name]) => !OF_ERROR.has(name))),
  };
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value));
