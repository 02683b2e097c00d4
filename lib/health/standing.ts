import type { HealthCheckMetadata } from '../core/own-events';

/** State of a check. `unknown` until its first run is over. */
export type CheckStatus = 'unknown' | 'healthy' | 'degraded' | 'unhealthy';

/** What one run came to. `fail` and `timeout` are failures. */
export type Outcome = HealthCheckMetadata['outcome'];

/** Where a check stands after its runs so far. */
export interface Standing {
  readonly status: CheckStatus;
  /** Failures in a row, up to the last run. */
  readonly failures: number;
  /** Passes in a row, up to the last run. */
  readonly passes: number;
}

/** How many in a row it takes. */
export interface Hysteresis {
  readonly unhealthyAfter: number;
  readonly healthyAfter: number;
}

export const UNKNOWN: Standing = { status: 'unknown', failures: 0, passes: 0 };

/**
 * Where a check stands after one more run.
 *
 * | before | pass | warn | failure |
 * | --- | --- | --- | --- |
 * | unknown | healthy | degraded | degraded |
 * | healthy | healthy | degraded | degraded |
 * | degraded | healthy, once `healthyAfter` passes in a row are reached; else degraded | degraded | degraded |
 * | unhealthy | degraded; healthy if `healthyAfter` is 1 | degraded | unhealthy |
 *
 * The last of `unhealthyAfter` failures in a row makes it unhealthy, whatever it was. A warning ends a row of failures as well as a
 * row of passes.
 */
export function nextStanding(before: Standing, outcome: Outcome, { unhealthyAfter, healthyAfter }: Hysteresis): Standing {
  if (outcome === 'warn') return { status: 'degraded', failures: 0, passes: 0 };
  if (outcome === 'pass') {
    const passes = before.passes + 1;
    const isWell = before.status === 'unknown' || before.status === 'healthy' || passes >= healthyAfter;
    return { status: isWell ? 'healthy' : 'degraded', failures: 0, passes };
  }
  const failures = before.failures + 1;
  // A limit that was raised meanwhile makes no failure an improvement.
  const isDown = before.status === 'unhealthy' || failures >= unhealthyAfter;
  return { status: isDown ? 'unhealthy' : 'degraded', failures, passes: 0 };
}

/** State of all checks together: that of the worst, where one that is not critical is at worst degraded. */
export function overallOf(checks: Iterable<{ readonly status: CheckStatus; readonly critical: boolean }>): CheckStatus {
  let worst: CheckStatus = 'healthy';
  for (const { status, critical } of checks) {
    if (status === 'unhealthy' && critical) return 'unhealthy';
    if (status === 'degraded' || status === 'unhealthy') worst = 'degraded';
    else if (status === 'unknown' && worst === 'healthy') worst = 'unknown';
  }
  return worst;
}
