import type { Ids, Outlier } from '../../wire/history';
import { h, type VNode } from '../dom';
import { NOTHING } from '../format';
import type { Page } from '../view';

/** The one that tells least besides comes first. */
const ORDER = ['request_id', 'trace_id', 'session_id', 'error_id'] as const;
const SHOWN_CHARS = 9;

/** What something is followed by; `undefined` where it has no id. */
export function followedBy(ids: Ids): string | undefined {
  for (const name of ORDER) if (ids[name] !== undefined && ids[name] !== '') return ids[name];
  return undefined;
}

/** A link to the log lines of what has an id. */
export function followLink(page: Page, ids: Ids): VNode | string {
  const id = followedBy(ids);
  return id === undefined ? NOTHING : idLink(page, id);
}

/** An id as a link to its log lines, shortened; as a whole in the title. */
export const idLink = (page: Page, id: string): VNode =>
  h('a', { class: 'mono', href: page.link('logs', { follow: id }), title: `Log lines of ${id}` }, shortened(id));

const shortened = (id: string): string => (id.length > SHOWN_CHARS ? `${id.slice(0, SHOWN_CHARS - 1)}…` : id);

/** Opens what an outlier belongs to: its log lines, or where it has no id, the page of its event. */
export function follow(page: Page, { ids, event }: Outlier): void {
  const id = followedBy(ids);
  if (id === undefined) page.open('events', { event });
  else page.open('logs', { follow: id });
}

/** The event whose durations a metric has; of another metric the metric itself. */
export const eventOf = (metric: string): string => metric.replace(/\.duration$/, '');
