import { isTelemetryError } from '../../../core/errors';
import type { ThresholdChanges } from '../../../performance/options';
import type { WatchedThresholds } from '../../../performance/slow-watch';
import type { ThresholdsInMs } from '../../../performance/thresholds';
import type { AdminParts } from '../parts';
import { Problem } from '../problem';
import { redactedBy } from '../redacted';
import type { Route } from '../route';
import { object, oneOf, refused } from '../schemas';
import { CHANGES, THRESHOLDS } from './slow-schemas';
import { type WatchName, watchesOf } from './slow-watches';

/** A watch keeps the thresholds of an event for ever, and anybody can make up events. */
const MAX_EVENTS = 1000;

type Changes = ThresholdChanges & { readonly watch?: WatchName };

/** `PUT /admin/slow/thresholds`: from where on something is slow, until the end of the process. */
export function slowThresholdRoutes(parts: AdminParts): readonly Route[] {
  const { text, texts } = redactedBy(parts.telemetry);
  const changed: Readonly<Record<WatchName, Set<string>>> = { operations: new Set(), requests: new Set() };
  return [
    {
      method: 'PUT',
      path: '/admin/slow/thresholds',
      scope: 'write',
      tag: 'slow',
      summary: 'Changes thresholds while the program runs',
      description: 'Those that are not named stay. What was counted was judged by those before. They hold until the program ends.',
      body: CHANGES,
      responses: {
        200: { description: 'Those that hold now', schema: object({ watch: oneOf('operations', 'requests'), thresholds: THRESHOLDS }) },
        409: refused('Nobody watches, or the thresholds of 1,000 events were changed already'),
        422: refused('There is no such class, or a threshold is none'),
      },
      handle({ body, actor }) {
        const { watch: name = 'operations', ...changes } = body as Changes;
        const watch = watchesOf(parts).get(name);
        if (watch === undefined) throw new Problem(409, 'CONFLICT', `Nobody watches ${name}: ${HOW[name]}`);
        const events = checked(name, changes, changed[name]);
        const before = named(watch.thresholds(), changes);
        try {
          watch.setThresholds(changes);
        } catch (error) {
          if (!isTelemetryError(error)) throw error;
          throw new Problem(422, error.code, text(`${error.what}. ${error.why}. ${error.fix}`));
        }
        for (const event of events) changed[name].add(event);
        const thresholds = watch.thresholds();
        parts.audit.changed(actor, 'slow_thresholds_changed', {
          target: name,
          before: texts(before),
          after: texts(named(thresholds, changes)),
        });
        return { json: texts({ watch: name, thresholds }) };
      },
    },
  ];
}

const HOW: Readonly<Record<WatchName, string>> = {
  operations: 'start telemetry without slow: false, and make the admin API for what startTelemetry returned',
  requests: 'track requests with trackHttp',
};

/** @returns The events whose thresholds change. @throws {Problem} */
function checked(name: WatchName, { classes = {}, thresholds = {} }: ThresholdChanges, changed: ReadonlySet<string>): readonly string[] {
  const events = Object.keys(thresholds);
  if (events.length + Object.keys(classes).length === 0) {
    throw new Problem(422, 'BODY_INVALID', 'It changes nothing. Name thresholds of classes, or of events under thresholds');
  }
  if (name === 'requests' && events.some((event) => !event.startsWith('http.request.'))) {
    throw new Problem(422, 'BODY_INVALID', 'The watch over requests sees events of http.request only. Leave "watch" out for other events');
  }
  if (new Set([...changed, ...events]).size > MAX_EVENTS) {
    throw new Problem(409, 'CONFLICT', `The thresholds of ${MAX_EVENTS} events were changed already. Give events a class, or start anew`);
  }
  return events;
}

/** The thresholds of what a change names. A list: the log masks what stands under a key such as `auth`, which may be a class. */
function named({ classes, events }: WatchedThresholds, changes: ThresholdChanges): readonly object[] {
  const all = (kind: string, names: object | undefined, from: Readonly<Record<string, ThresholdsInMs>>): readonly object[] =>
    Object.keys(names ?? {}).map((name) => ({ [kind]: name, ...(Object.hasOwn(from, name) && from[name]) }));
  return [...all('class', changes.classes, classes), ...all('event', changes.thresholds, events)];
}
