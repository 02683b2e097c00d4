import { exceptionOf, extraFields, stackText } from '../formats/exception-lines';
import { ownFields } from '../formats/fields';
import { lookup } from '../formats/lookup';
import { epochMs } from '../formats/time';
import { CORE_FIELDS, type ExceptionRecord, type LevelLabel, type LogRecord } from '../record';
import { addOwn, createDraft, type Draft, put } from './fields';

/** pino's names; the other core fields keep theirs. */
const NAMES = {
  level: 'level',
  timestamp: 'time',
  pid: 'pid',
  hostname: 'hostname',
  logger: 'name',
  message: 'msg',
  exception: 'err',
} as const;

/** Those whose values stay as they are. */
const SAME = ['pid', 'hostname', 'logger', 'message'] as const;

const LEVELS: Readonly<Record<LevelLabel, number>> = { TRACE: 10, DEBUG: 20, INFO: 30, WARNING: 40, ERROR: 50, CRITICAL: 60 };

const OTHERS: readonly string[] = CORE_FIELDS.filter((name) => !Object.hasOwn(NAMES, name));
const RESERVED: ReadonlySet<string> = new Set<string>([...Object.values(NAMES), ...OTHERS]);
const ERROR_NAMES: ReadonlySet<string> = new Set(['type', 'message', 'stack']);

/** pino's line: time in epoch milliseconds, level as a number, the error under `err`, own fields flat. */
export function pinoSchema(record: LogRecord): Draft {
  const draft = createDraft();
  const time = epochMs(record.timestamp);
  put(draft, NAMES.level, lookup(LEVELS, record.level) ?? record.level);
  put(draft, NAMES.timestamp, Number.isNaN(time) ? record.timestamp : time);
  for (const name of SAME) put(draft, NAMES[name], record[name]);
  put(draft, NAMES.exception, errOf(exceptionOf(record)));
  for (const name of OTHERS) put(draft, name, record[name]);
  for (const [key, value] of ownFields(record)) addOwn(draft, key, value, RESERVED);
  return draft;
}

/** As pino's serialiser has it: causes and listed errors are told by the stack. */
function errOf(exception: ExceptionRecord | undefined): Draft | undefined {
  if (exception === undefined) return undefined;
  const draft = createDraft();
  put(draft, 'type', exception.type);
  put(draft, 'message', exception.message);
  put(draft, 'stack', stackText(exception));
  for (const [key, value] of extraFields(exception)) addOwn(draft, key, value, ERROR_NAMES);
  return draft;
}
