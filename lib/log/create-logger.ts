import { refusal } from '../core/errors';
import { isRecord, optionInvalid } from '../core/options';
import { callerOf } from './caller';
import { isLoggerName, readLevel } from './gate';
import type { LogFields, Logger, LogMethod } from './logger';
import { callOf, type GateMethods, type Receive } from './loglevel';
import { keysOf, NO_FIELDS, type Payload } from './payload';
import type { Pipeline } from './pipeline';
import { plainLine } from './plain-line';
import type { RecordLevel } from './record';
import type { Source } from './source';

type Arguments = [first: unknown, second?: unknown, third?: unknown];

/** Creates a logger. @throws {TelemetryError} `OPTION_INVALID` for a name that can't be one. */
export function createLogger(pipeline: Pipeline, name: string): Logger {
  if (!isLoggerName(name)) throw optionInvalid('logger: name', name, 'words of letters, digits, _, - or $, joined by dots');
  return bind(pipeline, name, NO_FIELDS);
}

/** What a logger prepares for its lines, anew whenever the log is configured anew. */
interface Prepared {
  readonly writer: object;
  readonly name: string;
  readonly methods: GateMethods;
  readonly source: Source;
}

function bind(pipeline: Pipeline, shortName: string, bindings: Payload): Logger {
  let prepared: Prepared | undefined;

  function prepare(): Prepared {
    const { writer, settings } = pipeline;
    if (prepared?.writer === writer) return prepared;
    const name = `${settings.resource.app ?? 'app'}.${shortName}`;
    prepared = { writer, name, methods: pipeline.gate.of(name), source: writer.loggerSource(name, bindings) };
    return prepared;
  }

  function method(level: RecordLevel): LogMethod {
    const call = callOf(level);
    const isError = level === 'error' || level === 'critical';
    const receive: Receive = (_level, first, second, third) => {
      const caller = isError || pipeline.settings.caller ? callerOf(log) : undefined;
      const { name, source } = prepare();
      pipeline.plain(name, source, plainLine(level, caller, first, second, third));
    };
    const log = (...[first, second, third]: Arguments): void => {
      // A statement, no tail call: JavaScriptCore would take this function off the stack, which is searched for it.
      call(prepare().methods, level, receive, first, second, third);
    };
    return log;
  }

  const diagnostic: LogMethod = (...[first, second, third]: Arguments): void => {
    if (!pipeline.settings.diagnostic) return;
    const { name, source } = prepare();
    const caller = pipeline.settings.caller ? callerOf(diagnostic) : undefined;
    pipeline.plain(name, source, plainLine('debug', caller, first, second, third), true);
  };

  return Object.freeze({
    get name() {
      return prepare().name;
    },
    trace: method('trace'),
    debug: method('debug'),
    info: method('info'),
    warn: method('warn'),
    error: method('error'),
    critical: method('critical'),
    diagnostic,
    child(fields: LogFields) {
      if (!isRecord(fields)) throw refusal('OPTION_INVALID', 'child: fields', fields, 'an object');
      return bind(pipeline, shortName, merge(bindings, fields));
    },
    isEnabled(level: string) {
      const wanted = readLevel('isEnabled: level', level);
      return wanted !== 'silent' && pipeline.gate.admits(prepare().name, wanted);
    },
  });
}

/** Read once, so that a getter is not asked again with every line; one that throws is left out. */
function merge(outer: Payload, inner: Payload): Payload {
  const entries: [string, unknown][] = [];
  for (const key of keysOf(inner)) {
    try {
      entries.push([key, inner[key]]);
    } catch {
      // Nothing can be said of it.
    }
  }
  // Assigning to `__proto__` would not make a field of it.
  return Object.freeze({ ...outer, ...Object.fromEntries(entries) });
}
