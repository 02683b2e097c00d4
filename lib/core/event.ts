import { refusal, type TelemetryError } from './errors';

/** The name of an event: `[app, component, action]`. */
export type EventName = readonly [app: string, component: string, action: string];

/** The beginning of event names: everything, one app, one component of it, or one event. */
export type EventPrefix = readonly [] | readonly [app: string] | readonly [app: string, component: string] | EventName;

/** What measurements and metadata are when none were given: one object for the whole process, frozen. */
export const NOTHING: Readonly<Record<never, never>> = Object.freeze({});

// A letter first also keeps `__proto__` out; `.` and `*` are left free for dotted keys and wildcards.
const SEGMENT = /^[A-Za-z][\w-]{0,63}$/;

/** Whether a value can be one of the three parts of a name: 1 to 64 letters, digits, `_`, `-`, beginning with a letter. */
export const isSegment = (value: unknown): value is string => typeof value === 'string' && SEGMENT.test(value);

/** Whether a value is a list of segments, as names and prefixes are. Never throws: a revoked proxy is none. */
export function isSegments(value: unknown): value is readonly string[] {
  try {
    return Array.isArray(value) && value.every(isSegment);
  } catch {
    return false;
  }
}

/** Whether a value is an event name: exactly three segments. */
export const isEventName = (value: unknown): value is EventName => isSegments(value) && value.length === 3;

/** The dotted key of a name, `app.component.action`: how events are spelled in counters, logs and queries. */
export const keyOf = (name: readonly string[]): string => name.join('.');

/** The error for a name, prefix or segment that can't be one. */
export const nameError = (value: unknown, expected: string): TelemetryError =>
  refusal('EVENT_NAME_INVALID', 'Event name', value, `${expected}; a segment is 1 to 64 letters, digits, _ or -, beginning with a letter`);

/** Refuses what is not an event name. @throws {TelemetryError} `EVENT_NAME_INVALID` */
export function checkName(value: unknown): asserts value is EventName {
  if (!isEventName(value)) throw nameError(value, '[app, component, action]');
}
