import type { AlertCondition } from '../rule';

/** Why a condition can't be grouped by a field; `undefined` if it can. */
export function groupingProblem(condition: AlertCondition, by: string): string | undefined {
  if (condition.kind === 'absent') return 'no group: what is absent has no fields';
  if (condition.kind !== 'health') return undefined;
  if (condition.check !== undefined) return 'no group: it is about one check';
  return by === 'check' ? undefined : '"check", which is all that health is grouped by';
}
