import { durationText } from './duration-text';
import { textOf } from './exception';
import type { Field } from './shape';
import { UNREAD, UNREADABLE } from './unread';
import type { ValueWalk } from './value';

/**
 * The value of a field as JSON text, as its treatment wants it; `undefined` for what is left out.
 *
 * @param perMs - How many units of the event's durations make a millisecond.
 */
export function fieldText(walk: ValueWalk, field: Field, value: unknown, perMs: number): string | undefined {
  switch (field.treatment) {
    case 'plain':
      if (value === UNREAD) return UNREADABLE;
      if (typeof value === 'string') return walk.text(value, field.key);
      if (typeof value === 'number') return Number.isFinite(value) ? `${value}` : 'null';
      return walk.value(value, field.key, field.node);
    case 'duration':
      return inMs(value, perMs) ?? walk.value(value);
    case 'private':
      return lengthText(value);
    case 'session':
      if (typeof value === 'string' && value.length <= 8) return walk.text(value, field.key);
      return value === UNREAD ? UNREADABLE : walk.session(value);
    default:
      return value === UNREAD ? UNREADABLE : walk.secret(value);
  }
}

/** A duration of an event's unit in ms; `undefined` for what is no number. */
function inMs(value: unknown, perMs: number): string | undefined {
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  const ms = Number(value) / perMs;
  return Number.isFinite(ms) ? durationText(ms) : 'null';
}

/** Lengths may be told by a proxy or a subclass, and be anything. */
const countText = (count: unknown): string => (typeof count === 'number' && count >= 0 ? `${count}` : UNREADABLE);

/** How much there is of what is not told. */
function lengthText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (value === UNREAD) return UNREADABLE;
  try {
    if (typeof value === 'string' || Array.isArray(value)) return countText(value.length);
    if (value instanceof Map || value instanceof Set) return countText(value.size);
    if (ArrayBuffer.isView(value)) return countText(value.byteLength);
    return typeof value === 'object' ? `${Object.keys(value).length}` : `${textOf(value).length}`;
  } catch {
    return UNREADABLE;
  }
}
