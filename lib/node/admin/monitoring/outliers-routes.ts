import type { Outliers as OutliersAnswer } from '../../../dashboard/wire/history';
import { mapInTurns } from '../endpoints/in-turns';
import type { AdminParts } from '../parts';
import { redactedBy } from '../redacted';
import type { Route } from '../route';
import { listOf, NUMBER, object, TEXT, TIME, tableOf } from '../schemas';
import type { Outliers } from './outliers';
import { readLast } from './read-last';
import { IDS } from './requests-schemas';

const MAX_TOLD = 200;
const MINUTES_10 = 600_000;

/** `/admin/outliers`: slow ones that can be followed. */
export function outliersRoute({ telemetry }: Pick<AdminParts, 'telemetry'>, outliers: Outliers): Route {
  const { text, texts, fields } = redactedBy(telemetry);
  return {
    method: 'GET',
    path: '/admin/outliers',
    scope: 'read',
    tag: 'events',
    summary: 'Of each event the slowest one of each ten seconds of the last ten minutes, with the ids it can be followed by',
    description: 'Since this API was made, of the first 200 events that have a duration.',
    query: {
      event: { ...TEXT, maxLength: 200, description: 'Only those of this event, by its dotted name' },
      last: { ...TEXT, maxLength: 16, default: '10m', description: 'How far back: such as 90s or 10m, at most 10m' },
    },
    responses: {
      200: {
        description: 'At most 200, the slowest first',
        schema: object({
          outliers: listOf(object({ time: TIME, event: TEXT, duration_ms: NUMBER, ids: IDS, tags: tableOf(TEXT) })),
        }),
      },
    },
    isSensitive: true,
    async handle({ query }) {
      const found = outliers.list(readLast(`${query.last}`, MINUTES_10), query.event as string | undefined);
      const told = await mapInTurns(found.slice(0, MAX_TOLD), ({ event, ids, tags, ...outlier }) => ({
        ...outlier,
        event: text(event),
        ids: texts(ids),
        // Under the name of a secret, what it says is masked.
        tags: Object.fromEntries(Object.entries(fields(tags)).map(([key, value]) => [key, `${value}`])),
      }));
      const json: OutliersAnswer = { outliers: told };
      return { json };
    },
  };
}
