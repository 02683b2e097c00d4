import { STREAM_RULE } from '../core/definition';
import { refusal } from '../core/errors';
import { checkOptions, isRecord, optionInvalid } from '../core/options';
import { callerOf } from './caller';
import { isLoggerName, readLevel } from './gate';
import type { LogFields, Logger, LoggerOptions, LogMethod } from './logger';
import { callOf, type GateMethods, type Receive } from './loglevel';
import { keysOf, NO_FIELDS, type Payload } from './payload';
import { isOwned, type Pipeline } from './pipeline';
import { plainLine } from './plain-line';
import type { RecordLevel } from './record';
import type { Route, Routes } from './routes';
import type { Source } from './source';

type Arguments = [first: unknown, second?: unknown, third?: unknown];

/** A logger's name without the app, and what it does besides. */
interface LoggerParts {
  readonly shortName: string;
  readonly stream: string | undefined;
  /** `false`: the caller is not looked for, whatever the settings say; the fields may name one. */
  readonly findsCaller: boolean;
}

/**
 * Creates a logger.
 *
 * @throws {TelemetryError} `OPTION_INVALID` for a name that can't be one; `OPTION_UNKNOWN`.
 */
export function createLogger(pipeline: Pipeline, name: string, options: LoggerOptions = {}, findsCaller = true): Logger {
  if (!isLoggerName(name)) throw optionInvalid('logger: name', name, 'words of letters, digits, _, - or $, joined by dots');
  checkOptions('logger', options, { stream: STREAM_RULE });
  return bind(pipeline, { shortName: name, stream: options.stream, findsCaller }, NO_FIELDS);
}

/** What a logger prepares for its lines, anew whenever the log is configured anew. */
interface Prepared {
  readonly routes: Routes;
  readonly name: string;
  readonly methods: GateMethods;
  readonly source: Source;
  readonly route: Route;
}

function bind(pipeline: Pipeline, parts: LoggerParts, bindings: Payload): Logger {
  const { shortName, stream, findsCaller } = parts;
  const isTagged = stream !== undefined;
  let prepared: Prepared | undefined;
  let diagnosticRoute: Route | undefined;

  function prepare(): Prepared {
    const { routes, writer, settings } = pipeline;
    if (prepared?.routes === routes) return prepared;
    const name = `${settings.resource.app ?? 'app'}.${shortName}`;
    prepared = {
      routes,
      name,
      methods: pipeline.gate.of(name),
      source: writer.loggerSource(name, bindings, stream),
      route: routes.to(name, stream),
    };
    return prepared;
  }

  function method(level: RecordLevel): LogMethod {
    const call = callOf(level);
    const isError = level === 'error' || level === 'critical';
    const receive: Receive = (_level, first, second, third) => {
      const caller = findsCaller && (isError || pipeline.settings.caller) ? callerOf(log) : undefined;
      const { name, source, route } = prepare();
      pipeline.plain(name, source, plainLine(level, caller, first, second, third), route, isTagged);
    };
    const plain = (...[first, second, third]: Arguments): void => {
      // A statement, no tail call: JavaScriptCore would take this function off the stack, which is searched for it.
      call(prepare().methods, level, receive, first, second, third);
    };
    const tagged = (...[first, second, third]: Arguments): void => {
      const { methods, route } = prepare();
      if (isOwned(route, level)) receive(level, first, second, third);
      else call(methods, level, receive, first, second, third);
    };
    const log: LogMethod = isTagged ? tagged : plain;
    return log;
  }

  const diagnostic: LogMethod = (...[first, second, third]: Arguments): void => {
    if (!pipeline.settings.diagnostic) return;
    const { name, source, routes } = prepare();
    if (diagnosticRoute?.routes !== routes) diagnosticRoute = routes.ofDiagnostic(name);
    const caller = pipeline.settings.caller ? callerOf(diagnostic) : undefined;
    pipeline.plain(name, source, plainLine('debug', caller, first, second, third), diagnosticRoute, true);
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
      return bind(pipeline, parts, merge(bindings, fields));
    },
    isEnabled(level: string) {
      const wanted = readLevel('isEnabled: level', level);
      if (wanted === 'silent') return false;
      const { name, route } = prepare();
      return isOwned(route, wanted) || pipeline.gate.admits(name, wanted);
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
