import type { AdminParts } from '../parts';
import { redactedBy } from '../redacted';
import type { Route } from '../route';
import { ALERTS } from './alerts-schemas';
import { silenceRoutes } from './alerts-silences';
import { alertTestRoutes } from './alerts-test';

const MAX_HISTORY = 200;

/** `/admin/alerts`, `/admin/silences`. Rules come from the program, and are not changed here. */
export function alertsRoutes(parts: AdminParts): readonly Route[] {
  const { alerts, telemetry } = parts;
  const { texts } = redactedBy(telemetry);
  const list: Route = {
    method: 'GET',
    path: '/admin/alerts',
    scope: 'read',
    tag: 'alerts',
    summary: 'Rules, what fires, what is pending, and the last changes',
    query: {
      limit: { type: 'integer', minimum: 1, maximum: 1000, default: 200, description: 'How many of each list; of the history at most 200' },
    },
    responses: { 200: { description: 'As of the last look at the rules; `left_out` tells how many did not fit', schema: ALERTS } },
    handle({ query }) {
      const limit = Number(query.limit);
      const [rules, firing, pending] = [alerts.rules(), alerts.firing(), alerts.pending()];
      const more = (all: readonly unknown[]): number => Math.max(0, all.length - limit);
      const json = {
        rules: texts(rules.slice(0, limit)),
        firing: texts(firing.slice(0, limit)),
        pending: texts(pending.slice(0, limit)),
        history: texts(alerts.history(Math.min(limit, MAX_HISTORY))),
        stats: texts(alerts.stats()),
        left_out: { rules: more(rules), firing: more(firing), pending: more(pending) },
      };
      return { json };
    },
  };
  return [list, ...silenceRoutes(parts), ...alertTestRoutes(parts)];
}
