import { isThenable } from '../../core/dispatch';
import { checkOptions, isFunction, optionInvalid } from '../../core/options';
import { quietly } from '../../core/quietly';
import type { Exchange } from '../api';
import { trackerOf } from '../tracker-of';
import { enclosing } from './enclosing';
import { peerOf } from './peer';
import { begin, type WebTracking } from './web-exchange';

/** Options of `trackFetch`. */
export interface TrackFetchOptions<Args extends readonly unknown[]> {
  /**
   * Says the address at the other end of the connection, from what the runtime gives the handler. Default: what Bun, Deno and
   * `@hono/node-server` tell; elsewhere it is not known. What it throws counts as not known.
   */
  readonly peer?: (...args: Args) => string | undefined;
}

/**
 * Tracks the requests of a handler of the Web standard, `(request, …) => Response`, as Bun, Deno and workers take it. The handler runs in
 * the scope of its request, and so do the streams it answers with, when they are read. Answers carry `X-Request-Id` and
 * `X-Request-Duration`; the request ends with the last byte of the body.
 *
 * What the handler throws is reported and goes on, unless `answerErrors` is set: then the safe answer is sent. An answer of status 101
 * passes as the same object, and what is no `Response` as it is. Bodies are counted as they are read, one chunk at a time: a runtime
 * that would have told the length of a text sends it in chunks. A body that nobody reads, or cancels, ends with `request.signal` only.
 *
 * A request that is tracked around already is not tracked again.
 *
 * @param tracking - Of `trackHttp`.
 * @param handler - Keeps its type; `this` and further arguments pass through.
 * @param options - See {@link TrackFetchOptions}.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
 */
export function trackFetch<This, Args extends readonly [Request, ...unknown[]], Result>(
  tracking: WebTracking,
  handler: (this: This, ...args: Args) => Result,
  options: TrackFetchOptions<Args> = {},
): (this: This, ...args: Args) => Result {
  checkOptions('trackFetch', options, { peer: 'function' });
  trackerOf('trackFetch', tracking);
  if (!isFunction(handler)) throw optionInvalid('trackFetch: handler', handler, 'a function (request) => Response');
  const { peer } = options;

  return function tracked(...args) {
    const run = (): Result => Reflect.apply(handler, this, args) as Result;
    const [request, beside] = args;
    const outer = enclosing(request);
    if (outer !== undefined) return reporting(outer, run);
    const web = begin(tracking, request, peer === undefined ? peerOf(request, beside) : quietly(() => peer(...args)));
    if (web === undefined) return run();
    return settle(
      () => web.exchange.run(run),
      (value) => web.answered(value),
      (error) => web.failed(error),
    );
  };
}

/** An error belongs to the request around; whoever tracks that answers it. */
const reporting = <Result>(outer: Exchange, work: () => Result): Result =>
  settle(
    work,
    (value) => value,
    (error) => void outer.fail(error),
  );

/**
 * Runs what may throw or reject.
 *
 * @param done - Makes what is returned of the result.
 * @param failed - Makes what is returned for an error; `undefined`: the error goes on as it came.
 */
function settle<Result>(work: () => Result, done: (value: unknown) => unknown, failed: (error: unknown) => unknown): Result {
  let result: unknown;
  try {
    result = work();
  } catch (error) {
    const answer = failed(error);
    if (answer === undefined) throw error;
    return answer as Result;
  }
  if (!isPromised(result)) return done(result) as Result;
  return result.then(done, (error: unknown) => {
    const answer = failed(error);
    if (answer === undefined) throw error;
    return answer;
  }) as Result;
}

function isPromised(value: unknown): value is PromiseLike<unknown> {
  try {
    return isThenable(value);
  } catch {
    return false;
  }
}
