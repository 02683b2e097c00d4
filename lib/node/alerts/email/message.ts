import { createHash } from 'node:crypto';
import type { AlertNotification } from '../../../alerts/target';
import { safeLine, safeLines, safeLink, safeTime } from '../safe-text';

/** What a transport is given: a part of what nodemailer takes. */
export interface EmailMessage {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** The same in each attempt. */
  readonly messageId: string;
  /** Ties mails of one rule together. */
  readonly references: string;
  readonly priority: 'high' | 'normal';
  readonly headers: Readonly<Record<string, string>>;
  /** Nothing in a mail of ours names a file or an address to be read. */
  readonly disableFileAccess: true;
  readonly disableUrlAccess: true;
}

const [MAX_SUBJECT, MAX_TEXT, MAX_PART] = [150, 2500, 120];

/** Mails that nobody answers by a machine. */
const HEADERS = { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' };

/** What a notification looks like as mail. */
export function emailMessage(
  notification: AlertNotification,
  { from, to }: { readonly from: string; readonly to: readonly string[] },
): EmailMessage {
  const subject = safeLine(notification.title, MAX_SUBJECT) || 'Alert';
  const text = safeLines(notification.text, MAX_TEXT).trim();
  const links = [...new Set(notification.alerts.flatMap(({ runbook }) => safeLink(runbook) ?? []))].slice(0, 5);
  const { app, environment, instance, hostname } = notification.origin;
  const origin = [app, environment, instance, hostname, safeTime(notification.time), notification.id]
    .map((part) => safeLine(part, MAX_PART))
    .filter((part) => part !== '')
    .join(' · ');
  const domain = domainOf(from);
  return {
    from,
    to,
    subject,
    text: [subject, text, ...links.map((link) => `Runbook: ${link}`), origin].filter((part) => part !== '').join('\n\n'),
    html: htmlOf(subject, text, links, origin),
    messageId: `<${hash(`id:${notification.id}`)}@${domain}>`,
    references: `<${hash(`key:${notification.key}`)}@${domain}>`,
    priority: notification.severity === 'critical' ? 'high' : 'normal',
    headers: HEADERS,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function htmlOf(subject: string, text: string, links: readonly string[], origin: string): string {
  const runbooks = links.map((link) => `<p><a href="${escaped(link)}">Runbook</a></p>`).join('');
  return `<h3>${escaped(subject)}</h3><pre style="white-space:pre-wrap">${escaped(text)}</pre>${runbooks}<p><small>${escaped(origin)}</small></p>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escaped = (text: string): string => text.replace(/[&<>"']/g, (mark) => ENTITIES[mark]!);

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

/** Of the sender's address; in ids of messages only. */
const domainOf = (from: string): string => /@([\w.-]{1,200})>?\s*$/.exec(from)?.[1] ?? 'telemetry-bus.invalid';
