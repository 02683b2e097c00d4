import { isFunction, isRecord, optionInvalid } from '../../core/options';
import { read } from '../../core/read';
import type { AlertSeverity } from '../rule';
import { checkSecretOptions, secretInvalid } from '../secret';
import type { AlertTarget, NotificationKind } from '../target';
import { cut } from '../text';

/** A target as it was when it was configured: read once, checked. */
export interface ReadyTarget {
  readonly name: string;
  readonly place: string;
  readonly most: number;
  readonly perMs: number;
  readonly minSeverity: AlertSeverity;
  /** `undefined`: all. */
  readonly kinds: ReadonlySet<NotificationKind> | undefined;
  readonly given: AlertTarget;
}

const KINDS: readonly NotificationKind[] = ['firing', 'resolved', 'reminder', 'record', 'summary', 'test'];
const MAX_TARGETS = 20;
const LONGEST_MS = 864e5;

/** @throws {TelemetryError} `OPTION_INVALID`, `OPTION_UNKNOWN`, without repeating what it was given: a URL may be in its place. */
export function readTargets(where: string, targets: unknown): readonly ReadyTarget[] {
  if (!Array.isArray(targets) || targets.length > MAX_TARGETS) throw secretInvalid(where, `a list of at most ${MAX_TARGETS} targets`);
  const ready = targets.map((target, index) => readTarget(`${where}[${index}]`, target));
  for (const [index, { name }] of ready.entries()) {
    if (ready.findIndex((other) => other.name === name) !== index)
      throw optionInvalid(`${where}[${index}]: name`, name, 'a name of its own');
  }
  return ready;
}

function readTarget(where: string, target: unknown): ReadyTarget {
  if (typeof target !== 'object' || target === null || !isFunction(read(target, 'send')))
    throw secretInvalid(where, 'a target: an object with name, place and send');
  const [name, place, limit, minSeverity, kinds] = ['name', 'place', 'limit', 'minSeverity', 'kinds'].map((key) => read(target, key));
  if (typeof name !== 'string' || !/^[\w-]{1,64}$/.test(name)) {
    throw secretInvalid(`${where}: name`, 'at most 64 letters, digits, _ or -');
  }
  if (minSeverity !== undefined && minSeverity !== 'warning' && minSeverity !== 'critical') {
    throw secretInvalid(`${where}: minSeverity`, 'warning or critical');
  }
  if (kinds !== undefined && !(Array.isArray(kinds) && kinds.every((kind) => KINDS.includes(kind)))) {
    throw secretInvalid(`${where}: kinds`, `a list of ${KINDS.join(', ')}`);
  }
  return {
    name,
    place: typeof place === 'string' ? cut(place, 100) : '',
    ...readLimit(`${where}: limit`, limit),
    minSeverity: minSeverity ?? 'warning',
    kinds: kinds && new Set(kinds as NotificationKind[]),
    given: target as AlertTarget,
  };
}

function readLimit(where: string, limit: unknown): { readonly most: number; readonly perMs: number } {
  if (limit === undefined) return { most: 10, perMs: 60_000 };
  if (!isRecord(limit)) throw secretInvalid(where, 'an object with most and perMs');
  checkSecretOptions(where, limit, {
    most: [(value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 10_000, 'a whole number from 1 to 10,000'],
    perMs: [(value) => typeof value === 'number' && value >= 1 && value <= LONGEST_MS, 'a number of ms from 1 to 24 hours'],
  });
  const { most, perMs } = limit as { readonly most?: number; readonly perMs?: number };
  return { most: most ?? 10, perMs: perMs ?? 60_000 };
}

/** Whether a target wants to know. What was called for by hand it is always sent. */
export function takes({ minSeverity, kinds }: ReadyTarget, kind: NotificationKind, severity: AlertSeverity): boolean {
  if (kind === 'test') return true;
  return (minSeverity === 'warning' || severity === 'critical') && (kinds === undefined || kinds.has(kind));
}
