import { parseDuration } from '../../../core/unit';
import type { HttpStats, RequestReport } from '../../../http/api';
import { DEFAULT_CLASSES, type SlowThresholdsLike } from '../../../http/classes';
import { thresholdsInSeconds } from '../../../performance/text';
import type { AdminParts } from '../parts';
import { redactedBy } from '../redacted';
import type { Route } from '../route';
import { COUNT, listOf, NUMBER, object, orNull, TEXT, tableOf } from '../schemas';

const REPORT = object({
  metrics: object({
    total_requests: COUNT,
    average_duration: NUMBER,
    slow_requests: COUNT,
    very_slow_requests: COUNT,
    endpoints: tableOf(
      object({
        count: COUNT,
        avg_duration: NUMBER,
        min_duration: NUMBER,
        max_duration: NUMBER,
        slow_count: COUNT,
        very_slow_count: COUNT,
      }),
    ),
  }),
  thresholds: tableOf(object({ slow_request: TEXT, very_slow_request: TEXT }, ['slow_request', 'very_slow_request'])),
});

const ENDPOINTS = object({
  endpoints: listOf(
    object({
      endpoint: TEXT,
      method: TEXT,
      route: TEXT,
      count: COUNT,
      errors: COUNT,
      error_rate: NUMBER,
      avg_ms: NUMBER,
      min_ms: NUMBER,
      max_ms: NUMBER,
      slow_count: COUNT,
      very_slow_count: COUNT,
    }),
  ),
  stats: orNull(object({ in_flight: COUNT, total: COUNT, aborted: COUNT, upgraded: COUNT, endpoints: COUNT, faults: tableOf(COUNT) })),
});

const thresholdsOf = ({ warn, error }: SlowThresholdsLike): RequestReport['thresholds'][string] =>
  thresholdsInSeconds({ warn: parseDuration('warn', warn), error: parseDuration('error', error) });

/** What there is to tell where requests are not tracked. */
const NOTHING: RequestReport = {
  metrics: { total_requests: 0, average_duration: 0, slow_requests: 0, very_slow_requests: 0, endpoints: {} },
  thresholds: { non_tool: thresholdsOf(DEFAULT_CLASSES['non-tools']), tool_enabled: thresholdsOf(DEFAULT_CLASSES.tools) },
};

/** In the words of this API. */
const statsOf = ({ inFlight, ...stats }: HttpStats): object => ({ in_flight: inFlight, ...stats });

/** `/v1/metrics`, as requirement D6 has it, and `/admin/endpoints`, E5. */
export function requestMetricsRoutes({ telemetry, tracking }: AdminParts): readonly Route[] {
  const { texts } = redactedBy(telemetry);
  return [
    {
      method: 'GET',
      path: '/v1/metrics',
      scope: 'read',
      tag: 'requests',
      summary: 'Requests by route, durations in seconds, and the thresholds of slow ones',
      description: 'Without request tracking nothing was counted, and the thresholds are those of its defaults.',
      responses: { 200: { description: 'Since tracking began', schema: REPORT } },
      handle: () => ({ json: texts(tracking()?.report() ?? NOTHING) }),
    },
    {
      method: 'GET',
      path: '/admin/endpoints',
      scope: 'read',
      tag: 'requests',
      summary: 'Requests by method and route: count, errors, error rate, durations in ms',
      query: {
        limit: { type: 'integer', minimum: 1, maximum: 5000, default: 500, description: 'How many endpoints, the most requested' },
      },
      responses: { 200: { description: 'Since tracking began; `stats` is null without tracking', schema: ENDPOINTS } },
      handle({ query }) {
        const tracked = tracking();
        const endpoints = tracked?.endpoints().slice(0, Number(query.limit)) ?? [];
        return { json: texts({ endpoints, stats: tracked === undefined ? null : statsOf(tracked.stats()) }) };
      },
    },
  ];
}
