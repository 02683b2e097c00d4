import { totalmem } from 'node:os';
import { checkOptions, type OptionRule, optionInvalid } from '../../core/options';
import type { CheckFunction } from '../../health/result';
import { sizeText } from './one-look';

/**
 * Options of `memoryCheck`. All are optional.
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `limit` | bytes that the process may use | the container's limit; without one, the machine's memory |
 * | `warn` | which part of it makes the check degraded, 0 to 1 | 0.8 |
 * | `fail` | which part of it is a failure, not below `warn` | 0.95 |
 */
export interface MemoryCheckOptions {
  readonly limit?: number;
  readonly warn?: number;
  readonly fail?: number;
}

const PART: OptionRule = [(value) => typeof value === 'number' && value >= 0 && value <= 1, 'a number from 0 to 1'];
const RULES: Readonly<Record<string, OptionRule>> = {
  limit: [(value) => Number.isSafeInteger(value) && (value as number) > 0, 'a whole number of bytes above 0'],
  warn: PART,
  fail: PART,
};

/**
 * Compares the memory of the process (resident set size) with what it may use.
 *
 * @param options - See {@link MemoryCheckOptions}.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
 * @example
 * const health = healthOf(telemetry);
 * health.addCheck('memory', memoryCheck({ limit: 1024 ** 4 }), { critical: false, probes: ['live'] });
 * (await health.check()).checks.memory?.status; // => 'healthy'
 */
export function memoryCheck(options: MemoryCheckOptions = {}): CheckFunction {
  checkOptions('memoryCheck', options, RULES);
  const { limit, warn = 0.8, fail = 0.95 } = options;
  if (fail < warn) throw optionInvalid('memoryCheck: fail', fail, `a number that is not below warn, ${warn}`);
  return () => {
    const rss = process.memoryUsage.rss();
    const most = limit ?? memoryLimit();
    const data = { rss_bytes: rss, limit_bytes: most };
    const status = rss > most * fail ? 'unhealthy' : rss > most * warn ? 'degraded' : 'healthy';
    if (status === 'healthy') return { status, data };
    return { status, data, detail: `${sizeText(rss)} of ${sizeText(most)} are used (${Math.round((rss / most) * 100)} %)` };
  };
}

/** A container without a limit says 0, or more than any machine has. */
function memoryLimit(): number {
  const constrained = process.constrainedMemory?.() ?? 0;
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
