import { quietly } from '../../core/quietly';
import { read } from '../../core/read';
import type { Measure, Reading } from '../measure';
import type { AlertCondition, ReadyRule } from '../rule';
import { MOST_GROUPS, OTHERS, oneLine } from './groups';
import { type MeasureParts, worse } from './parts';

type OfHealth = Extract<AlertCondition, { readonly kind: 'health' }>;
type OfCustom = Extract<AlertCondition, { readonly kind: 'custom' }>;

const MAX_GROUP = 100;
const NOTHING: readonly Reading[] = [{ group: undefined, value: undefined }];

const plain = (readNow: () => readonly Reading[], overflow: () => number = () => 0): Measure => ({
  read: readNow,
  get overflow() {
    return overflow();
  },
  stop: () => undefined,
});

/** How healthy all is, one check, or, grouped by `check`, each of them. No number without health checks, or without that one. */
export function createHealth(rule: ReadyRule, { check }: OfHealth, { host }: MeasureParts): Measure {
  return plain(() => {
    const seen = quietly(() => host.health());
    if (seen === undefined) return rule.by === undefined ? NOTHING : [];
    if (rule.by !== undefined) return Object.entries(seen.checks).map(([group, value]) => ({ group, value }));
    const value = check === undefined ? seen.overall : Object.hasOwn(seen.checks, check) ? seen.checks[check] : undefined;
    return [{ group: undefined, value }];
  });
}

/** What a function of the application returns. That it failed, or returned what is no number, is told once; there is no number then. */
export function createCustom(rule: ReadyRule, condition: OfCustom, { host }: MeasureParts): Measure {
  let isTold = false;
  let overflow = 0;

  function failed(why = 'failed'): void {
    if (isTold) return;
    isTold = true;
    const message = `Alert rule ${rule.name}: its function ${why}, so there is no number. This is said once`;
    quietly(() => host.warn({ code: 'HANDLER_FAILED', message }));
  }

  function groupsOf(found: object): readonly Reading[] {
    const groups = new Map<string, number>();
    for (const key of quietly(
      () => Object.keys(found),
      () => failed(),
    ) ?? []) {
      const value = read(found, key);
      if (typeof value !== 'number' && value !== undefined) failed(NO_NUMBER);
      if (typeof value !== 'number' || !Number.isFinite(value)) continue;
      const own = oneLine(host.redact(key), MAX_GROUP);
      const isFull = groups.size >= MOST_GROUPS && !groups.has(own);
      if (isFull) overflow++;
      const group = isFull ? OTHERS : own;
      const known = groups.get(group);
      groups.set(group, known === undefined ? value : worse(rule.threshold, known, value));
    }
    return [...groups].map(([group, value]) => ({ group, value }));
  }

  const readNow = (): readonly Reading[] => {
    const found: unknown = quietly(
      () => condition.read(),
      () => failed(),
    );
    if (isPlain(found)) return groupsOf(found);
    if (typeof found !== 'number' && found !== undefined) failed(NO_NUMBER);
    return typeof found === 'number' && Number.isFinite(found) ? [{ group: undefined, value: found }] : NOTHING;
  };
  return plain(readNow, () => overflow);
}

const NO_NUMBER = 'returned a promise, or something else that is no number';

/** Whether it is an object of numbers by group: neither a list, a map or a promise. */
function isPlain(found: unknown): found is object {
  if (typeof found !== 'object' || found === null) return false;
  return (
    quietly(() => {
      const above: unknown = Object.getPrototypeOf(found);
      // Of this realm or another.
      return above === null || Object.getPrototypeOf(above) === null;
    }) === true
  );
}
