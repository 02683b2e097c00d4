import type { Alert } from '../alert';
import type { AlertsHost } from '../host';
import type { NotificationKind } from '../target';
import { cut, lineOf, spanOf, timeText } from '../text';

const MAX_TITLE = 150;
const MAX_TEXT = 2500;

/** An alert and, by the clock that never goes back, for how many ms it fired, or goes on. */
export interface LastingAlert {
  readonly alert: Alert;
  readonly lastedMs: number;
}

/** Title and text of a notification about alerts of one rule. */
export function textsOf(
  host: AlertsHost,
  kind: NotificationKind,
  lasting: readonly LastingAlert[],
  more: number,
  time: number,
): { readonly title: string; readonly text: string } {
  const first = lasting[0]?.alert;
  const all = lasting.length + more;
  const what = all === 1 && first !== undefined ? headlineOf(lasting[0]!, kind) : `${first?.rule}: ${all} groups`;
  const lines = lasting.map((one) => describe(one, kind, time));
  if (more > 0) lines.push(`and ${more} more`);
  lines.push(`Condition: ${first?.condition}`);
  if (first?.runbook !== undefined) lines.push(`Runbook: ${first.runbook}`);
  return { title: lineOf(host, `[${kind.toUpperCase()}] ${what}`, MAX_TITLE), text: cut(lines.join('\n'), MAX_TEXT) };
}

function headlineOf({ alert, lastedMs }: LastingAlert, kind: NotificationKind): string {
  const { rule, group, summary } = alert;
  const name = group === undefined ? rule : `${rule} (${cut(group, 60)})`;
  return `${name}: ${kind === 'resolved' ? `after ${spanOf(lastedMs)}` : summary}`;
}

function describe({ alert, lastedMs }: LastingAlert, kind: NotificationKind, time: number): string {
  const { rule, group, severity, summary, since, resolvedAt, details } = alert;
  const name = cut(group ?? rule, 100);
  const when =
    kind === 'resolved'
      ? `resolved ${timeText(resolvedAt ?? time)}, fired for ${spanOf(lastedMs)}`
      : `${severity}, since ${timeText(since)}${kind === 'reminder' ? `, for ${spanOf(lastedMs)}` : ''}`;
  const known = Object.entries(details).map(([key, text]) => `  ${key}: ${text}`);
  // Five of them, the condition and the runbook have room together.
  return cut([`- ${name}: ${summary} (${when})`, ...known].join('\n'), 400);
}
