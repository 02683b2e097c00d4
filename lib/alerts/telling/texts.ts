import type { Alert } from '../alert';
import type { AlertsHost } from '../host';
import type { NotificationKind } from '../target';
import { cut, lineOf, spanOf, timeText } from '../text';

const MAX_TITLE = 150;
const MAX_TEXT = 2500;

/** Title and text of a notification about alerts of one rule. */
export function textsOf(
  host: AlertsHost,
  kind: NotificationKind,
  alerts: readonly Alert[],
  more: number,
  time: number,
): { readonly title: string; readonly text: string } {
  const [first] = alerts;
  const all = alerts.length + more;
  const what = all === 1 && first !== undefined ? headlineOf(first, kind) : `${first?.rule}: ${all} groups`;
  const lines = alerts.map((alert) => describe(alert, kind, time));
  if (more > 0) lines.push(`and ${more} more`);
  lines.push(`Condition: ${first?.condition}`);
  if (first?.runbook !== undefined) lines.push(`Runbook: ${first.runbook}`);
  return { title: lineOf(host, `[${kind.toUpperCase()}] ${what}`, MAX_TITLE), text: cut(lines.join('\n'), MAX_TEXT) };
}

function headlineOf({ rule, group, summary, firedAt, resolvedAt }: Alert, kind: NotificationKind): string {
  const name = group === undefined ? rule : `${rule} (${cut(group, 60)})`;
  if (kind !== 'resolved') return `${name}: ${summary}`;
  return firedAt === undefined || resolvedAt === undefined ? name : `${name}: after ${spanOf(resolvedAt - firedAt)}`;
}

function describe(
  { rule, group, severity, summary, since, firedAt, resolvedAt, details }: Alert,
  kind: NotificationKind,
  time: number,
): string {
  const name = cut(group ?? rule, 100);
  const when =
    kind === 'resolved'
      ? `resolved ${timeText(resolvedAt ?? time)}, fired for ${spanOf((resolvedAt ?? time) - (firedAt ?? since))}`
      : `${severity}, since ${timeText(since)}${kind === 'reminder' ? `, for ${spanOf(time - since)}` : ''}`;
  const known = Object.entries(details).map(([key, text]) => `  ${key}: ${text}`);
  // Five of them, the condition and the runbook have room together.
  return cut([`- ${name}: ${summary} (${when})`, ...known].join('\n'), 400);
}
