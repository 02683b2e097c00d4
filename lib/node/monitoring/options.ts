import type { AlertsOptions } from '../../alerts/options';
import { changeSettings, defaultSettings } from '../../alerts/options';
import type { AlertRule } from '../../alerts/rule';
import { readRule } from '../../alerts/rules/read-rule';
import { checkOptions, isFunction, isRecord, optionInvalid } from '../../core/options';
import { type CheckOptions, checkNameOf, type HealthOptions, readCheckOptions, readHealthOptions } from '../../health/options';
import type { CheckFunction } from '../../health/result';
import type { MonitorOptions } from '../runtime/monitor';

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
 * | `own` | adds checks of the log's sinks (`log`) and of handlers that are held back (`handlers`), neither critical | `true` |
 *
 * and those of {@link HealthOptions} for every check. `interval` and `unhealthyAfter` come from `MONITOR_HEALTH_CHECK_INTERVAL` and
 * `MONITOR_UNHEALTHY_THRESHOLD` unless given.
 */
export interface StartHealthOptions extends HealthOptions {
  readonly checks?: Readonly<Record<string, CheckFunction | StartCheck>>;
  readonly own?: boolean;
}

/**
 * What `startTelemetry` makes of alerts: {@link AlertsOptions}, and `rules`. Slack comes to the targets when it is configured, and with
 * it `records`, unless that is given.
 */
export interface StartAlertsOptions extends AlertsOptions {
  readonly rules?: readonly (AlertRule | string)[];
}

/** What `startTelemetry` makes of the monitor. */
export type StartMonitorOptions = Omit<MonitorOptions, 'bus'>;

/** A check as it is added. */
export interface NamedCheck {
  readonly name: string;
  readonly check: CheckFunction;
  readonly options: CheckOptions;
}

/** Refuses what can't be, before anything has changed. @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`, `RULE_INVALID` */
export function checkMonitoring(
  health: StartHealthOptions | false | undefined,
  alerts: StartAlertsOptions | false | undefined,
  monitor: StartMonitorOptions | false | undefined,
): void {
  if (health) {
    readHealthOptions(ofHealth(health));
    for (const { name, options } of checksOf(health)) {
      checkNameOf(name);
      readCheckOptions(name, options);
    }
    checkOptions('startTelemetry: health', { own: health.own }, { own: 'boolean' });
  }
  if (alerts) {
    const { rules, ...options } = alerts;
    changeSettings(defaultSettings([]), options);
    const names = readRules(rules).map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw optionInvalid('startTelemetry: alerts: rules', twice, 'rules with different names');
  }
  if (monitor && 'bus' in monitor)
    throw optionInvalid('startTelemetry: monitor: bus', monitor.bus, 'nothing: it is the bus that is started');
}

function readRules(rules: unknown): ReturnType<typeof readRule>[] {
  if (rules === undefined) return [];
  if (!Array.isArray(rules)) throw optionInvalid('startTelemetry: alerts: rules', rules, 'a list of rules');
  return rules.map((rule) => readRule(rule));
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
