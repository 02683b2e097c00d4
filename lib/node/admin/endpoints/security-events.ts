import type { SecurityCounts, SecurityEvent } from '../../../security/journal';
import type { AdminParts } from '../parts';
import { type Redacted, redactedBy } from '../redacted';
import type { JsonSchema, Route } from '../route';
import { COUNT, ISO_TIME, listOf, NUMBER, object, oneOf, PLAIN, TEXT, tableOf, YES_NO } from '../schemas';

const OTHERS = '(others)';
const PLAIN_VALUE: JsonSchema = { type: ['string', 'number', 'boolean'] };
const DEED: JsonSchema = {
  ...object(
    {
      action: { ...TEXT, description: 'Such as log_level_changed; read for what was read' },
      target: { ...TEXT, description: 'What it was done to; of reads the path, without parts that look like ids' },
      actor: { ...TEXT, description: 'Name of the token' },
      before: PLAIN_VALUE,
      after: PLAIN_VALUE,
    },
    ['before', 'after'],
  ),
  description: 'What was done through this API',
};
const ANSWER = object({
  security_events: listOf(
    object(
      {
        event: TEXT,
        severity: oneOf('low', 'medium', 'high', 'critical'),
        timestamp: ISO_TIME,
        source: oneOf('application', 'library'),
        ip: TEXT,
        endpoint: TEXT,
        attempts: NUMBER,
        blocked: YES_NO,
        found: { ...tableOf(PLAIN), description: 'What a detector found' },
        admin: DEED,
      },
      ['ip', 'endpoint', 'attempts', 'blocked', 'found', 'admin'],
    ),
  ),
  event_summary: tableOf(COUNT),
  total_events: COUNT,
});

/** `GET /admin/logs/security`, as requirement C12 has it. Of an event no more is told than is kept: nothing that may be private. */
export function securityEventRoutes({ telemetry, security }: AdminParts, redacted: Redacted = redactedBy(telemetry)): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/admin/logs/security',
      scope: 'read',
      tag: 'logs',
      summary: 'The last security events, and how many there were',
      query: { limit: { type: 'integer', minimum: 1, maximum: 100, default: 100, description: 'How many of security_events, the newest' } },
      responses: { 200: { description: 'Security events of this process, since it began', schema: ANSWER } },
      isSensitive: true,
      handle({ query }) {
        const counts = security.counts();
        const json = {
          security_events: security.recent(Number(query.limit)).map((event) => shown(event, redacted)),
          event_summary: redacted.texts(summaryOf(counts)),
          total_events: counts.total,
        };
        return { json };
      },
    },
  ];
}

/** Its numbers add up to the total. */
const summaryOf = ({ byName, otherNames }: SecurityCounts): Readonly<Record<string, number>> =>
  otherNames === 0 ? byName : { ...byName, [OTHERS]: otherNames };

const shown = ({ name, time, found, ...event }: SecurityEvent, { text, texts, fields }: Redacted): object => ({
  event: text(name),
  timestamp: new Date(time).toISOString(),
  ...texts(event),
  ...(found !== undefined && { found: fields(found) }),
});
