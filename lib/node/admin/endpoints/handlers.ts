import { keyOf } from '../../../core/event';
import type { HandlerInfo } from '../../../core/handler';
import type { AdminParts } from '../parts';
import { Problem } from '../problem';
import { redactedBy } from '../redacted';
import type { Route } from '../route';
import { COUNT, ISO_TIME, listOf, NUMBER, object, oneOf, orNull, refused, TEXT, YES_NO } from '../schemas';
import { HandlerCosts } from './handlers-costs';
import { handlerKey, isHandlerKey } from './handlers-key';
import { mapInTurns, Turns } from './in-turns';
import { sharedBy } from './shared';

const MAX_EVENTS = 100;
const OWN = 'telemetry-';

const COST = object({
  calls: COUNT,
  timed: COUNT,
  mean_us: NUMBER,
  max_us: { ...NUMBER, description: 'Of the calls that were timed' },
  share: { ...NUMBER, minimum: 0, maximum: 1, description: 'Of the time that passed while it was measured' },
});
const HANDLER = object({
  key: { ...TEXT, description: 'Names it in paths, whatever its id is made of; as long as the process runs' },
  id: TEXT,
  match: { ...oneOf('exact', 'prefix'), description: 'prefix: it sees all events that begin so' },
  events: { ...listOf(TEXT), description: 'Names, or prefixes; * for all. At most 100' },
  events_total: COUNT,
  on_error: oneOf('detach', 'keep', 'breaker'),
  failures: { ...COUNT, description: 'Since it was attached' },
  state: { ...oneOf('attached', 'open'), description: 'open: a breaker holds it back' },
  is_own: { ...YES_NO, description: 'One of the library, which cannot be detached here' },
  cost: orNull({ ...COST, description: 'What is known since `measured.since`; null: it was not called. Includes what it emitted itself' }),
});
const ANSWER = object({
  handlers: listOf(HANDLER),
  total: COUNT,
  measured: object({ since: ISO_TIME, until: ISO_TIME }),
});

/** `/admin/handlers`: who is attached, what it costs, and how often it failed. Asking begins to measure, for a minute. */
export function handlersRoutes(parts: AdminParts): readonly Route[] {
  const { telemetry, clock, audit } = parts;
  // Only one can stand between a bus and its handlers.
  const costs = sharedBy(
    parts,
    'admin.handler-costs',
    () => new HandlerCosts(telemetry, clock),
    (one) => one.stop(),
  );
  const { text } = redactedBy(telemetry);

  function shown(rows: readonly HandlerInfo[]): object {
    const { id, match, onError, failures, state } = rows[0]!;
    return {
      key: handlerKey(id),
      id: text(id),
      match,
      events: rows.slice(0, MAX_EVENTS).map(({ event }) => text(keyOf(event) || '*')),
      events_total: rows.length,
      on_error: onError,
      failures,
      state,
      is_own: id.startsWith(OWN),
      cost: costs.costOf(id) ?? null,
    };
  }

  const list: Route = {
    method: 'GET',
    path: '/admin/handlers',
    scope: 'read',
    tag: 'handlers',
    summary: 'The handlers: what they cost, how often they failed, and whether a breaker holds one back',
    description:
      'Costs are measured for 60 s after somebody asked: of each handler the first 8 calls are timed, then one of 64. The first answer therefore has none.',
    query: { limit: { type: 'integer', minimum: 1, maximum: 1000, default: 200, description: 'How many handlers' } },
    responses: { 200: { description: 'In the order they were attached in', schema: ANSWER } },
    async handle({ query }) {
      const measured = costs.start();
      const turns = new Turns();
      const byId = await grouped(telemetry.listHandlers(), turns);
      const json = {
        handlers: await mapInTurns([...byId.values()].slice(0, Number(query.limit)), shown, turns),
        total: byId.size,
        measured: { since: new Date(measured.since).toISOString(), until: new Date(measured.until).toISOString() },
      };
      return { json };
    },
  };

  const detach: Route = {
    method: 'DELETE',
    path: '/admin/handlers/{id}',
    scope: 'write',
    tag: 'handlers',
    summary: 'Detaches a handler from all its events',
    description:
      'Named by its id, or by the `key` of its row. It can be attached again only by the application. The handlers of the library stay.',
    params: { id: { ...TEXT, maxLength: 512, description: 'Its id, or its `key`' } },
    responses: {
      200: { description: 'It is detached', schema: object({ id: TEXT, events_total: COUNT }) },
      404: refused('None has this id'),
      409: refused('It is one of the library'),
    },
    handle({ params, actor }) {
      const { id: named = '' } = params;
      const all = telemetry.listHandlers();
      const id = (isHandlerKey(named) && all.every((row) => row.id !== named) ? idOf(named, all) : undefined) ?? named;
      const rows = all.filter((row) => row.id === id);
      if (rows.length === 0) throw new Problem(404, 'NOT_FOUND', 'No handler has this id. GET /admin/handlers lists those there are');
      if (id.startsWith(OWN)) {
        throw new Problem(
          409,
          'HANDLER_PROTECTED',
          'It is one of the library, without which something else would fail. Change levels, or the program',
        );
      }
      telemetry.detach(id);
      audit.changed(actor, 'handler_detached', {
        target: id,
        before: 'attached',
        after: 'detached',
        events: rows.slice(0, MAX_EVENTS).map(({ event }) => keyOf(event) || '*'),
      });
      return { json: { id: text(id), events_total: rows.length } };
    },
  };

  return [list, detach];
}

/** The id of the handler that a key names. */
const idOf = (key: string, rows: readonly HandlerInfo[]): string | undefined =>
  [...new Set(rows.map(({ id }) => id))].find((id) => handlerKey(id) === key);

/** The rows of each handler. */
async function grouped(rows: readonly HandlerInfo[], turns: Turns): Promise<Map<string, HandlerInfo[]>> {
  const byId = new Map<string, HandlerInfo[]>();
  for (const row of rows) {
    if (turns.isOver) await turns.next();
    const known = byId.get(row.id);
    if (known === undefined) byId.set(row.id, [row]);
    else known.push(row);
  }
  return byId;
}
