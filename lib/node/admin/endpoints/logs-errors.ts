import { enginesOf } from '../../../engines';
import type { ErrorGroup } from '../../../errors/group';
import { LABELS } from '../../../log/record';
import type { AdminParts } from '../parts';
import { type Redacted, redactedBy } from '../redacted';
import type { Route } from '../route';
import { COUNT, ISO_TIME, listOf, object, oneOf, TEXT, tableOf } from '../schemas';
import { mapInTurns } from './in-turns';
import { LastEndpoints } from './logs-endpoints';

const ANSWER = object({
  error_summary: tableOf(object({ count_last_hour: COUNT, last_seen: { type: 'integer', description: 'Seconds since the epoch' } })),
  recent_errors: listOf(
    object(
      {
        error_id: { ...TEXT, description: 'Of the last occurrence' },
        fingerprint: TEXT,
        error_type: TEXT,
        message: { ...TEXT, description: 'Of the first occurrence, redacted; what varies is <*>' },
        level: oneOf(...Object.values(LABELS)),
        logger: TEXT,
        event_name: TEXT,
        endpoint: { ...TEXT, description: 'Where it was met last, if its line told so; without ids' },
        timestamp: { ...ISO_TIME, description: 'Of the last occurrence' },
        first_seen: ISO_TIME,
        count: COUNT,
        count_last_hour: COUNT,
      },
      ['event_name', 'endpoint'],
    ),
  ),
  total_errors_logged: { ...COUNT, description: 'Errors of level error and critical, those included that a summary stands for' },
});

/** `GET /admin/logs/errors`, as requirement C12 has it. */
export function errorLogRoutes({ telemetry, onClose }: AdminParts, redacted: Redacted = redactedBy(telemetry)): readonly Route[] {
  const endpoints = new LastEndpoints();
  onClose(enginesOf('createAdmin', telemetry).tracker.onError((seen) => endpoints.meet(seen)));
  return [
    {
      method: 'GET',
      path: '/admin/logs/errors',
      scope: 'read',
      tag: 'logs',
      summary: 'The latest errors, one entry for all that are the same',
      query: {
        limit: { type: 'integer', minimum: 1, maximum: 1000, default: 100, description: 'How many of recent_errors' },
        fingerprints: { type: 'integer', minimum: 1, maximum: 10_000, default: 1000, description: 'How many of error_summary, the latest' },
      },
      responses: { 200: { description: 'Errors of this process, since it began', schema: ANSWER } },
      isSensitive: true,
      async handle({ query }) {
        const [limit, fingerprints] = [Number(query.limit), Number(query.fingerprints)];
        const groups = telemetry.getErrors({ limit: Math.max(limit, fingerprints) });
        const json = {
          error_summary: Object.fromEntries(groups.slice(0, fingerprints).map(summaryOf)),
          recent_errors: await mapInTurns(groups.slice(0, limit), (group) => recentOf(group, endpoints.of(group.fingerprint), redacted)),
          total_errors_logged: telemetry.errorStats().occurrences,
        };
        return { json };
      },
    },
  ];
}

const summaryOf = ({ fingerprint, countLastHour, lastSeen }: ErrorGroup): readonly [string, object] => [
  fingerprint,
  { count_last_hour: countLastHour, last_seen: Math.floor(lastSeen / 1000) },
];

const recentOf = (group: ErrorGroup, endpoint: string | undefined, { text }: Redacted): object => ({
  error_id: group.lastErrorId,
  fingerprint: group.fingerprint,
  error_type: text(group.type),
  message: text(group.message),
  level: LABELS[group.level],
  logger: text(group.logger),
  ...(group.event !== undefined && { event_name: text(group.event) }),
  ...(endpoint !== undefined && { endpoint: text(endpoint) }),
  timestamp: new Date(group.lastSeen).toISOString(),
  first_seen: new Date(group.firstSeen).toISOString(),
  count: group.total,
  count_last_hour: group.countLastHour,
});
