import type { RequestRow, Requests } from '../../../dashboard/wire/logs';
import { mapInTurns } from '../endpoints/in-turns';
import type { AdminParts } from '../parts';
import { redactedBy } from '../redacted';
import type { Route } from '../route';
import { oneOf, TEXT } from '../schemas';
import type { RequestRing } from './request-ring';
import { REQUESTS } from './requests-schemas';

/** `/admin/requests`: single requests that were answered. */
export function requestsRoute({ telemetry, tracking }: Pick<AdminParts, 'telemetry' | 'tracking'>, ring: RequestRing): Route {
  const { texts } = redactedBy(telemetry);
  return {
    method: 'GET',
    path: '/admin/requests',
    scope: 'read',
    tag: 'requests',
    summary: 'The last requests, the slowest of the last hour, or those that failed last',
    description:
      'Kept are the last 500, the last 200 that failed (a status of 500 and more, or an exception), and the slowest 100 of the last hour, all since this API was made.',
    query: {
      which: { ...oneOf('recent', 'slow', 'failed'), default: 'recent', description: 'slow: the slowest first; else the newest first' },
      route: { ...TEXT, maxLength: 500, description: 'Only those of this route, as it is told here' },
      q: { ...TEXT, maxLength: 200, description: 'Only those with this in method, status, path or an id, whatever the case' },
      limit: { type: 'integer', minimum: 1, maximum: 500, default: 100, description: 'How many' },
    },
    responses: { 200: { description: 'Redacted', schema: REQUESTS } },
    isSensitive: true,
    async handle({ query }) {
      const limit = Number(query.limit);
      const isFiltered = query.route !== undefined || query.q !== undefined;
      const all = ring.list(query.which as 'recent' | 'slow' | 'failed');
      // Filtered as it is told: whoever asks must not find out what is hidden by guessing it.
      const told = await mapInTurns(isFiltered ? all : all.slice(0, limit), texts);
      const wanted = query.q === undefined ? undefined : `${query.q}`.toLowerCase();
      const requests = told.filter(
        (row) => (query.route === undefined || row.route === query.route) && (wanted === undefined || textOf(row).includes(wanted)),
      );
      const json: Requests = { requests: requests.slice(0, limit), total: ring.total, is_tracked: tracking() !== undefined };
      return { json };
    },
  };
}

const textOf = ({ method, status, path, ids }: RequestRow): string => [method, status, path, ...Object.values(ids)].join(' ').toLowerCase();
