import type { AlertCondition, AlertThreshold } from '../rule';
import { numberProblem } from './quantity';

/** What conditions that need no threshold are compared with. */
export const ABSENT: AlertThreshold = Object.freeze({ op: '>=', warning: 1 });
export const NOT_HEALTHY: AlertThreshold = Object.freeze({ op: '>=', warning: 1, critical: 2 });

type Name = 'warning' | 'critical' | 'clear';

/** What is wrong with a threshold, and with which of its numbers; `undefined` if nothing is. */
export function thresholdProblem(
  threshold: AlertThreshold,
  condition: AlertCondition,
): { readonly name: Name; readonly expected: string } | undefined {
  const { op, warning, critical, clear } = threshold;
  const numbers = Object.entries({ warning, critical, clear }) as [Name, number | undefined][];
  for (const [name, value] of numbers) {
    const expected = value === undefined ? undefined : numberProblem(value, condition);
    if (expected !== undefined) return { name, expected };
  }
  if (warning === undefined && critical === undefined) return { name: 'warning', expected: 'a number, or one under critical' };
  const isBelow = op === '<' || op === '<=';
  const isBeyond = (one: number, other: number): boolean => (isBelow ? one < other : one > other);
  if (warning !== undefined && critical !== undefined && !isBeyond(critical, warning))
    return { name: 'critical', expected: `a number ${isBelow ? 'below' : 'above'} the first one, which is the warning` };
  const first = (warning ?? critical)!;
  if (clear !== undefined && isBeyond(clear, first))
    return { name: 'clear', expected: `a number ${isBelow ? 'from' : 'up to'} the first one${isBelow ? ' on' : ''}: the good side` };
  return undefined;
}
