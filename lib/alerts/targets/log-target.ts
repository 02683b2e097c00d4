import type { Alert } from '../alert';
import type { AlertsHost } from '../host';
import { type AlertNotification, type AlertTarget, DeliveryError } from '../target';

type LineLevel = Parameters<AlertsHost['writeLine']>[0];

/** The log comes with each notification, so that a target can be made before its bus. */
interface LogContext {
  readonly writeLine?: AlertsHost['writeLine'];
}

/**
 * The target that writes to the log of the bus: for each alert a line `[FIRING] …` with the fields `rule`, `group`, `severity`, `value`,
 * `threshold`, `alert_id`. Warnings are of level warn, critical ones of level error, what is resolved of level info. These lines count
 * for no rule.
 *
 * It is what alerts are told to where no target is configured.
 *
 * @example
 * const memory = memorySink();
 * telemetry.configureLog({ sinks: [memory], format: 'minimal', level: 'info' });
 * alertsOf(telemetry).configure({ targets: [logTarget()] });
 * await alertsOf(telemetry).test('log');
 * memory.lines[0]?.slice(0, 29); // => 'INFO app.alerts [TEST] Alerts'
 */
export function logTarget(): AlertTarget {
  return Object.freeze<AlertTarget>({
    name: 'log',
    place: 'log of the application',
    // Lines are cheap, and may be looked for later one by one.
    limit: { most: 200, perMs: 60_000 },
    // A record is in the log already.
    kinds: ['firing', 'resolved', 'reminder', 'summary', 'test'],
    async send(notification, context) {
      const { writeLine } = context as LogContext;
      if (writeLine === undefined) throw new DeliveryError({ code: 'NO_LOG', mayPass: false });
      for (const { level, message, fields } of linesOf(notification)) writeLine(level, message, fields);
    },
  });
}

interface Line {
  readonly level: LineLevel;
  readonly message: string;
  readonly fields: object;
}

function linesOf({ kind, severity, title, text, alerts, more, key, id }: AlertNotification): readonly Line[] {
  const mark = `[${kind.toUpperCase()}]`;
  // A line tells of one alert; what is not about alerts, and what is left of many, is a line of its own.
  if (alerts.length === 0) {
    const level = kind === 'test' ? 'info' : levelOf(severity);
    return [{ level, message: title, fields: { notification_id: id, severity, text } }];
  }
  const lines = alerts.map((alert): Line => {
    const name = alert.group === undefined ? alert.rule : `${alert.rule} (${alert.group})`;
    const level = kind === 'resolved' ? 'info' : levelOf(alert.severity);
    return { level, message: `${mark} ${name}: ${alert.summary}`, fields: fieldsOf(alert) };
  });
  if (more === 0) return lines;
  const level = kind === 'resolved' ? 'info' : levelOf(severity);
  return [...lines, { level, message: `${mark} ${key}: and ${more} more`, fields: { rule: key, more } }];
}

const levelOf = (severity: Alert['severity']): LineLevel => (severity === 'critical' ? 'error' : 'warn');

const fieldsOf = ({ rule, group, severity, value, threshold, id, runbook }: Alert): object => ({
  rule,
  ...(group !== undefined && { group }),
  severity,
  ...(value !== undefined && { value }),
  threshold,
  alert_id: id,
  ...(runbook !== undefined && { runbook }),
});
