import { checkOptions, isFunction, isRecord, type OptionRule, optionInvalid } from '../core/options';
import { checkPattern } from '../core/pattern';
import { quietly } from '../core/quietly';
import { type Duration, parseDuration } from '../core/unit';
import type { Limit } from './alarm';
import { ATTACK_RULES, type AttackPattern, type AttackRule } from './attack-rules';
import type { SecurityEventName } from './events';
import type { FailureSettings } from './failures';
import type { NamedRule, SuspicionSettings } from './suspicion';

/** Above how many within which time something is told. */
export interface LimitOptions {
  /** More than so many. */
  readonly threshold?: number;
  /** Milliseconds, or `'5m'`. */
  readonly window?: Duration;
}

/** Failures with the same `ip` or the same `user`. */
export interface FailureOptions extends LimitOptions {
  /** Events that are failures. What follows from them (a lock, a limit reached) is none: it would count twice. */
  readonly names?: readonly SecurityEventName[];
  /** How many addresses, and how many users, are watched at a time. Default 10,000, at most 1,000,000. */
  readonly maxKeys?: number;
  /** All failures, whoever failed: finds one try each with many users from many addresses. Default more than 10 within 1 minute. */
  readonly total?: LimitOptions | false;
}

/** Errors that look like the trace of an attack. */
export interface SuspiciousErrorOptions {
  /**
   * Own rules by name, beside those there are; `false` takes one of these away. A rule is asked with at most 2,000 characters: type,
   * code and message of an error and its causes. An expression that could take long on a hostile text is refused; a function
   * matches when it returns `true`, and a promise is no match.
   */
  readonly rules?: Readonly<Record<string, AttackRule | false> & Partial<Record<AttackPattern, AttackRule | false>>>;
  /** One error is told of once in this time. Default 1 minute. */
  readonly every?: Duration;
  /** How many different errors are known at a time. Default 10,000, at most 1,000,000. */
  readonly maxFingerprints?: number;
}

/**
 * What the library watches by itself. Each detector takes options, or `false`.
 *
 * | option | raises | when, by default |
 * | --- | --- | --- |
 * | `failures` | `multiple_failed_attempts` | more than 3 with one address or user within 5 minutes; more than 10 in all within 1 minute |
 * | `errorRate` | `high_error_rate` | more than 5 errors within 1 minute |
 * | `suspiciousErrors` | `suspicious_error` | an error matches a rule, each error once a minute |
 */
export interface SecurityOptions {
  readonly failures?: FailureOptions | false;
  readonly errorRate?: LimitOptions | false;
  readonly suspiciousErrors?: SuspiciousErrorOptions | false;
}

export interface SecuritySettings {
  readonly failures: FailureSettings | undefined;
  readonly errorRate: Limit | undefined;
  readonly suspicion: SuspicionSettings | undefined;
}

/** Failures, unless names are given. */
const FAILURE_NAMES: readonly SecurityEventName[] = Object.freeze([
  'authn_login_fail',
  'authn_password_change_fail',
  'authn_token_reuse',
  'authz_fail',
  'session_use_after_expire',
  'unauthorized_access',
]);

const whole = (most: number): OptionRule => [
  (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most,
  `a whole number from 1 to ${most.toLocaleString('en-US')}`,
];
const DETECTOR: OptionRule = [(value) => value === false || isRecord(value), 'an object of options, or false'];
const LIMIT_RULES: Readonly<Record<keyof LimitOptions, OptionRule>> = { threshold: whole(1000), window: 'any' };
const TABLE = whole(1_000_000);

/** @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID` */
export function readOptions(options: SecurityOptions): SecuritySettings {
  const where = 'security';
  checkOptions(where, options, { failures: DETECTOR, errorRate: DETECTOR, suspiciousErrors: DETECTOR });
  const { failures = {}, errorRate = {}, suspiciousErrors = {} } = options ?? {};
  return {
    failures: failures === false ? undefined : readFailures(`${where}: failures`, failures),
    errorRate: errorRate === false ? undefined : readLimit(`${where}: errorRate`, errorRate, 5, '1m'),
    suspicion: suspiciousErrors === false ? undefined : readSuspicion(`${where}: suspiciousErrors`, suspiciousErrors),
  };
}

function readFailures(where: string, options: FailureOptions): FailureSettings {
  checkOptions(where, options, { ...LIMIT_RULES, names: 'strings', maxKeys: TABLE, total: DETECTOR });
  const { names = FAILURE_NAMES, maxKeys = 10_000, total = {}, threshold = 3, window = '5m' } = options;
  return {
    ...limit(where, threshold, window),
    names: new Set(names),
    maxKeys,
    total: total === false ? undefined : readLimit(`${where}: total`, total, 10, '1m'),
  };
}

function readLimit(where: string, options: LimitOptions, fewest: number, shortest: Duration): Limit {
  checkOptions(where, options, LIMIT_RULES);
  return limit(where, options.threshold ?? fewest, options.window ?? shortest);
}

const limit = (where: string, threshold: number, window: Duration): Limit => ({
  threshold,
  windowMs: parseDuration(`${where}: window`, window),
});

function readSuspicion(where: string, options: SuspiciousErrorOptions): SuspicionSettings {
  checkOptions(where, options, { rules: 'object', every: 'any', maxFingerprints: TABLE });
  const { rules = {}, every = '1m', maxFingerprints = 10_000 } = options;
  const all = { ...ATTACK_RULES, ...rules };
  const ready: NamedRule[] = [];
  for (const [name, rule] of Object.entries(all)) {
    if (rule === undefined || rule === false) continue;
    const isGiven = rule !== ATTACK_RULES[name as AttackPattern];
    ready.push({ name: name.slice(0, 64), matches: matcher(`${where}: rules: ${name}`, rule, isGiven) });
  }
  return { rules: ready, everyMs: parseDuration(`${where}: every`, every), maxFingerprints };
}

/**
 * Whether a text matches; a rule that throws does not, nor one that answers with a promise.
 *
 * @param isGiven - Ours pass the check of patterns, which a test shows; it takes tens of milliseconds that no program should start with.
 */
function matcher(where: string, rule: unknown, isGiven: boolean): (text: string) => boolean {
  if (rule instanceof RegExp) {
    if (isGiven) checkPattern(rule, where);
    // With these flags an expression remembers where it stopped, and misses every second match.
    const stateless = new RegExp(rule.source, rule.flags.replace(/[gy]/g, ''));
    return (text) => stateless.test(text);
  }
  if (!isFunction(rule)) throw optionInvalid(where, rule, 'a regular expression, a function, or false');
  const ask = rule as (text: string) => unknown;
  return (text) => quietly(() => ask(text)) === true;
}
