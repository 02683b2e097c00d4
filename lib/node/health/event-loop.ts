import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { checkOptions, optionInvalid } from '../../core/options';
import { type Duration, parseDuration } from '../../core/unit';
import type { CheckFunction } from '../../health/result';

/**
 * Options of `eventLoopCheck`. Both are optional.
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `warn` | degraded when one delay in a hundred is longer | 100 ms |
 * | `fail` | failed when the longest is longer; not below `warn` | 1 s |
 */
export interface EventLoopCheckOptions {
  readonly warn?: Duration;
  readonly fail?: Duration;
}

/** Time between two samples, in ms. What is measured includes it. */
const RESOLUTION = 20;
const MS = 1e6;

/**
 * Looks at how late the event loop was since the last look: at the 99th percentile and the longest of its delays, sampled 50 times a
 * second from the first run on. One long pause is one failure, and the check is well again after the runs that follow; pauses in
 * each interval make it unhealthy.
 *
 * @param options - See {@link EventLoopCheckOptions}.
 * @returns The check; sampling ends when it is removed, or with its `[Symbol.dispose]()`.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
 * @example
 * const health = healthOf(telemetry);
 * const handle = health.addCheck('loop', eventLoopCheck({ warn: '100ms', fail: '1m' }), { critical: false, probes: ['live'] });
 * (await health.check()).checks.loop?.status; // => 'healthy'
 * handle.remove(); // => true
 */
export function eventLoopCheck(options: EventLoopCheckOptions = {}): CheckFunction & Disposable {
  checkOptions('eventLoopCheck', options, { warn: 'any', fail: 'any' });
  const { warn = 100, fail = 1000 } = options;
  const [warnMs, failMs] = [parseDuration('eventLoopCheck: warn', warn), parseDuration('eventLoopCheck: fail', fail)];
  if (failMs < warnMs) throw optionInvalid('eventLoopCheck: fail', fail, `no less than warn, ${warnMs} ms`);
  let delays: IntervalHistogram | undefined;

  const check = (): ReturnType<CheckFunction> => {
    if (delays === undefined) {
      delays = monitorEventLoopDelay({ resolution: RESOLUTION });
      delays.enable();
    }
    const [p99, longest] = [delayOf(delays.percentile(99)), delayOf(delays.max)];
    delays.reset();
    const data = { p99_ms: p99, max_ms: longest };
    if (longest > failMs) return { status: 'unhealthy', data, detail: `The longest delay was ${longest} ms, more than ${failMs} ms` };
    if (p99 > warnMs) return { status: 'degraded', data, detail: `One delay in a hundred was over ${p99} ms, more than ${warnMs} ms` };
    return { status: 'healthy', data };
  };
  const dispose = (): void => {
    delays?.disable();
    delays = undefined;
  };
  return Object.assign(check, { [Symbol.dispose]: dispose });
}

const delayOf = (nanoseconds: number): number => Math.max(0, Math.round(nanoseconds / MS - RESOLUTION));
