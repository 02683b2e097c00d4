import type { AlertNotification } from '../../../alerts/target';
import { safeLink, safeTime } from '../safe-text';
import { slackLine, slackText } from './text';

interface SlackPlain {
  readonly type: 'plain_text';
  readonly text: string;
  readonly emoji: false;
}

interface SlackMarkdown {
  readonly type: 'mrkdwn';
  readonly text: string;
  /** Slack makes no links or mentions of what looks like one. */
  readonly verbatim: true;
}

export type SlackBlock =
  | { readonly type: 'header'; readonly text: SlackPlain }
  | { readonly type: 'section'; readonly text: SlackMarkdown }
  | { readonly type: 'section'; readonly fields: readonly SlackMarkdown[] }
  | { readonly type: 'context'; readonly elements: readonly SlackMarkdown[] };

/** A message for Slack: blocks, and one text for where those are not shown. */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
  readonly unfurl_links: false;
  readonly unfurl_media: false;
}

/** Limits of Slack, in characters; those of fields, links and elements are narrower than Slack's. */
const LIMITS = { header: 150, section: 3000, text: 3000, fieldName: 40, field: 300, fields: 10, element: 120, links: 5 } as const;

/** What a notification looks like in Slack. All that comes from data is escaped; the only links are runbooks of rules. */
export function slackMessage(notification: AlertNotification): SlackMessage {
  const title = slackLine(notification.title, LIMITS.header) || 'Alert';
  const text = slackText(notification.text, LIMITS.section).trim();
  const blocks: SlackBlock[] = [{ type: 'header', text: { type: 'plain_text', text: title, emoji: false } }];
  if (text !== '') blocks.push({ type: 'section', text: markdown(text) });
  const fields = fieldsOf(notification);
  if (fields.length > 0) blocks.push({ type: 'section', fields });
  const links = runbooksOf(notification);
  if (links !== '') blocks.push({ type: 'section', text: markdown(links) });
  blocks.push({ type: 'context', elements: originOf(notification) });
  return {
    text: slackText(`${notification.title}\n${notification.text}`, LIMITS.text).trim(),
    blocks,
    unfurl_links: false,
    unfurl_media: false,
  };
}

const markdown = (text: string): SlackMarkdown => ({ type: 'mrkdwn', text, verbatim: true });

/** Of one alert, what is known of it; of several, how many there are. Their text tells the rest. */
function fieldsOf({ alerts, more, severity }: AlertNotification): readonly SlackMarkdown[] {
  const [alert] = alerts;
  if (alert === undefined) return [];
  const count = alerts.length + more;
  const pairs: readonly (readonly [string, string | undefined])[] =
    count > 1
      ? [['Severity', severity], ['Rule', alert.rule], ['Alerts', String(count)]]
      : [
          ['Severity', alert.severity],
          ['Rule', alert.rule],
          [alert.by ?? 'Group', alert.group],
          ['Condition', alert.condition],
          ['Since', safeTime(alert.since)],
          ['Resolved', safeTime(alert.resolvedAt)],
          ...Object.entries(alert.details),
        ]; // biome-ignore format: a list of rows
  return pairs
    .map(([name, value]) => [slackLine(name, LIMITS.fieldName), slackText(value, LIMITS.field).trim()] as const)
    .filter(([, value]) => value !== '')
    .slice(0, LIMITS.fields)
    .map(([name, value]) => markdown(`*${name}*\n${value}`));
}

/** Links that rules name, and that are links of the Web. */
function runbooksOf({ alerts }: AlertNotification): string {
  const links = new Set(alerts.flatMap(({ runbook }) => safeLink(runbook) ?? []));
  const numbered = links.size > 1;
  return [...links]
    .slice(0, LIMITS.links)
    .map((link, index) => `<${link.replaceAll('&', '&amp;')}|Runbook${numbered ? ` ${index + 1}` : ''}>`)
    .join('  ')
    .slice(0, LIMITS.section);
}

/** Who tells it, and when. */
function originOf({ origin, time, id }: AlertNotification): readonly SlackMarkdown[] {
  const { app, environment, instance, hostname } = origin;
  return [app, environment, instance, hostname, safeTime(time), id]
    .map((part) => slackLine(part, LIMITS.element))
    .filter((part) => part !== '')
    .map(markdown);
}
