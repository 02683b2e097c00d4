import { isFunction, optionInvalid } from '../../../core/options';
import type { Duration } from '../../../core/unit';
import { parseDuration } from '../../../core/unit';
import type { AlertCondition, AlertRule, DurationStatistic, EventPattern } from '../../rule';
import { quantityOf } from '../quantity';
import { above, checkReady, madeRule, type ReadyRuleOptions } from './options';

type Events = EventPattern | readonly EventPattern[];

/** What events cost, added up: by default the measurement `cost` of `llm.response` above 1 (dollar) within an hour. */
export function overBudget(
  options: ReadyRuleOptions & {
    readonly most?: number;
    readonly within?: Duration;
    readonly event?: Events;
    readonly measurement?: string;
  } = {},
): readonly AlertRule[] {
  checkReady('overBudget', options, { most: 'any', within: 'any', event: 'any', measurement: 'any' });
  const { most = 1, within = '1h', event = 'llm.response', measurement = 'cost' } = options;
  return madeRule(
    {
      name: 'over_budget',
      summary: 'It cost {value}, more than {threshold}',
      when: { kind: 'sum', event, measurement, window: within },
      threshold: above('>', most),
    },
    options,
  );
}

/**
 * Requests that take long: the longest within a minute above 5 s is a warning, above 10 s critical. By default of
 * `completion.stop` and `completion.exception`, as the catalogue for chat services has them.
 */
export function slowRequests(
  options: ReadyRuleOptions & {
    readonly event?: Events;
    readonly of?: DurationStatistic;
    readonly warning?: Duration;
    readonly critical?: Duration;
    readonly within?: Duration;
  } = {},
): readonly AlertRule[] {
  checkReady('slowRequests', options, { event: 'any', of: 'any', warning: 'any', critical: 'any', within: 'any' });
  const { event = ['completion.stop', 'completion.exception'], of = 'max', warning = '5s', critical = '10s', within = '1m' } = options;
  const ms = (name: string, value: Duration): number => parseDuration(`slowRequests: ${name}`, value);
  return madeRule(
    {
      name: 'slow_requests',
      summary: 'Requests take {value}',
      when: { kind: 'duration', event, of, window: within },
      threshold: above('>', ms('warning', warning), ms('critical', critical)),
    },
    options,
  );
}

/**
 * Too many failures to sign in: by default more than 10 in a minute. Two rules, as there are two ways to tell of them: the event
 * `authentication.failure` (catalogue for chat services), and security events `authn_login_fail`. `false` leaves one out.
 */
export function authenticationFailures(
  options: ReadyRuleOptions & {
    readonly most?: number;
    readonly within?: Duration;
    readonly event?: Events | false;
    readonly security?: string | readonly string[] | false;
  } = {},
): readonly AlertRule[] {
  checkReady('authenticationFailures', options, { most: 'any', within: 'any', event: 'any', security: 'any' });
  const { most = 10, within = '1m', event = 'authentication.failure', security = 'authn_login_fail' } = options;
  const name = options.name ?? 'authentication_failures';
  const [summary, threshold] = ['{value} failures to sign in', above('>', most)];
  return [
    ...(event === false ? [] : madeRule({ name, summary, threshold, when: { kind: 'count', event, window: within } }, options)),
    ...(security === false
      ? []
      : madeRule(
          { name, summary, threshold, when: { kind: 'security', name: security, window: within } },
          { ...options, name: event === false ? name : `${name}_security` },
        )),
  ];
}

/**
 * What the library's own detectors find: by default `high_error_rate`, `suspicious_error` and `multiple_failed_attempts`, one
 * within 5 minutes. Each name is an alert of its own.
 */
export function securityAlarms(
  options: ReadyRuleOptions & { readonly names?: readonly string[]; readonly from?: number; readonly within?: Duration } = {},
): readonly AlertRule[] {
  checkReady('securityAlarms', options, { names: 'any', from: 'any', within: 'any' });
  const { names = ['high_error_rate', 'suspicious_error', 'multiple_failed_attempts'], from = 1, within = '5m' } = options;
  return madeRule(
    {
      name: 'security_alarms',
      summary: '{group}: {value}',
      when: { kind: 'security', name: names, window: within },
      threshold: above('>=', from),
      by: 'event',
    },
    options,
  );
}

/** The share of calls that fail: by default of `llm.request` above 5 % a warning, above 20 % critical, within 5 minutes, for a minute. */
export function highErrorRate(
  options: ReadyRuleOptions & {
    readonly event?: Events;
    readonly failures?: Events;
    readonly warning?: number;
    readonly critical?: number;
    readonly within?: Duration;
    readonly by?: string;
  } = {},
): readonly AlertRule[] {
  checkReady('highErrorRate', options, { event: 'any', failures: 'any', warning: 'any', critical: 'any', within: 'any', by: 'any' });
  const { event = 'llm.request', failures, warning = 0.05, critical = 0.2, within = '5m', by } = options;
  return madeRule(
    {
      name: 'high_error_rate',
      summary: '{value} of calls fail',
      for: '1m',
      when: { kind: 'errorRate', event, window: within, ...(failures !== undefined && { failures }) },
      threshold: above('>', warning, critical),
      by,
    },
    options,
  );
}

/**
 * Sessions are begun faster than they should be: by default more than 30 a minute over 10 minutes, counted from `session.created`
 * and `session.start`. With `metric`, a gauge of yours that tells how many there are is compared with `most` instead.
 */
export function sessionGrowth(
  options: ReadyRuleOptions & {
    readonly perMinute?: number;
    readonly within?: Duration;
    readonly event?: Events;
    readonly metric?: string;
    readonly most?: number;
  } = {},
): readonly AlertRule[] {
  checkReady('sessionGrowth', options, { perMinute: 'any', within: 'any', event: 'any', metric: 'any', most: 'number' });
  const { perMinute = 30, within = '10m', event = ['session.created', 'session.start'], metric, most } = options;
  const name = 'session_growth';
  if (metric === undefined) {
    const summary = 'Sessions begin at {value}, faster than {threshold}';
    return madeRule({ name, summary, when: { kind: 'rate', event, window: within }, threshold: above('>', perMinute / 60) }, options);
  }
  if (most === undefined) throw optionInvalid('sessionGrowth: most', most, 'how many sessions there may be');
  const summary = '{value} sessions, more than {threshold}';
  return madeRule({ name, summary, when: { kind: 'value', metric }, threshold: above('>', most) }, options);
}

/**
 * The log comes near the size it may have. The library does not know your folder, so it asks: give `bytes`, a function that returns the
 * size, or `metric`, a gauge of it; and `limit`, in bytes. From 90 % on it is a warning, from 100 % critical.
 *
 * @example
 * readyRules.logSize({ bytes: () => 950, limit: 1000 })[0]?.threshold; // => { op: '>=', warning: 900, critical: 1000 }
 */
export function logSize(
  options: ReadyRuleOptions & {
    readonly bytes?: () => number | undefined;
    readonly metric?: string;
    readonly limit: number;
    readonly near?: number;
  },
): readonly AlertRule[] {
  checkReady('logSize', options ?? {}, { bytes: 'function', metric: 'string', limit: 'number', near: 'number' });
  const { bytes, metric, limit, near = 0.9 } = options ?? {};
  if (!(Number.isFinite(limit) && limit > 0)) throw optionInvalid('logSize: limit', limit, 'a number of bytes above 0');
  if (!(near > 0 && near < 1)) throw optionInvalid('logSize: near', near, 'a share between 0 and 1');
  if (isFunction(bytes) === (metric !== undefined)) throw optionInvalid('logSize: bytes', bytes, 'a function, or metric: one of both');
  const when: AlertCondition = metric === undefined ? { kind: 'custom', read: bytes! } : { kind: 'value', metric };
  return madeRule(
    {
      name: 'log_size',
      // Where the metric's name says that its numbers are bytes, they are shown with their unit.
      summary: quantityOf(when) === 'bytes' ? 'The log has {value}, near its limit' : 'The log has {value} bytes, near its limit',
      when,
      threshold: above('>=', Math.floor(limit * near), limit),
    },
    options,
  );
}
