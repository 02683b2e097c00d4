import type { SlowWatch } from '../../../performance/slow-watch';
import type { SlowOperation } from '../../../performance/slowest';
import type { SlowTally } from '../../../performance/tally';
import type { AdminParts } from '../parts';
import { redactedBy } from '../redacted';
import type { Route } from '../route';
import { TEXT } from '../schemas';
import { SLOW } from './slow-schemas';
import { slowThresholdRoutes } from './slow-thresholds';
import { slowestOf, watchesOf } from './slow-watches';

/** `/admin/slow`: the slowest operations and requests, how many were slow, and thresholds that would fit. */
export function slowRoutes(parts: AdminParts): readonly Route[] {
  const { text, texts, fields } = redactedBy(parts.telemetry);
  const list: Route = {
    method: 'GET',
    path: '/admin/slow',
    scope: 'read',
    tag: 'slow',
    summary: 'The slowest operations and requests, counts, thresholds, and proposals for them',
    query: {
      class: { ...TEXT, maxLength: 64, description: 'Only those of a class' },
      event: { ...TEXT, maxLength: 194, description: 'Only those of an event, by its dotted key' },
      limit: { type: 'integer', minimum: 1, maximum: 1000, default: 100, description: 'How many of each list' },
      proposals: { type: 'boolean', description: 'Whether thresholds are proposed. Unless said: where at most 500 events were seen' },
    },
    responses: { 200: { description: 'Of `operations` and `requests`, null is what nobody watches', schema: SLOW } },
    isSensitive: true,
    handle({ query }) {
      const limit = Number(query.limit);
      const wanted = {
        ...(query.class !== undefined && { class: `${query.class}` }),
        ...(query.event !== undefined && { event: `${query.event}` }),
      };
      const watches = watchesOf(parts);
      const told = (watch: SlowWatch | undefined): object | null =>
        watch ? toldOf(watch, limit, query.proposals as boolean | undefined) : null;
      const json = {
        slowest: slowestOf(parts, { ...wanted, limit }).map(shown),
        operations: texts(told(watches.get('operations'))),
        requests: texts(told(watches.get('requests'))),
      };
      return { json };
    },
  };

  // What a watch keeps was not redacted.
  const shown = ({ context, metadata, description, ...operation }: SlowOperation): object => ({
    ...texts(operation),
    description: text(description),
    context: fields(context),
    metadata: fields(metadata),
  });

  return [list, ...slowThresholdRoutes(parts)];
}

/** Each proposal costs some 100 microseconds. */
const EVENTS_TO_PROPOSE = 500;

function toldOf(watch: SlowWatch, limit: number, isProposing: boolean | undefined): object {
  const counts = watch.counts();
  const { classes, events } = watch.thresholds();
  const seen = Object.entries(counts.events).sort(([, one], [, other]) => weight(other) - weight(one));
  const proposals = (isProposing ?? seen.length <= EVENTS_TO_PROPOSE) ? watch.calibrate() : [];
  const more = (all: readonly unknown[]): number => Math.max(0, all.length - limit);
  return {
    counts: { ...counts, events: Object.fromEntries(seen.slice(0, limit)) },
    thresholds: { classes, events: Object.fromEntries(Object.entries(events).slice(0, limit)) },
    proposals: proposals.slice(0, limit),
    left_out: { events: more(seen), proposals: more(proposals) },
  };
}

/** What was slow most often comes first. */
const weight = ({ count, slow, verySlow }: SlowTally): number => (verySlow + slow) * 1e9 + Math.min(count, 1e9);
