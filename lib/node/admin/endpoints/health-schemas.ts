import type { JsonSchema } from '../route';
import { COUNT, listOf, NUMBER, object, oneOf, PLAIN, TEXT, TIME, tableOf, YES_NO } from '../schemas';

/** How checks are told to those who look after them: as `healthOf(bus).report()` tells them. */
const STATUS = oneOf('healthy', 'degraded', 'unhealthy', 'unknown');
const LATENCY = object({ count: COUNT, min: NUMBER, max: NUMBER, mean: NUMBER, p50: NUMBER, p95: NUMBER, p99: NUMBER });
const CHECK = object(
  {
    status: STATUS,
    critical: YES_NO,
    probes: listOf(oneOf('live', 'ready', 'startup')),
    detail: TEXT,
    data: tableOf(PLAIN),
    lastRun: TIME,
    lastChange: TIME,
    duration: NUMBER,
    failures: COUNT,
    runs: COUNT,
    isRunning: YES_NO,
    hanging: COUNT,
    latency: LATENCY,
  },
  ['detail', 'data', 'lastRun', 'lastChange', 'duration', 'latency'],
);
const REPORT = { status: STATUS, time: TIME, checks: tableOf(CHECK) };

/** Of `POST /admin/health/check`. */
export const RUN: JsonSchema = object({ is_complete: YES_NO, ...REPORT });

const PROBE = object({ status: oneOf('pass', 'warn', 'fail'), reasons: listOf(TEXT) });

/** Of `GET /admin/health`. */
export const STATE: JsonSchema = object({
  ...REPORT,
  probes: object({ live: PROBE, ready: PROBE, startup: PROBE }),
  is_started: { ...YES_NO, description: 'false: no check is run by itself' },
  is_shutting_down: YES_NO,
});
