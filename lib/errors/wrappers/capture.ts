import { runWithContext } from '../../core/context';
import { checkOptions } from '../../core/options';
import { copyFields, type Fields } from './fields';
import type { AnyFunction, FunctionWrapper, ResultOr } from './function-types';
import type { FallbackWrapper } from './handle-errors';
import { lineLevel, REPORT_RULES, type ReportOptions } from './report';
import type { Report, Reporter } from './reporter';
import { observe, thenOf } from './thenable';
import { type Callable, decoratorOf } from './wrapper';

/** Options of a scope in which errors are reported. */
export interface CaptureOptions extends ReportOptions {
  /** Throw the error again; default `true`. `false`: the result is `undefined` instead. */
  readonly rethrow?: boolean;
}

/** Options of a scope that throws its errors again. */
export interface RethrowingCaptureOptions extends CaptureOptions {
  readonly rethrow?: true;
}

/**
 * Runs a function in a scope: component and fields are in every record within, as of `runWithContext`, and in the record of
 * the error if the function fails, which is then thrown again. Without a function it gives a decorator that does so with
 * every call.
 *
 * Failures are told as by `handleErrors`: once for nested scopes and wrappers, the innermost first; reporting changes
 * nothing of what is returned or thrown. Without async context (browsers) the records after an `await` lack the fields; the
 * record of the error has them.
 *
 * @param options - `component`, `fields` (read once, as the scope begins or as the decorator is made), `rethrow`, `level`,
 *   `message`.
 * @param fn - Called at once.
 * @returns What the function returns.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`, before the function runs; else what the function throws.
 * @example
 * errors.capture({ component: 'billing', fields: { invoice: 'i-1' } }, () => contextFields()); // => { component: 'billing', invoice: 'i-1' }
 */
export interface Capture {
  <Result>(options: RethrowingCaptureOptions, fn: () => Result): Result;
  <Result>(options: CaptureOptions, fn: () => Result): ResultOr<Result, undefined>;
  (options: RethrowingCaptureOptions): FunctionWrapper;
  (options: CaptureOptions): FallbackWrapper<undefined>;
}

interface Settings {
  readonly scope: Fields;
  readonly report: Report;
  readonly isRethrown: boolean;
}

const RULES = { ...REPORT_RULES, rethrow: 'boolean' };

export function createCapture(reporter: Reporter): Capture {
  function run(settings: Settings, fn: Callable, self: unknown, args: unknown[]): unknown {
    const call = reporter.begin();
    // Reported within the scope as well: its fields are the error's, and those of the scopes around.
    return runWithContext(settings.scope, () => {
      let returned: unknown;
      try {
        returned = Reflect.apply(fn, self, args);
      } catch (thrown) {
        return failed(settings, thrown, call, false);
      }
      const then = thenOf(returned);
      return then === undefined ? returned : observe(returned, then, undefined, (thrown) => failed(settings, thrown, call, true));
    });
  }

  function failed({ report, isRethrown }: Settings, thrown: unknown, call: number, isAsync: boolean): undefined {
    reporter.tell(thrown, call, isAsync, report);
    if (isRethrown) throw thrown;
    reporter.settle(thrown);
  }

  const parts = {
    where: 'capture',
    settle,
    wrap(fn: Callable, settings: Settings): AnyFunction {
      const { wrapped } = {
        wrapped(this: unknown, ...args: unknown[]): unknown {
          return run(settings, fn, this, args);
        },
      };
      return wrapped as AnyFunction;
    },
  };
  return ((options: unknown, ...rest: [fn?: Callable]) => {
    const settings = settle(options);
    if (rest.length === 0) return decoratorOf(parts, settings);
    checkOptions('capture', { function: rest[0] ?? null }, { function: 'function' });
    return run(settings, rest[0]!, undefined, []);
  }) as Capture;
}

function settle(options: unknown): Settings {
  checkOptions('capture', options ?? null, RULES);
  const { component, fields, level, message, rethrow = true } = options as CaptureOptions;
  const own = copyFields(fields);
  const scope = component === undefined ? own : { component, ...own };
  // The same values as in the scope, so that the log writes them once.
  return { scope, report: { component, level: lineLevel(level), fields: own, message }, isRethrown: rethrow };
}
