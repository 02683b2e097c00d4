import { checkOptions, optionInvalid } from '../core/options';
import type { Health } from './api';
import type { ProbeName } from './options';
import type { ProbeResult } from './probes';
import type { CheckReport, HealthReport } from './report';
import type { CheckStatus } from './standing';

/**
 * Options of `healthResponse`. Both are optional.
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `details` | `never`: one word. `always`: each check, with what it said; for people who may know what the process depends on | `never` |
 * | `format` | `health+json`: `pass`, `warn`, `fail`. `actuator`: `UP`, `DOWN` | `health+json` |
 */
export interface HealthResponseOptions {
  readonly details?: 'never' | 'always';
  readonly format?: 'health+json' | 'actuator';
}

/** What to answer over HTTP. */
export interface HealthResponse {
  /** 503 when the probe fails; 200 when it passes or warns. */
  readonly status: 200 | 503;
  readonly contentType: string;
  /** To be written as JSON. */
  readonly body: Readonly<Record<string, unknown>>;
}

const RULES = { details: 'never|always', format: 'health+json|actuator' };
const PROBES: readonly unknown[] = ['live', 'ready', 'startup', 'all'];
const WORDS: Readonly<Record<CheckStatus, ProbeResult['status']>> = {
  healthy: 'pass',
  degraded: 'warn',
  unknown: 'warn',
  unhealthy: 'fail',
};

/**
 * What to answer to who asks for health over HTTP. From what is known: it runs no check, however often it is called. Without `details`
 * one word is told, whoever asks; with them texts that were redacted, and no stack.
 *
 * @param health - That of a bus.
 * @param probe - `live`, `ready`, `startup`, or `all` for the state of all checks together.
 * @param options - See {@link HealthResponseOptions}.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
 * @example
 * const health = healthOf(telemetry);
 * health.shutDown();
 * healthResponse(health, 'ready'); // => { status: 503, contentType: 'application/health+json', body: { status: 'fail' } }
 * healthResponse(health, 'live', { format: 'actuator' }).body; // => { status: 'UP' }
 */
export function healthResponse(health: Health, probe: ProbeName | 'all', options: HealthResponseOptions = {}): HealthResponse {
  checkOptions('healthResponse', options, RULES);
  if (!PROBES.includes(probe)) throw optionInvalid('healthResponse: probe', probe, 'live|ready|startup|all');
  const { details = 'never', format = 'health+json' } = options;
  const report = details === 'always' || probe === 'all' ? health.report() : undefined;
  const result = probe === 'all' ? { status: WORDS[report!.status], reasons: [] } : health[probe]();
  const shown = details === 'always' ? checksOf(report!, probe) : undefined;
  return {
    status: result.status === 'fail' ? 503 : 200,
    ...(format === 'actuator'
      ? { contentType: 'application/json', body: actuatorBody(result, shown) }
      : { contentType: 'application/health+json', body: standardBody(result, shown) }),
  };
}

type Listed = readonly (readonly [name: string, check: CheckReport])[];

const checksOf = (report: HealthReport, probe: ProbeName | 'all'): Listed =>
  Object.entries(report.checks).filter(([, { probes }]) => probe === 'all' || probes.includes(probe));

/** Form of draft-inadarei-api-health-check. */
function standardBody({ status, reasons }: ProbeResult, checks: Listed | undefined): Readonly<Record<string, unknown>> {
  if (checks === undefined) return { status };
  const shown = checks.map(([name, check]) => [`${name}:responseTime`, [standardCheck(check)]]);
  return { status, ...(reasons.length > 0 && { notes: reasons }), checks: Object.fromEntries(shown) };
}

function standardCheck({ status, duration, lastRun, detail, data }: CheckReport): Readonly<Record<string, unknown>> {
  return {
    status: WORDS[status],
    ...(duration !== undefined && { observedValue: duration, observedUnit: 'ms' }),
    ...(lastRun !== undefined && { time: new Date(lastRun).toISOString() }),
    ...(detail !== undefined && { output: detail }),
    ...(data !== undefined && { data }),
  };
}

/** Form of Spring Boot Actuator. */
function actuatorBody({ status }: ProbeResult, checks: Listed | undefined): Readonly<Record<string, unknown>> {
  const own = { status: status === 'fail' ? 'DOWN' : 'UP' };
  if (checks === undefined) return own;
  const shown = checks.map(([name, { status: state, detail, data }]) => [
    name,
    {
      status: state === 'unknown' ? 'UNKNOWN' : state === 'unhealthy' ? 'DOWN' : 'UP',
      ...((detail !== undefined || data !== undefined) && { details: { ...data, ...(detail !== undefined && { detail }) } }),
    },
  ]);
  return { ...own, components: Object.fromEntries(shown) };
}
