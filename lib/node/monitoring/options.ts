import type { AlertsOptions } from '../../alerts/options';
import { ALERTS_RULES, changeSettings, defaultSettings } from '../../alerts/options';
import type { AlertRule } from '../../alerts/rule';
import { readRule } from '../../alerts/rules/read-rule';
import { checkOptions, isFunction, isRecord, type OptionRule, optionInvalid } from '../../core/options';
import { parseDuration } from '../../core/unit';
import {
  type CheckOptions,
  checkNameOf,
  HEALTH_RULES,
  type HealthOptions,
  readCheckOptions,
  readHealthOptions,
} from '../../health/options';
import type { CheckFunction } from '../../health/result';
import { MONITOR_RULES, type MonitorOptions } from '../runtime/monitor';

/** A check with what holds for it alone. */
export interface StartCheck extends CheckOptions {
  readonly check: CheckFunction;
}

/**
 * What `startTelemetry` makes of health.
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `checks` | checks by name: functions, or objects `{ check, critical, timeout, … }` | none |
 * | `own` | adds checks of the log's sinks (`log`) and of handlers that are held back (`handlers`), neither critical; a check of yours of that name takes its place | `true` when `health` is given |
 *
 * and those of {@link HealthOptions} for every check, on top of the defaults, whatever `configure` said before. `interval` and
 * `unhealthyAfter` come from `MONITOR_HEALTH_CHECK_INTERVAL` and `MONITOR_UNHEALTHY_THRESHOLD` unless given. With
 * `MONITOR_SCHEDULED_CHECKS=0` checks don't run by themselves, those that are given here neither: only `health.check()` runs them.
 */
export interface StartHealthOptions extends HealthOptions {
  readonly checks?: Readonly<Record<string, CheckFunction | StartCheck>>;
  readonly own?: boolean;
}

/**
 * What `startTelemetry` makes of alerts: {@link AlertsOptions}, on top of the defaults, whatever `configure` said before, and `rules`. Slack comes to the targets when it is configured, and with
 * it `records`, unless that is given.
 */
export interface StartAlertsOptions extends AlertsOptions {
  readonly rules?: readonly (AlertRule | string)[];
}

/** What `startTelemetry` makes of the monitor. When it is given it runs, also with `MONITOR_SYSTEM_METRICS=0`. */
export type StartMonitorOptions = Omit<MonitorOptions, 'bus'>;

/** A check as it is added. */
export interface NamedCheck {
  readonly name: string;
  readonly check: CheckFunction;
  readonly options: CheckOptions;
}

const HEALTH: Readonly<Record<string, OptionRule>> = { checks: 'any', own: 'boolean', ...HEALTH_RULES };
const ALERTS: Readonly<Record<string, OptionRule>> = {
  rules: [Array.isArray, 'a list of rules'],
  ...ALERTS_RULES,
};
const { bus: _, ...MONITOR } = MONITOR_RULES;

/** Refuses what can't be on any bus. @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`, `RULE_INVALID` */
export function checkMonitoring(
  health: StartHealthOptions | false | undefined,
  alerts: StartAlertsOptions | false | undefined,
  monitor: StartMonitorOptions | false | undefined,
): void {
  if (health) {
    checkOptions('startTelemetry: health', health, HEALTH);
    readHealthOptions(ofHealth(health));
    for (const { name, options } of checksOf(health)) {
      checkNameOf(name);
      readCheckOptions(name, options);
    }
  }
  if (alerts) {
    checkOptions('startTelemetry: alerts', alerts, ALERTS);
    const { rules = [], ...options } = alerts;
    changeSettings(defaultSettings([]), options);
    const names = rules.map((rule) => readRule(rule).name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw optionInvalid('startTelemetry: alerts: rules', twice, 'rules with different names');
  }
  if (monitor) {
    if ('bus' in monitor) throw optionInvalid('startTelemetry: monitor: bus', monitor.bus, 'nothing: it is the bus that is started');
    checkOptions('startTelemetry: monitor', monitor, MONITOR);
    if (monitor.interval !== undefined) parseDuration('startTelemetry: monitor: interval', monitor.interval);
  }
}

/** What is said for every check. */
export const ofHealth = ({ checks: _, own: __, ...options }: StartHealthOptions): HealthOptions => options;

/** The checks, in the order they are given. */
export function checksOf({ checks }: StartHealthOptions): NamedCheck[] {
  if (checks === undefined) return [];
  if (!isRecord(checks)) throw optionInvalid('startTelemetry: health: checks', checks, 'an object of checks by name');
  return Object.entries(checks).map(([name, given]) => {
    if (isFunction(given)) return { name, check: given as CheckFunction, options: {} };
    const { check, ...options } = (given ?? {}) as StartCheck;
    if (!isFunction(check))
      throw optionInvalid(`startTelemetry: health: checks: ${name}`, given, 'a function, or an object with one as check');
    return { name, check: check as CheckFunction, options };
  });
}
