import type { EventName } from '../../../core/event';
import { slowRequests } from '../../../performance/slow-requests';
import type { AdminParts } from '../parts';
import { keyed, type Redacted, redactedBy } from '../redacted';
import type { Route } from '../route';
import { COUNT, ISO_TIME, inMs, listOf, NUMBER, object, TEXT, tableOf } from '../schemas';
import { mapInTurns, Turns } from './in-turns';
import { slowestOf } from './slow-watches';

const ANSWER = object({
  performance_metrics: tableOf(object({ avg_ms: NUMBER, max_ms: NUMBER, min_ms: NUMBER, count: COUNT })),
  slow_requests: listOf(object({ metric: TEXT, duration_ms: NUMBER, timestamp: ISO_TIME })),
});

interface Durations {
  readonly avg_ms: number;
  readonly max_ms: number;
  readonly min_ms: number;
  readonly count: number;
}

/** `GET /admin/logs/performance`, as requirement C12 has it. */
export function performanceLogRoutes(parts: AdminParts, redacted: Redacted = redactedBy(parts.telemetry)): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/admin/logs/performance',
      scope: 'read',
      tag: 'logs',
      summary: 'Durations of events and endpoints, and what was slow',
      description: 'Endpoints stand beside their event, as `http.request.stop GET /users/:id`.',
      query: {
        limit: { type: 'integer', minimum: 1, maximum: 1000, default: 100, description: 'How many of slow_requests, the slowest' },
        metrics: {
          type: 'integer',
          minimum: 1,
          maximum: 5000,
          default: 1000,
          description: 'How many of performance_metrics, the most frequent',
        },
      },
      responses: { 200: { description: 'What this process measured', schema: ANSWER } },
      isSensitive: true,
      async handle({ query }) {
        const metrics = Number(query.metrics);
        const all = [...(await eventDurations(parts, metrics)), ...endpointDurations(parts)];
        const most = all.sort(([, one], [, other]) => other.count - one.count).slice(0, metrics);
        const slow = slowRequests(slowestOf(parts, { limit: Number(query.limit) }));
        const turns = new Turns();
        const shown = await mapInTurns(most, ([name, durations]) => [redacted.text(name), durations] as const, turns);
        const slowest = await mapInTurns(slow, (one) => redacted.texts({ ...one, duration_ms: inMs(one.duration_ms) }), turns);
        return { json: { performance_metrics: keyed(shown), slow_requests: slowest } };
      },
    },
  ];
}

/** Of the most frequent events. Statistics cost some 50 microseconds each: those that are not told are not asked for. */
async function eventDurations({ telemetry }: AdminParts, most: number): Promise<readonly (readonly [string, Durations])[]> {
  const turns = new Turns();
  const found: (readonly [string, Durations])[] = [];
  for (const [event] of Object.entries(telemetry.getCounters()).sort(([, one], [, other]) => other - one)) {
    if (found.length >= most) break;
    if (turns.isOver) await turns.next();
    const stats = telemetry.getDurationStats(event.split('.') as unknown as EventName);
    if (stats === undefined) continue;
    const { mean, max, min, count } = stats;
    found.push([event, durationsOf({ avg_ms: mean, max_ms: max, min_ms: min, count })]);
  }
  return found;
}

const endpointDurations = ({ tracking }: AdminParts): readonly (readonly [string, Durations])[] =>
  (tracking()?.endpoints() ?? []).map((stats) => [`http.request.stop ${stats.endpoint}`, durationsOf(stats)]);

const durationsOf = ({ avg_ms, max_ms, min_ms, count }: Durations): Durations => ({
  avg_ms: inMs(avg_ms),
  max_ms: inMs(max_ms),
  min_ms: inMs(min_ms),
  count,
});
