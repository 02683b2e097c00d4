import { keyOf } from '../core/event';
import type { MetricDefinition } from './metric';

/** Whether two definitions say the same. Functions are the same only as the same object. */
export const sameDefinition = (one: MetricDefinition, other: MetricDefinition): boolean =>
  one === other || (Object.keys(one) as (keyof MetricDefinition & string)[]).every((name) => sameValue(name, one[name], other[name]));

function sameValue(name: string, one: unknown, other: unknown): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return one === other;
  const [left, right] = name === 'events' ? [one.map(keyOf), other.map(keyOf)] : [one, other];
  return left.length === right.length && left.every((item, index) => item === right[index]);
}
