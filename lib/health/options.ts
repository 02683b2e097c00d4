import { checkOptions, type OptionRule, optionInvalid } from '../core/options';
import { type Duration, parseDuration } from '../core/unit';
import type { Hysteresis } from './standing';

/** A question that an orchestrator asks. */
export type ProbeName = 'live' | 'ready' | 'startup';

/**
 * What holds for checks that say nothing else.
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `critical` | when it is unhealthy, everything is, and the process is not ready; otherwise everything is degraded | `true` |
 * | `timeout` | a run that takes longer failed, and its signal is aborted | 5 s |
 * | `interval` | time from one run to the next; as long is a result used again | 60 s |
 * | `unhealthyAfter` | failures in a row that make it unhealthy, 1 to 1000 | 3 |
 * | `healthyAfter` | passes in a row that make it healthy again, 1 to 1000 | 2 |
 * | `probes` | the probes that it is part of, of `live`, `ready`, `startup` | `['ready', 'startup']` |
 *
 * A time-out that comes more than 250 ms late, because the process was suspended or busy, is put off once, by at most 1 s.
 */
export interface CheckOptions {
  readonly critical?: boolean;
  readonly timeout?: Duration;
  readonly interval?: Duration;
  readonly unhealthyAfter?: number;
  readonly healthyAfter?: number;
  readonly probes?: readonly ProbeName[];
}

/**
 * Options of `configure`: those of {@link CheckOptions}, for every check that doesn't say otherwise itself, and `jitter`.
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `jitter` | by which part of its interval a check's second run is put off at most, at random, 0 to 1: many processes that were started at once don't ask at once for ever | 0.1 |
 */
export interface HealthOptions extends CheckOptions {
  readonly jitter?: number;
}

/** How a check is run and judged. */
export interface CheckSettings extends Hysteresis {
  readonly critical: boolean;
  readonly timeoutMs: number;
  readonly intervalMs: number;
  readonly probes: readonly ProbeName[];
}

export interface HealthSettings extends CheckSettings {
  readonly jitter: number;
}

export const DEFAULTS: HealthSettings = {
  critical: true,
  timeoutMs: 5000,
  intervalMs: 60_000,
  unhealthyAfter: 3,
  healthyAfter: 2,
  probes: ['ready', 'startup'],
  jitter: 0.1,
};

const PROBES: readonly unknown[] = ['live', 'ready', 'startup'];
const COUNT: OptionRule = [
  (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 1000,
  'a whole number from 1 to 1000',
];
const RULES: Readonly<Record<string, OptionRule>> = {
  critical: 'boolean',
  timeout: 'any',
  interval: 'any',
  unhealthyAfter: COUNT,
  healthyAfter: COUNT,
  probes: [(value) => Array.isArray(value) && value.every((probe) => PROBES.includes(probe)), 'a list of "live", "ready", "startup"'],
};
/** Which options `configure` takes. */
export const HEALTH_RULES: Readonly<Record<string, OptionRule>> = {
  ...RULES,
  jitter: [(value) => typeof value === 'number' && value >= 0 && value <= 1, 'a number from 0 to 1'],
};

/** What options say, and nothing for those that are left out. */
function given(where: string, options: CheckOptions): Partial<CheckSettings> {
  const { critical, timeout, interval, unhealthyAfter, healthyAfter, probes } = options;
  return {
    ...(critical !== undefined && { critical }),
    ...(timeout !== undefined && { timeoutMs: parseDuration(`${where}: timeout`, timeout) }),
    ...(interval !== undefined && { intervalMs: parseDuration(`${where}: interval`, interval) }),
    ...(unhealthyAfter !== undefined && { unhealthyAfter }),
    ...(healthyAfter !== undefined && { healthyAfter }),
    ...(probes !== undefined && { probes: Object.freeze([...probes]) }),
  };
}

/** @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID` */
export function readCheckOptions(name: string, options: CheckOptions = {}): Partial<CheckSettings> {
  const where = `addCheck "${name}"`;
  checkOptions(where, options, RULES);
  return given(where, options);
}

/** @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID` */
export function readHealthOptions(options: HealthOptions | undefined): Partial<HealthSettings> {
  const where = 'health.configure';
  checkOptions(where, options, HEALTH_RULES);
  const { jitter, ...rest } = options ?? {};
  return { ...given(where, rest), ...(jitter !== undefined && { jitter }) };
}

/** How old a result may be, in ms; 0 for none at all. */
export function readMaxAge(options: { readonly maxAge?: Duration } | undefined): number | undefined {
  checkOptions('health.check', options, { maxAge: 'any' });
  const maxAge = options?.maxAge;
  return maxAge === undefined || maxAge === 0 ? maxAge : parseDuration('health.check: maxAge', maxAge);
}

const NAME = /^[A-Za-z][\w.-]{0,63}$/;

/** @throws {TelemetryError} `OPTION_INVALID` */
export function checkNameOf(value: unknown): string {
  if (typeof value === 'string' && NAME.test(value)) return value;
  throw optionInvalid('addCheck: name', value, 'at most 64 letters, digits, _, - or ., beginning with a letter');
}
