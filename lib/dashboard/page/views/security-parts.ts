/** Security events in words. */
import type { AdminDeed, SecurityEvent, Severity } from '../../wire/security';
import { type Child, h, type VNode } from '../dom';
import { ago, dateTime, timeOf } from '../format';
import { badge, json, type Tone } from '../parts';
import type { Column } from '../table';
import type { Page } from '../view';

export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

const TONES: Readonly<Record<Severity, Tone>> = { critical: 'bad', high: 'bad', medium: 'warn', low: 'neutral' };

const severityBadge = (severity: Severity): VNode => badge(severity, TONES[severity]);

/** An event with a name that stays its own when others come before it. */
export interface NamedEvent extends SecurityEvent {
  readonly key: string;
}

/** @param events - The newest first. */
export function named(events: readonly SecurityEvent[]): readonly NamedEvent[] {
  const seen = new Map<string, number>();
  // Counted from the oldest on, which others are never put before.
  return [...events]
    .reverse()
    .map((event): NamedEvent => {
      const name = `${event.timestamp} ${event.event}`;
      const number = (seen.get(name) ?? 0) + 1;
      seen.set(name, number);
      return { ...event, key: number === 1 ? name : `${name} ${number}` };
    })
    .reverse();
}

/** What an administrator did: `log_level_changed coder.llm: info → debug, by operator`. */
export function deedText({ action, target, actor, before, after }: AdminDeed): string {
  const isChanged = before !== undefined && after !== undefined;
  const value = isChanged ? `: ${before} → ${after}` : after !== undefined ? `: ${after}` : before !== undefined ? `: was ${before}` : '';
  return `${action} ${target}${value}, by ${actor}`;
}

/** What happened, as far as an event tells. */
export function storyOf({ admin, found, endpoint, attempts, blocked }: SecurityEvent): string {
  if (admin !== undefined) return deedText(admin);
  const parts: string[] = [];
  if (found !== undefined) {
    const { pattern, scope, errors, repeats, window_ms: windowMs } = found;
    if (typeof pattern === 'string') parts.push(`looks like ${pattern}`);
    if (typeof errors === 'number') parts.push(`${errors} errors`);
    if (typeof scope === 'string') parts.push(`by ${scope}`);
    if (typeof repeats === 'number' && repeats > 1) parts.push(`${repeats} times`);
    if (typeof windowMs === 'number') parts.push(`within ${windowMs / 1000} s`);
  }
  if (attempts !== undefined) parts.push(`${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`);
  if (endpoint !== undefined) parts.push(`at ${endpoint}`);
  if (blocked !== undefined) parts.push(blocked ? 'blocked' : 'not blocked');
  return parts.join(', ');
}

export function securityColumns(page: Page): readonly Column<NamedEvent>[] {
  return [
    {
      id: 'timestamp',
      title: 'When',
      value: ({ timestamp }) => timestamp,
      show({ timestamp }) {
        const time = timeOf(timestamp);
        return h('span', { title: dateTime(time) }, ago(time, page.now()));
      },
    },
    {
      id: 'severity',
      title: 'Severity',
      value: ({ severity }) => SEVERITIES.length - SEVERITIES.indexOf(severity),
      show: ({ severity }) => severityBadge(severity),
    },
    { id: 'event', title: 'Event', value: ({ event }) => event, show: ({ event }) => h('span', { class: 'mono' }, event) },
    { id: 'what', title: 'What', value: storyOf, show: (event) => storyOf(event) || '–' },
    { id: 'ip', title: 'Address', isMinor: true, value: ({ ip }) => ip, show: ({ ip }) => h('span', { class: 'mono' }, ip ?? '–') },
    { id: 'source', title: 'Said by', isMinor: true, value: ({ source }) => source, show: ({ source }) => source },
  ];
}

/** An event in full, with ways to what it belongs to. */
export function eventDetail(page: Page, { key: _, ...event }: NamedEvent): VNode {
  const { fingerprint, error_id: errorId } = event.found ?? {};
  const links: Child[] = [
    typeof fingerprint === 'string' && h('a', { href: page.link('errors', { error: fingerprint }), key: 'error' }, 'The error'),
    typeof errorId === 'string' && h('a', { href: page.link('logs', { follow: errorId }), key: 'lines' }, `Lines of ${errorId}`),
    h(
      'a',
      { href: page.link('logs', { text: `Security event: ${event.event}` }), key: 'logs' },
      'Log lines of this name, with all their fields',
    ),
  ];
  return h('div', { class: 'stack' }, h('div', { class: 'row small' }, ...links), json(event));
}
