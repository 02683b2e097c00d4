import { checkOptions, optionInvalid } from '../../core/options';
import { copyFields } from './fields';
import type { AnyFunction, FunctionOr, FunctionWrapper, MethodContext, NoContext, Settled } from './function-types';
import { lineLevel, REPORT_RULES, type ReportOptions } from './report';
import type { Report, Reporter } from './reporter';
import { observe, thenOf } from './thenable';
import { type Callable, createWrapper } from './wrapper';

/** What is done with the failures of a function. */
export interface HandleErrorsOptions extends ReportOptions {
  /** Asked before the rule of the bus: `true` makes the failure a warning, `undefined` leaves it to that rule. */
  readonly expected?: (error: unknown) => boolean | undefined;
}

/** The failure is thrown again. */
export interface RethrowOptions extends HandleErrorsOptions {
  readonly rethrow?: true;
  readonly fallback?: undefined;
}

/** The failure ends here; the function returns `undefined` instead. */
export interface SwallowOptions extends HandleErrorsOptions {
  readonly rethrow: false;
  readonly fallback?: undefined;
}

/** The failure ends here; the function returns something else instead. */
export interface FallbackOptions<Fallback> extends HandleErrorsOptions {
  readonly rethrow?: false;
  /** Returned instead; a function is called with the error, and what it throws is thrown. */
  readonly fallback: Fallback | ((error: unknown) => Fallback);
}

/** What stands in the way of decorating a method whose result the fallback is not. */
interface FallbackMisfit<Fallback, Result> extends MethodContext {
  readonly 'the fallback is no result of this method': { readonly fallback: Fallback; readonly result: Result };
}

/** Decorates methods whose result the fallback can be; wraps functions. */
export interface FallbackWrapper<Fallback> {
  <Fn extends AnyFunction>(
    method: Fn,
    context: [Awaited<Fallback>] extends [Settled<Fn>] ? MethodContext : FallbackMisfit<Fallback, Settled<Fn>>,
  ): Fn;
  <Fn extends AnyFunction>(fn: Fn): FunctionOr<Fn, Fallback>;
}

/**
 * Wraps a function so that its failures are reported, and thrown again or replaced by a fallback: `handleErrors(fn, options)`,
 * `@handleErrors` and `@handleErrors(options)` above a method, `handleErrors(options)(fn)`.
 *
 * A failure is what is thrown, or a promise that rejects. It is reported with its id and counted, once for nested wrappers
 * (the innermost reports); expected failures are warnings. Reporting never changes what the function returns or throws. Name,
 * length, `this`, own properties and type stay; a promise stays one of its own making. A generator is wrapped in so far as it
 * is created: what fails while it is iterated does not pass here.
 *
 * Costs some nanoseconds a call; for a promise, one `then`.
 *
 * @param fn - The function; no class.
 * @param options - `rethrow`: default `true` unless there is a fallback. `fallback`: a value, or a function of the error.
 *   `component`, `fields` (read once, now), `level` (default `error`), `message`, `expected`.
 * @returns The function that stands in.
 * @throws {TelemetryError} `OPTION_UNKNOWN`; `OPTION_INVALID`, for `rethrow: true` with a fallback too: only one can happen.
 * @example
 * const parse = errors.handleErrors((text: string) => JSON.parse(text) as unknown, { fallback: null });
 * parse('{'); // => null
 */
export interface HandleErrors {
  <Fn extends AnyFunction>(method: Fn, context: MethodContext): Fn;
  <Fn extends AnyFunction>(fn: Fn, options?: RethrowOptions & NoContext): Fn;
  <Fn extends AnyFunction>(fn: Fn, options: SwallowOptions): FunctionOr<Fn, undefined>;
  <Fn extends AnyFunction, Fallback>(fn: Fn, options: FallbackOptions<Fallback>): FunctionOr<Fn, Fallback>;
  (options?: RethrowOptions): FunctionWrapper;
  (options: SwallowOptions): FallbackWrapper<undefined>;
  <Fallback>(options: FallbackOptions<Fallback>): FallbackWrapper<Fallback>;
}

interface Settings {
  readonly report: Report;
  readonly isRethrown: boolean;
  readonly fallback: unknown;
}

export function createHandleErrors(reporter: Reporter): HandleErrors {
  return createWrapper({ where: 'handleErrors', settle, wrap }) as HandleErrors;

  function wrap(fn: Callable, settings: Settings, name: string): AnyFunction {
    const { isRethrown, fallback } = settings;
    const report = { ...settings.report, fields: { function: name, ...settings.report.fields } };

    function failed(thrown: unknown, call: number, isAsync: boolean): unknown {
      reporter.tell(thrown, call, isAsync, report);
      if (isRethrown) throw thrown;
      reporter.settle(thrown);
      return typeof fallback === 'function' ? (fallback as (error: unknown) => unknown)(thrown) : fallback;
    }

    const { wrapped } = {
      wrapped(this: unknown, ...args: unknown[]): unknown {
        const call = reporter.begin();
        let returned: unknown;
        try {
          returned = Reflect.apply(fn, this, args);
        } catch (thrown) {
          return failed(thrown, call, false);
        }
        const then = thenOf(returned);
        return then === undefined ? returned : observe(returned, then, undefined, (thrown) => failed(thrown, call, true));
      },
    };
    return wrapped as AnyFunction;
  }
}

function settle(options: unknown): Settings {
  checkOptions('handleErrors', options, { ...REPORT_RULES, rethrow: 'boolean', fallback: 'any', expected: 'function' });
  const { rethrow, fallback, component, fields, level, message, expected } = (options ?? {}) as HandleErrorsOptions & {
    readonly rethrow?: boolean;
    readonly fallback?: unknown;
  };
  if (rethrow === true && fallback !== undefined)
    throw optionInvalid('handleErrors: rethrow', rethrow, 'false or nothing beside a fallback: an error is either thrown or replaced');
  return {
    report: { component, level: lineLevel(level), fields: copyFields(fields), message, expected },
    isRethrown: rethrow ?? fallback === undefined,
    fallback,
  };
}
