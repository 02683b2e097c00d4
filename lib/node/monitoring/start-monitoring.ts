import type { Alerts } from '../../alerts/api';
import type { AlertTarget } from '../../alerts/target';
import { logTarget } from '../../alerts/targets/log-target';
import type { TelemetryConfig } from '../../config/load';
import type { Warning } from '../../core/warning';
import { alertsOf } from '../../entries/alerts';
import { handlersCheck, healthOf, sinksCheck } from '../../entries/health';
import type { Health } from '../../health/health';
import type { Telemetry } from '../../index';
import { slackTarget } from '../alerts/slack/slack-target';
import { type Monitor, startMonitor } from '../runtime/monitor';
import { checksOf, ofHealth, type StartAlertsOptions, type StartHealthOptions, type StartMonitorOptions } from './options';

export interface MonitoringParts {
  readonly bus: Telemetry;
  readonly config: TelemetryConfig;
  readonly monitor: StartMonitorOptions | false | undefined;
  readonly health: StartHealthOptions | false | undefined;
  readonly alerts: StartAlertsOptions | false | undefined;
  readonly onWarning: (warning: Warning) => void;
}

/** What watches an application. */
export interface Monitoring {
  readonly monitor: Monitor | undefined;
  readonly health: Health;
  readonly alerts: Alerts;
  /** Runs the checks from now on: they may log. */
  begin(): void;
  /** Readiness fails from now on. */
  shutDown(): void;
  /** Ends all of it, and takes away what the start added. Alerts that wait are delivered within the deadline. */
  stop(deadlineMs: number): Promise<void>;
}

/**
 * Starts what watches an application: checks begin with `begin`.
 *
 * @throws {TelemetryError} `HANDLER_EXISTS` for a check or a rule of a name that the bus has already; `METRIC_CONFLICT`; `OPTION_INVALID`.
 * Nothing runs then.
 */
export function startMonitoring({
  bus,
  config,
  monitor: monitorOptions,
  health: healthOptions,
  alerts: alertsOptions,
  onWarning,
}: MonitoringParts): Monitoring {
  const health = healthOf(bus);
  const alerts = alertsOf(bus);
  const undo: (() => void)[] = [];
  try {
    // One by one: what was added before something throws is taken away again.
    if (healthOptions !== false) for (const step of addChecks(bus, health, config, healthOptions)) undo.push(step);
    if (alertsOptions !== false && (config.slackBotToken === undefined) !== (config.slackChannelId === undefined)) {
      onWarning({ code: 'CONFIG_DOUBTFUL', message: 'The Slack bot is not used: set both, SLACK_BOT_TOKEN and SLACK_CHANNEL_ID' });
    }
    if (alertsOptions !== false) for (const step of startAlerts(alerts, config, alertsOptions)) undo.push(step);
    const monitor = isMonitored(config, monitorOptions)
      ? startMonitor({ ...samplesOf(config), ...(monitorOptions || {}), bus })
      : undefined;
    if (monitor !== undefined) undo.push(monitor.stop);
    return {
      monitor,
      health,
      alerts,
      begin() {
        if (healthOptions !== false && config.monitorScheduledChecks) health.start();
      },
      shutDown: () => health.shutDown(),
      async stop(deadlineMs) {
        health.stop();
        monitor?.stop();
        if (alertsOptions !== false) await alerts.stop(deadlineMs);
        for (const step of undo) step();
      },
    };
  } catch (error) {
    if (alertsOptions !== false) void alerts.stop(0);
    for (const step of undo) step();
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

function* addChecks(
  bus: Telemetry,
  health: Health,
  config: TelemetryConfig,
  options: StartHealthOptions | undefined,
): Iterable<() => void> {
  const { monitorHealthCheckInterval, monitorUnhealthyThreshold } = config;
  health.configure({
    interval: monitorHealthCheckInterval * 1000,
    unhealthyAfter: monitorUnhealthyThreshold,
    ...(options && ofHealth(options)),
  });
  if (options !== undefined && options.own !== false) {
    yield health.addCheck('log', sinksCheck(bus), { critical: false }).remove;
    yield health.addCheck('handlers', handlersCheck(bus), { critical: false }).remove;
  }
  for (const { name, check, options: own } of checksOf(options ?? {})) yield health.addCheck(name, check, own).remove;
}

function* startAlerts(alerts: Alerts, config: TelemetryConfig, options: StartAlertsOptions = {}): Iterable<() => void> {
  const { rules = [], targets, ...others } = options;
  const slack = slackOf(config);
  alerts.configure({
    records: slack === undefined ? false : {},
    ...others,
    targets: [...(targets ?? [logTarget()]), ...(slack === undefined ? [] : [slack])],
  });
  for (const { name } of alerts.addRules(rules)) yield () => alerts.removeRule(name);
  alerts.start();
}

/** The Slack that is configured, if one is. */
function slackOf({ slackWebhookUrl, slackBotToken, slackChannelId }: TelemetryConfig): AlertTarget | undefined {
  if (slackBotToken !== undefined && slackChannelId !== undefined) return slackTarget({ botToken: slackBotToken, channel: slackChannelId });
  if (slackWebhookUrl === undefined) return undefined;
  const { protocol, hostname } = new URL(slackWebhookUrl);
  // The configuration takes plain http for this machine alone, where somebody plays Slack.
  return slackTarget({ webhookUrl: slackWebhookUrl }, protocol === 'http:' ? { allowPrivate: [hostname.replace(/^\[|\]$/g, '')] } : {});
}
