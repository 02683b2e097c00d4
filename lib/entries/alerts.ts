/**
 * `telemetry-bus/alerts`: rules over metrics, events, errors and health, and who is told when they fire. Runs anywhere.
 *
 * @module
 */
import { createAlerts } from '../alerts/alerts';
import type { Alerts } from '../alerts/api';
import { RULE_PARTS } from '../alerts/rule-parts';
import { telemetry } from '../default-bus';
import { enginesOf, type Hosted } from '../engines';

/**
 * The alerts of a bus: one for each bus, made by the first who asks. They look at nothing before `start`, and tell the log until
 * `configure` names targets.
 *
 * Cost: an event that no rule looks at costs a comparison, others some tens of nanoseconds for each rule; a tick about a microsecond
 * for each rule that is well.
 *
 * @param telemetry - A bus of `createTelemetry`.
 * @throws {TelemetryError} `OPTION_INVALID` for what is no such bus.
 * @example
 * const clock = fakeClock();
 * const bus = createTelemetry({ clock, events: coder });
 * bus.configureLog({ sinks: [memorySink()] });
 * const alerts = alertsOf(bus);
 * alerts.addRule('slow_model: mean("coder.llm.response") > 3s in 1m');
 * alerts.start();
 * bus.execute(coder.llm.response, { duration: 5000 }, { model: 'm1' });
 * clock.advance('10s');
 * alerts.firing().map(({ rule, summary }) => `${rule}: ${summary}`); // => ['slow_model: 5 s is above 3 s']
 */
export function alertsOf(telemetry: Hosted): Alerts {
  const engines = enginesOf('alertsOf', telemetry);
  return engines.single('alerts', () => createAlerts(engines.alerts, RULE_PARTS));
}

export type { Alert, AlertState } from '../alerts/alert';
export type { AlertQuery, AlertRuleHandle, AlertRuleView, Alerts, AlertsStats } from '../alerts/api';
export type { TargetStats } from '../alerts/delivery/tally';
export type { DeliveryOutcome } from '../alerts/delivery/waiting';
export type { AlertsOptions } from '../alerts/options';
export { type BotRules, type PlatformRules, readyRules, type WebRules, type WrapperRules } from '../alerts/ready-rules';
export type { RecordOptions, RecordStats } from '../alerts/records/record-watch';
export type {
  AlertCondition,
  AlertRule,
  AlertSeverity,
  AlertThreshold,
  DurationStatistic,
  EventFilter,
  EventPattern,
} from '../alerts/rule';
export type { ErrorsOptions } from '../alerts/rules/ready/errors';
export type { ReadyRuleOptions } from '../alerts/rules/ready/options';
export type { UseOptions } from '../alerts/rules/ready/system';
export type { Silence, SilenceOptions } from '../alerts/silences/silences';
export type { AlertChange } from '../alerts/states/history';
export {
  type AlertNotification,
  type AlertTarget,
  DeliveryError,
  type DeliveryFailure,
  failureOf,
  type NotificationKind,
} from '../alerts/target';
export { logTarget } from '../alerts/targets/log-target';

/** Those of the default bus. */
export const alerts: Alerts = /* @__PURE__ */ alertsOf(telemetry);
