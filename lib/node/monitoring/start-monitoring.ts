import type { Alerts } from '../../alerts/api';
import type { AlertsOptions } from '../../alerts/options';
import { ALERTS_SEAM } from '../../alerts/seam';
import type { AlertTarget } from '../../alerts/target';
import { logTarget } from '../../alerts/targets/log-target';
import type { TelemetryConfig } from '../../config/load';
import { TelemetryError } from '../../core/errors';
import { optionInvalid } from '../../core/options';
import type { Warning } from '../../core/warning';
import { enginesOf } from '../../engines';
import { alertsOf } from '../../entries/alerts';
import { handlersCheck, healthOf, sinksCheck } from '../../entries/health';
import type { Health } from '../../health/api';
import { MAX_CHECKS } from '../../health/health';
import type { HealthOptions } from '../../health/options';
import { HEALTH_SEAM } from '../../health/seam';
import type { Telemetry } from '../../index';
import { slackTarget } from '../alerts/slack/slack-target';
import { type Monitor, startMonitor } from '../runtime/monitor';
import { checksOf, type NamedCheck, ofHealth, type StartAlertsOptions, type StartHealthOptions, type StartMonitorOptions } from './options';

export interface MonitoringParts {
  readonly bus: Telemetry;
  readonly config: TelemetryConfig;
  readonly monitor: StartMonitorOptions | false | undefined;
  readonly health: StartHealthOptions | false | undefined;
  readonly alerts: StartAlertsOptions | false | undefined;
  readonly onWarning: (warning: Warning) => void;
  /** Whether what watches warns it as well; otherwise it goes on to warn whom the bus does. */
  readonly isListening: boolean;
}

/** What watches an application. */
export interface Monitoring {
  readonly monitor: Monitor | undefined;
  readonly health: Health;
  readonly alerts: Alerts;
  /** Runs checks and rules from now on: they may log. */
  begin(): void;
  /** Readiness fails from now on. */
  shutDown(): void;
  /** Ends all of it, and takes away what the start added. Alerts that wait are delivered within the deadline. */
  stop(deadlineMs: number): Promise<void>;
  /** Puts back everything as it was, when the start fails. */
  cancel(): void;
}

/**
 * Refuses what can't be on this bus as it is now.
 *
 * @throws {TelemetryError} `HANDLER_EXISTS` for a check or a rule of a name that the bus has already; `OPTION_INVALID` for more checks
 * than there can be, and for rules whose target there will not be. Nothing is changed.
 */
export function checkOnBus({ bus, config, health, alerts }: Pick<MonitoringParts, 'bus' | 'config' | 'health' | 'alerts'>): void {
  if (health) checkAddable(bus, health);
  if (alerts !== false) alertsOf(bus)[ALERTS_SEAM]!.check(alertsSettings(config, alerts), alerts?.rules ?? []);
}

/**
 * Makes ready what watches an application: checks and rules begin with `begin`.
 *
 * @throws {TelemetryError} As `checkOnBus`; `METRIC_CONFLICT`. Everything is as before then.
 */
export function startMonitoring(parts: MonitoringParts): Monitoring {
  const { bus, config, monitor: monitorOptions, health: healthOptions, alerts: alertsOptions, onWarning } = parts;
  const health = healthOf(bus);
  const alerts = alertsOf(bus);
  /** What was added: it goes when all ends. */
  const added: (() => void)[] = [];
  /** What was changed: it comes back when the start fails. */
  const changed: (() => void)[] = [];
  const undo = (steps: readonly (() => void)[]): void => {
    for (const step of steps) step();
  };
  try {
    if (parts.isListening) added.push(enginesOf('startTelemetry', bus).tellWarnings(onWarning));
    changed.push(health[HEALTH_SEAM]!.begin(healthOptions === false ? undefined : healthSettings(config, healthOptions)));
    // One by one: what was added before something throws is taken away again.
    for (const { name, check, options } of checksFor(bus, healthOptions)) added.push(health.addCheck(name, check, options).remove);
    const monitor = isMonitored(config, monitorOptions)
      ? startMonitor({ ...samplesOf(config), ...givenOf(monitorOptions || {}), bus })
      : undefined;
    if (monitor !== undefined) added.push(monitor.stop);
    if (alertsOptions !== false) {
      if ((config.slackBotToken === undefined) !== (config.slackChannelId === undefined)) {
        onWarning({ code: 'CONFIG_DOUBTFUL', message: 'The Slack bot is not used: set both, SLACK_BOT_TOKEN and SLACK_CHANNEL_ID' });
      }
      // Last: what waits for targets that go is given up, and does not come back.
      changed.push(alerts[ALERTS_SEAM]!.replace(alertsSettings(config, alertsOptions)));
      for (const { remove } of alerts.addRules(alertsOptions?.rules ?? [])) added.push(remove);
    }
    return {
      monitor,
      health,
      alerts,
      begin() {
        if (alertsOptions !== false) alerts.start();
        if (healthOptions !== false && config.monitorScheduledChecks) health.start();
      },
      shutDown: () => health.shutDown(),
      async stop(deadlineMs) {
        health.stop();
        monitor?.stop();
        if (alertsOptions !== false) await alerts.stop(deadlineMs);
        undo(added);
      },
      cancel() {
        undo(added);
        undo(changed);
      },
    };
  } catch (error) {
    undo(added);
    undo(changed);
    throw error;
  }
}

/** What is asked for by name runs whatever the variable says. */
const isMonitored = ({ monitorSystemMetrics }: TelemetryConfig, options: StartMonitorOptions | false | undefined): boolean =>
  options === undefined ? monitorSystemMetrics : options !== false;

const samplesOf = ({ monitorSampleInterval, monitorMaxSamples }: TelemetryConfig): StartMonitorOptions => ({
  interval: monitorSampleInterval * 1000,
  maxSamples: monitorMaxSamples,
});

/** Those that are given: one that is `undefined` counts as absent. */
const givenOf = <Options extends object>(options: Options): Options =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Options;

const healthSettings = (config: TelemetryConfig, options: StartHealthOptions = {}): HealthOptions => ({
  interval: config.monitorHealthCheckInterval * 1000,
  unhealthyAfter: config.monitorUnhealthyThreshold,
  ...givenOf(ofHealth(options)),
});

/** The checks that a start adds. An application's own take the place of those of the library that have their names. */
function checksFor(bus: Telemetry, options: StartHealthOptions | false | undefined): NamedCheck[] {
  if (!options) return [];
  const given = checksOf(options);
  if (options.own === false) return given;
  const there = new Set([...given.map(({ name }) => name), ...Object.keys(healthOf(bus).report().checks)]);
  const own: NamedCheck[] = [
    { name: 'log', check: sinksCheck(bus), options: { critical: false } },
    { name: 'handlers', check: handlersCheck(bus), options: { critical: false } },
  ];
  return [...own.filter(({ name }) => !there.has(name)), ...given];
}

/** @throws {TelemetryError} `HANDLER_EXISTS`, `OPTION_INVALID` */
function checkAddable(bus: Telemetry, options: StartHealthOptions): void {
  const there = Object.keys(healthOf(bus).report().checks);
  const checks = checksFor(bus, options);
  const taken = checks.find(({ name }) => there.includes(name));
  if (taken !== undefined) {
    const what = `startTelemetry: health: checks: ${taken.name} can't be added`;
    const fix = 'Choose another name, or remove() the first';
    throw new TelemetryError('HANDLER_EXISTS', what, 'healthOf(bus) has a check of this name already', fix);
  }
  if (there.length + checks.length > MAX_CHECKS) {
    throw optionInvalid(
      'startTelemetry: health: checks',
      checks.length,
      `at most ${MAX_CHECKS} checks in all, and ${there.length} are there`,
    );
  }
}

function alertsSettings(config: TelemetryConfig, { rules: _, targets, ...others }: StartAlertsOptions = {}): AlertsOptions {
  const slack = slackOf(config);
  return {
    records: slack === undefined ? false : {},
    ...givenOf(others),
    targets: [...(targets ?? [logTarget()]), ...(slack === undefined ? [] : [slack])],
  };
}

/** The Slack that is configured, if one is. */
function slackOf({ slackWebhookUrl, slackBotToken, slackChannelId }: TelemetryConfig): AlertTarget | undefined {
  if (slackBotToken !== undefined && slackChannelId !== undefined) return slackTarget({ botToken: slackBotToken, channel: slackChannelId });
  if (slackWebhookUrl === undefined) return undefined;
  const { protocol, hostname } = new URL(slackWebhookUrl);
  // The configuration takes plain http for this machine alone, where somebody plays Slack.
  return slackTarget({ webhookUrl: slackWebhookUrl }, protocol === 'http:' ? { allowPrivate: [hostname.replace(/^\[|\]$/g, '')] } : {});
}
