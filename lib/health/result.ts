import { isObject, read } from '../core/read';
import { show } from '../core/show';
import type { Masks } from './host';
import type { Outcome } from './standing';
import { reasonText, safeText } from './text';

/** What a check is given. */
export interface CheckContext {
  /** Aborted when the run takes too long, and when the check is removed or stopped. */
  readonly signal: AbortSignal;
}

/** What a check may say in more than one word. */
export interface CheckDetails {
  /** `unhealthy` is a failure, as `false` is: `unhealthyAfter` of them in a row make the check unhealthy. */
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  /** Why, in a sentence; redacted, and cut at 500 characters. */
  readonly detail?: string | undefined;
  /** At most 20 texts, numbers and booleans. Values of keys that name a secret (`password`) are masked, others redacted as texts. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}

// biome-ignore lint/suspicious/noConfusingVoidType: a function that returns nothing is the most usual check.
type Answer = void | boolean | CheckDetails;

/**
 * A check: nothing or `true` when all is well, {@link CheckDetails}, or `false`. What it throws or rejects with is a failure, and so is
 * anything else that it returns.
 *
 * It should pass `signal` on to what it waits for. If it has a method `[Symbol.dispose]`, that is called when the check is removed.
 */
export interface CheckFunction {
  (context: CheckContext): Answer | PromiseLike<Answer>;
  [Symbol.dispose]?(): void;
}

/** What a run came to. */
export interface Reading {
  readonly outcome: Outcome;
  readonly detail?: string;
  readonly data?: Readonly<Record<string, CheckValue>>;
}

/** A value among the data of a check. */
export type CheckValue = string | number | boolean | null;

const PASS: Reading = { outcome: 'pass' };
const OUTCOMES: ReadonlyMap<unknown, Outcome> = new Map([
  ['healthy', 'pass'],
  ['degraded', 'warn'],
  ['unhealthy', 'fail'],
]);
const MAX_DATA = 20;
const MAX_KEY = 64;
/** So much of a key tells whether it names a secret. */
const MAX_KEY_JUDGED = 256;

/**
 * Reads what a check returned, which may refuse to be read.
 *
 * @param maskOf - Default: keys tell nothing; for those who show no data.
 */
export function readingOf(value: unknown, redact: Masks['redact'], maskOf: Masks['maskOf'] = () => undefined): Reading {
  if (value === undefined || value === null || value === true) return PASS;
  if (value === false) return { outcome: 'fail' };
  const outcome = isObject(value) ? OUTCOMES.get(read(value, 'status')) : undefined;
  if (outcome === undefined) {
    return { outcome: 'fail', detail: `It returned ${safeText(show(value), redact)}: a check returns nothing, true, false or { status }` };
  }
  const [detail, data] = [read(value, 'detail'), dataOf(read(value, 'data'), { redact, maskOf })];
  return {
    outcome,
    ...(typeof detail === 'string' && detail !== '' && { detail: safeText(detail, redact) }),
    ...(data !== undefined && { data }),
  };
}

/** Reads what a check threw. */
export const failureOf = (reason: unknown, redact: (text: string) => string): Reading => ({
  outcome: 'fail',
  detail: safeText(reasonText(reason), redact),
});

function dataOf(value: unknown, { redact, maskOf }: Masks): Readonly<Record<string, CheckValue>> | undefined {
  if (!isObject(value)) return undefined;
  let keys: string[];
  try {
    keys = Object.keys(value).slice(0, MAX_DATA);
  } catch {
    return undefined;
  }
  const plain = (item: unknown): CheckValue => {
    if (typeof item === 'boolean' || item === null || (typeof item === 'number' && Number.isFinite(item))) return item;
    return safeText(typeof item === 'string' ? item : show(item), redact);
  };
  const shown = (key: string): CheckValue => {
    const item = plain(read(value, key));
    // That there is nothing to hide helps to find mistakes.
    if (item === null || typeof item === 'boolean') return item;
    const mask = maskOf(key.slice(0, MAX_KEY_JUDGED), String(item));
    return mask === undefined ? item : safeText(mask, redact);
  };
  // Names can hold secrets as well as values can: tokens as keys of a table.
  return Object.freeze(Object.fromEntries(keys.map((key) => [safeText(key, redact).slice(0, MAX_KEY), shown(key)])));
}
