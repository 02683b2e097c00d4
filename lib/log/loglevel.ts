import loglevel, { type Logger, type LogLevelDesc, type MethodFactory } from 'loglevel';
import type { Level } from '../core/level';
import type { Warning } from '../core/warning';
import type { RecordLevel } from './record';

/**
 * Says the library's own warnings through loglevel, under the name `telemetry-bus`, so that an application that uses
 * loglevel decides about them like about any other logger: `getLogger('telemetry-bus').setLevel('silent', false)`.
 */
export function warnThroughLoglevel({ code, message }: Warning): void {
  loglevel.getLogger('telemetry-bus').warn(`telemetry-bus: ${message} [${code}]`);
}

/** What a line is handed to when its level passes. */
export type Receive = (level: RecordLevel, first: unknown, second: unknown, third: unknown) => void;

/** Hands on, or does nothing at all: below the level it is loglevel's empty function. */
type GateMethod = (level: RecordLevel, receive: Receive, first: unknown, second: unknown, third: unknown) => void;

export type GateMethodName = 'trace' | 'debug' | 'info' | 'warn' | 'error';

/** loglevel's methods as they are now. Look one up for each call: a level change replaces it. */
export type GateMethods = Readonly<Record<GateMethodName, GateMethod>>;

/** A call per method, each with a property read of its own, which the engine makes fast. */
const CALLS: Readonly<Record<GateMethodName, (methods: GateMethods, ...args: Parameters<GateMethod>) => void>> = {
  trace: (methods, level, receive, first, second, third) => methods.trace(level, receive, first, second, third),
  debug: (methods, level, receive, first, second, third) => methods.debug(level, receive, first, second, third),
  info: (methods, level, receive, first, second, third) => methods.info(level, receive, first, second, third),
  warn: (methods, level, receive, first, second, third) => methods.warn(level, receive, first, second, third),
  error: (methods, level, receive, first, second, third) => methods.error(level, receive, first, second, third),
};

/** Asks the gate whether a level passes and hands on; resolve it once per level. */
export const callOf = (level: RecordLevel): (typeof CALLS)[GateMethodName] => CALLS[methodOf(level)];

/** The method that decides about a level: critical goes through error. */
const methodOf = (level: RecordLevel): GateMethodName => (level === 'critical' ? 'error' : level);

export interface LevelGate {
  readonly methods: GateMethods;
  setLevel(level: Level): void;
}

const forward: GateMethod = (level, receive, first, second, third) => receive(level, first, second, third);
const forwardCritical: GateMethod = (level, receive, first, second, third) => {
  if (level === 'critical') receive(level, first, second, third);
};

/**
 * A loglevel logger of one's own: the level decides which of its methods do anything.
 *
 * It is made by the constructor that every loglevel logger names, because `getLogger` enters each into a table of the
 * process that nothing ever leaves; a symbol as its name keeps it from reading stored levels in browsers. loglevel has no
 * level above error, so a gate at critical lets error through and asks there.
 */
export function createLevelGate(name: string): LevelGate {
  let passes = forward;
  const { constructor: OwnLogger } = loglevel as unknown as { constructor: new (name: symbol, factory: MethodFactory) => Logger };
  const logger = new OwnLogger(Symbol(name), () => passes as never);
  const own = logger as unknown as GateMethods;
  const { trace, debug, info, warn, error } = own;
  // loglevel's object has two dozen properties and is slow to read from.
  const methods = { trace, debug, info, warn, error };
  return {
    methods,
    setLevel(level) {
      passes = level === 'critical' ? forwardCritical : forward;
      logger.setLevel((level === 'critical' ? 'error' : level) as LogLevelDesc, false);
      methods.trace = own.trace;
      methods.debug = own.debug;
      methods.info = own.info;
      methods.warn = own.warn;
      methods.error = own.error;
    },
  };
}

/** The console's method for a level, as loglevel binds it; where there are no streams, lines go there. */
export const consoleMethod = (level: RecordLevel): ((line: string) => void) =>
  loglevel.methodFactory(level === 'trace' ? 'debug' : methodOf(level), 0, 'telemetry-bus');
