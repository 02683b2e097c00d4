import type { Definition } from '../../../core/definition';
import type { EventName } from '../../../core/event';
import type { BusSeam } from '../../../core/handler';
import type { DurationStats } from '../../../index';
import { levelOfEvent } from '../../../log/event-level';
import type { AdminParts } from '../parts';
import { Problem } from '../problem';
import { redactedBy } from '../redacted';
import type { Route } from '../route';
import { busSeamOf } from '../samples/bus-seam';
import { type EventActivity, EventWatch } from '../samples/event-watch';
import { schemaView } from '../samples/json-schema';
import { COUNT, inMs, listOf, object, refused, TEXT } from '../schemas';
import { EVENT, WATCHED } from './events-schemas';
import { mapInTurns } from './in-turns';
import { sharedBy } from './shared';

type Seen = BusSeam extends { channels(): Iterable<infer One> } ? One : never;

const MAX_HANDLERS = 100;

/** `/admin/events`: the catalogue, how often each event happens, and what it was the last time. Asking begins to watch, for an hour. */
export function eventsRoutes(parts: AdminParts): readonly Route[] {
  const { telemetry, clock } = parts;
  const watch = sharedBy(
    parts,
    'admin.event-watch',
    () => new EventWatch(telemetry, clock),
    (one) => one.close(),
  );
  const { text } = redactedBy(telemetry);
  const channels = (): readonly Seen[] => [...(busSeamOf(telemetry)?.channels() ?? [])];
  const watched = (): object => ({ since: new Date(watch.since ?? clock.systemTime()).toISOString() });

  function shown({ key, name, definition, calls }: Seen, counters: Readonly<Record<string, number>>, isBrief: boolean = false): object {
    return {
      name: key,
      is_declared: definition !== undefined,
      level: levelOfEvent(name, definition),
      duration_unit: definition?.unit ?? 'ms',
      ...declared(definition, isBrief),
      handlers: calls.slice(0, MAX_HANDLERS).map(({ attachment }) => text(attachment.id)),
      count: counters[key] ?? null,
      // Each costs some 50 microseconds: never asked for all events.
      durations: durationsOf(telemetry.getDurationStats(name as EventName)),
      ...activity(watch.activityOf(key), isBrief),
    };
  }

  const list: Route = {
    method: 'GET',
    path: '/admin/events',
    scope: 'read',
    tag: 'events',
    summary: 'The events: what is declared of each, how often it happens, and its last sample',
    description:
      'Asking begins to watch, until nobody has asked for an hour: rates and samples are those since. At most 500 events are watched, the first that are emitted. A sample is at most one a second for each event, redacted as the log is.',
    query: {
      q: { ...TEXT, maxLength: 200, description: 'Only names with this in them' },
      limit: { type: 'integer', minimum: 1, maximum: 500, default: 100, description: 'How many' },
      offset: { type: 'integer', minimum: 0, maximum: 1_000_000, default: 0, description: 'After so many' },
      brief: { type: 'boolean', default: false, description: 'Without samples, schemas and measurements: for lists' },
    },
    responses: {
      200: { description: 'By name', schema: object({ events: listOf(EVENT), total: COUNT, watched: WATCHED }) },
    },
    isSensitive: true,
    async handle({ query }) {
      watch.ask();
      const wanted = String(query.q ?? '');
      const found = channels().filter(({ key }) => key.includes(wanted));
      found.sort((a, b) => (a.key < b.key ? -1 : 1));
      const offset = Number(query.offset);
      const counters = telemetry.getCounters();
      const asked = found.slice(offset, offset + Number(query.limit));
      const events = await mapInTurns(asked, (one) => shown(one, counters, query.brief === true));
      return { json: { events, total: found.length, watched: watched() } };
    },
  };

  const one: Route = {
    method: 'GET',
    path: '/admin/events/{name}',
    scope: 'read',
    tag: 'events',
    summary: 'One event',
    params: { name: { ...TEXT, maxLength: 200, description: 'app.component.action' } },
    responses: {
      200: { description: 'The event', schema: object({ event: EVENT, watched: WATCHED }) },
      404: refused('It is neither declared nor was it met'),
    },
    isSensitive: true,
    handle({ params }) {
      watch.ask();
      const found = channels().find(({ key }) => key === params.name);
      if (found === undefined)
        throw new Problem(404, 'NOT_FOUND', 'No such event is declared, and none was emitted. GET /admin/events lists them');
      return { json: { event: shown(found, telemetry.getCounters()), watched: watched() } };
    },
  };

  return [list, one];
}

function declared(definition: Definition | undefined, isBrief: boolean): object {
  if (definition === undefined) return {};
  const { doc, measurements, tags, private: hidden, slow, stream, eventType, schema } = definition;
  return {
    ...(doc !== undefined && { doc }),
    ...(measurements !== undefined &&
      !isBrief && {
        measurements: Object.fromEntries(Object.entries(measurements).map(([key, said]) => [key, { ...said }])),
      }),
    ...(tags !== undefined && { tags }),
    ...(hidden !== undefined && { private: hidden }),
    ...(slow !== undefined && {
      slow: { ...(slow.warn !== undefined && { warn_ms: slow.warn }), ...(slow.error !== undefined && { error_ms: slow.error }) },
    }),
    ...(stream !== undefined && { stream }),
    ...(eventType !== undefined && { event_type: eventType }),
    ...(schema !== undefined &&
      !isBrief && {
        schema: {
          ...(schema.measurements !== undefined && { measurements: schemaView(schema.measurements) }),
          ...(schema.metadata !== undefined && { metadata: schemaView(schema.metadata) }),
        },
      }),
  };
}

function durationsOf(stats: DurationStats | undefined): object | null {
  if (stats === undefined) return null;
  const { count, min, max, mean, p50, p95, p99 } = stats;
  return { count, min_ms: inMs(min), max_ms: inMs(max), mean_ms: inMs(mean), p50_ms: inMs(p50), p95_ms: inMs(p95), p99_ms: inMs(p99) };
}

const activity = (seen: EventActivity | undefined, isBrief: boolean): object => ({
  watched_count: seen?.count ?? 0,
  per_second: { last_10s: seen?.perSecond10 ?? null, last_60s: seen?.perSecond60 ?? null },
  last_seen: seen?.lastSeen === undefined ? null : new Date(seen.lastSeen).toISOString(),
  sample:
    seen?.sample === undefined || isBrief ? null : { time: new Date(seen.sample.time).toISOString(), fields: JSON.parse(seen.sample.text) },
});
