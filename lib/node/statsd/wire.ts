import { baseUnitOf, converter, toBase } from '../../metrics/units';
import type { MetricView, Tags } from '../../metrics/view';

/** What ends a line, a tag or a value, and what can't be told apart on the wire: control characters, halves of a pair. */
const IN_VALUES = /[|,#\p{Cc}\p{Cs}\u2028\u2029]/gu;
const IN_TAG_NAMES = /[|,#:\p{Cc}\p{Cs}\u2028\u2029]/gu;
const NOT_IN_NAMES = /[^A-Za-z0-9_.-]/gu;

/** The name of a metric: everything but letters, digits, `_`, `.` and `-` becomes `_`. */
export const wireName = (name: string): string => name.replace(NOT_IN_NAMES, '_') || '_';

/** What stands at the end of the lines of a series: `|#model:m1,env:prod`, or nothing. */
export function tagSuffix(tags: Tags, constant: Tags): string {
  const own = tags.map(([name, value]) => [cleanTagName(name), value.replace(IN_VALUES, '_')] as const);
  const more = constant
    .map(([name, value]) => [cleanTagName(name), value.replace(IN_VALUES, '_')] as const)
    .filter(([name]) => !own.some(([taken]) => taken === name));
  const all = [...own, ...more].map(([name, value]) => `${name}:${value}`);
  return all.length === 0 ? '' : `|#${all.join(',')}`;
}

const cleanTagName = (name: string): string => name.replace(IN_TAG_NAMES, '_') || '_';

/**
 * Turns the values of a metric into what receivers expect: times in milliseconds, as StatsD's timers are, sizes in bytes,
 * everything else as it is.
 */
export function wireUnit({ type, unit }: MetricView): (value: number) => number {
  const base = type === 'counter' ? undefined : baseUnitOf(unit);
  if (base === 'seconds') return converter('startStatsd', unit, 'ms');
  return base === 'bytes' ? toBase(unit) : (value) => value;
}

/** Enough digits for what was computed. */
export const rounded = (value: number): number => Number(value.toPrecision(9));
