import { isError } from '../core/read';
import type { Caller } from './caller';
import { messageOf } from './exception';
import type { RecordLevel } from './record';
import { NO_ERROR, type PlainLine } from './writer';

/** Makes a line out of what a log method was given; see `LogMethod`. Lazy fields are built here: it will be written. */
export function plainLine(level: RecordLevel, caller: Caller | undefined, first: unknown, second: unknown, third: unknown): PlainLine {
  // Of two texts the first was thrown.
  if (typeof first === 'string' && typeof second !== 'string') {
    const error = typeof second === 'object' && isError(second) ? second : NO_ERROR;
    return { level, message: first, fields: error === NO_ERROR ? build(second) : build(third), error, caller };
  }
  if (isError(first)) {
    if (typeof second === 'string') return { level, message: second, fields: build(third), error: first, caller };
    return { level, message: messageOf(first), fields: build(second ?? third), error: first, caller };
  }
  if (typeof first === 'object' && first !== null)
    return { level, message: typeof second === 'string' ? second : '', fields: first, error: NO_ERROR, caller };
  // A thrown string or number is the error, the message says where; nothing is no error.
  if (typeof second === 'string') return { level, message: second, fields: build(third), error: first ?? NO_ERROR, caller };
  return { level, message: messageOf(first), fields: build(second), error: NO_ERROR, caller };
}

/** A function that fails must not take the line with it. */
function build(fields: unknown): unknown {
  if (typeof fields !== 'function') return fields;
  try {
    return fields();
  } catch (error) {
    return { fields_error: messageOf(error) };
  }
}
