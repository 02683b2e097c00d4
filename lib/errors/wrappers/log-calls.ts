import { checkOptions, type OptionRule } from '../../core/options';
import { quietly } from '../../core/quietly';
import type { Complaints } from '../messages/complaints';
import type { AnyFunction, FunctionWrapper, MethodContext, NoContext, Settled } from './function-types';
import type { GuardedHost } from './guarded-host';
import { isLoggerName, LEVEL_RULE, type LineLevel, type LineLevelName, lineLevel, TEXT_RULE } from './report';
import type { Reporter } from './reporter';
import { observe, thenOf } from './thenable';
import { type Callable, createWrapper } from './wrapper';

/** Options of a function whose calls are logged. */
export interface LogCallsOptions<Fn extends AnyFunction = AnyFunction> {
  /** Of the line about a call. Default `debug`. */
  readonly level?: LineLevelName;
  /** Of the line about a failed call. Default `error`; `warn` at most for an expected failure. */
  readonly failureLevel?: LineLevelName;
  /**
   * The field `args`. Default `true`: the arguments as a list. A function picks from them, before the call; that is also the
   * way to keep a secret out that is a bare text, since a list has no names to know it by. `false`: none, and none for a
   * function that throws or gives a promise.
   */
  readonly args?: boolean | ((...args: Parameters<Fn>) => unknown);
  /** The field `result`, of a promise what it comes to. Default `true`; a function picks from it, as for `args`; `false`: none. */
  readonly result?: boolean | ((result: Settled<Fn>) => unknown);
  /** Of the function in messages and the field `function`. Default: its own. */
  readonly name?: string;
  /** The field `component`, and the logger where it can name one. Default: the logger `calls`. */
  readonly component?: string;
}

/**
 * Wraps a function so that each call is a line when it ends: `<name> returned` with `function`, `args`, `result` and
 * `duration_ms`, or `<name> failed` with the error. Used as `logCalls(fn, options)`, `@logCalls`, `@logCalls(options)`.
 *
 * Arguments and results pass redaction and limits like any field. A failure is reported whatever the level, and thrown on;
 * if a wrapper within reported it already, the line is written at the level of calls with `failed: true`. Shape, type and
 * promises are kept as by `handleErrors`.
 *
 * Below the level a call costs a check: no argument is touched, no clock is read. For a promise, one `then`.
 *
 * @param fn - The function; no class.
 * @returns The function that stands in.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`.
 * @example
 * const login = errors.logCalls((user: string, password: string) => user !== password, { args: (user) => ({ user }) });
 * login('ada', 'secret'); // => true
 */
export interface LogCalls {
  <Fn extends AnyFunction>(method: Fn, context: MethodContext): Fn;
  <Fn extends AnyFunction>(fn: Fn, options?: LogCallsOptions<Fn> & NoContext): Fn;
  (options?: LogCallsOptions): FunctionWrapper;
}

type Pick = ((...values: unknown[]) => unknown) | undefined;

interface Settings {
  readonly level: LineLevel;
  readonly failureLevel: LineLevel;
  readonly args: Pick;
  readonly result: Pick;
  readonly name: string | undefined;
  readonly component: string | undefined;
}

/** A call whose line will be written. */
interface LoggedCall {
  readonly start: number;
  /** What was picked of the arguments; `undefined` when none are wanted. */
  readonly args: unknown;
}

const LOGGER = 'calls';
const PICK_RULE: OptionRule = [
  (value) => typeof value === 'boolean' || typeof value === 'function',
  'true, false or a function that picks',
];
const RULES = { level: LEVEL_RULE, failureLevel: LEVEL_RULE, args: PICK_RULE, result: PICK_RULE, name: TEXT_RULE, component: TEXT_RULE };

export function createLogCalls(host: GuardedHost, reporter: Reporter, complaints: Complaints): LogCalls {
  return createWrapper({ where: 'logCalls', settle, wrap }) as LogCalls;

  function wrap(fn: Callable, settings: Settings, functionName: string): AnyFunction {
    const { level, failureLevel, component, name = functionName } = settings;
    const logger = isLoggerName(component) ? component : LOGGER;
    const subject = component === undefined ? { function: name } : { component, function: name };

    function pick(what: 'args' | 'result', picker: Pick, values: readonly unknown[]): unknown {
      // What is not picked by the application is not looked at either.
      if (picker === undefined || picker === asList || picker === asIs) return picker?.(...values);
      const failed = (): void => complaints.say('HANDLER_FAILED', `logCalls: ${what} of ${name} failed, so the line is written without`);
      const picked = quietly(() => picker(...values), failed);
      return thenOf(picked) === undefined ? picked : undefined;
    }

    const begin = (args: unknown[]): LoggedCall => ({ args: pick('args', settings.args, args), start: host.clock.monotonicTime() });

    function fieldsOf({ start, args }: LoggedCall): object {
      const duration_ms = Math.max(0, host.clock.monotonicTime() - start);
      return args === undefined ? { ...subject, duration_ms } : { ...subject, duration_ms, args };
    }

    const write = (message: string, fields: object): void => host.writeLine(level, logger, message, fields);

    function succeeded(logged: LoggedCall, value: unknown): void {
      const fields = fieldsOf(logged);
      const result = pick('result', settings.result, [value]);
      write(`${name} returned`, result === undefined ? fields : { ...fields, result });
    }

    function failed(logged: LoggedCall | undefined, thrown: unknown, call: number, isAsync: boolean): never {
      const fields = logged === undefined ? subject : fieldsOf(logged);
      const message = `${name} failed`;
      const isReported = reporter.tell(thrown, call, isAsync, { component: undefined, logger, level: failureLevel, fields, message });
      if (!isReported && logged !== undefined) write(message, { ...fields, failed: true });
      throw thrown;
    }

    const { wrapped } = {
      wrapped(this: unknown, ...args: unknown[]): unknown {
        const call = reporter.begin();
        const logged = host.isEnabled(level, logger) ? begin(args) : undefined;
        let returned: unknown;
        try {
          returned = Reflect.apply(fn, this, args);
        } catch (thrown) {
          failed(logged, thrown, call, false);
        }
        const then = thenOf(returned);
        if (then === undefined) {
          if (logged !== undefined) succeeded(logged, returned);
          return returned;
        }
        return observe(
          returned,
          then,
          logged &&
            ((value) => {
              succeeded(logged, value);
              return value;
            }),
          (thrown) => failed(logged, thrown, call, true),
        );
      },
    };
    return wrapped as AnyFunction;
  }
}

const asList: Pick = (...values) => values;
const asIs: Pick = (value) => value;

function settle(options: unknown): Settings {
  checkOptions('logCalls', options, RULES);
  const { level, failureLevel, args = true, result = true, name, component } = (options ?? {}) as LogCallsOptions;
  return {
    level: lineLevel(level) ?? 'debug',
    failureLevel: lineLevel(failureLevel) ?? 'error',
    args: typeof args === 'function' ? (args as Pick) : args ? asList : undefined,
    result: typeof result === 'function' ? (result as Pick) : result ? asIs : undefined,
    name,
    component,
  };
}
