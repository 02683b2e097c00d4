import { checkOptions } from '../../core/options';
import type { AnyFunction, FunctionWrapper, MethodContext, NoContext } from './function-types';
import type { GuardedHost } from './guarded-host';
import { TEXT_RULE } from './report';
import { observe, thenOf } from './thenable';
import { type Callable, createWrapper } from './wrapper';

/** Options of a timed function. */
export interface TimedOptions {
  /** Of the metric. Default: the name of the function. */
  readonly name?: string;
  /** The field `module`. Default none. */
  readonly module?: string;
}

/**
 * Wraps a function so that each call is written to the stream `performance`: `Performance metric: <name>` with
 * `duration_ms` (of the promise, where it returns one), `function`, `module` where given, and `failed: true` if it threw or
 * rejected. The error is thrown on and not reported here. Used as `timed(fn, options)`, `@timed`, `@timed(options)`.
 *
 * Shape, type and promises are kept as by `handleErrors`. Costs two readings of the clock and a record a call.
 *
 * @param fn - The function; no class.
 * @returns The function that stands in.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`.
 * @example
 * const render = errors.timed(function render(page: string) { return page.length; }, { module: 'view' });
 * render('home'); // => 4
 */
export interface Timed {
  <Fn extends AnyFunction>(method: Fn, context: MethodContext): Fn;
  <Fn extends AnyFunction>(fn: Fn, options?: TimedOptions & NoContext): Fn;
  (options?: TimedOptions): FunctionWrapper;
}

export function createTimed(host: GuardedHost): Timed {
  return createWrapper({ where: 'timed', settle, wrap }) as Timed;

  function wrap(fn: Callable, { name, module }: TimedOptions, functionName: string): AnyFunction {
    const { clock } = host;
    const metric = name ?? functionName;

    function write(start: number, isFailed: boolean): void {
      const duration_ms = Math.max(0, clock.monotonicTime() - start);
      host.writePerformance(metric, {
        duration_ms,
        function: functionName,
        ...(module !== undefined && { module }),
        ...(isFailed && { failed: true }),
      });
    }

    const { wrapped } = {
      wrapped(this: unknown, ...args: unknown[]): unknown {
        const start = clock.monotonicTime();
        let returned: unknown;
        try {
          returned = Reflect.apply(fn, this, args);
        } catch (thrown) {
          write(start, true);
          throw thrown;
        }
        const then = thenOf(returned);
        if (then === undefined) {
          write(start, false);
          return returned;
        }
        return observe(
          returned,
          then,
          (value) => {
            write(start, false);
            return value;
          },
          (thrown) => {
            write(start, true);
            throw thrown;
          },
        );
      },
    };
    return wrapped as AnyFunction;
  }
}

function settle(options: unknown): TimedOptions {
  checkOptions('timed', options, { name: TEXT_RULE, module: TEXT_RULE });
  return { ...(options as TimedOptions | undefined) };
}
