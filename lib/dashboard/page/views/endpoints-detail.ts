import type { EndpointRow } from '../../wire/endpoints';
import type { RequestRow, Requests } from '../../wire/logs';
import { h, type VNode } from '../dom';
import { ago, clock, dateTime, duration } from '../format';
import { badge, empty, waiting } from '../parts';
import { type Column, table } from '../table';
import { apiPath } from '../url-state';
import type { Page } from '../view';
import { partsOf } from './endpoints-totals';
import { followLink } from './event-ids';
import { statusTone } from './requests-parts';

const LISTS = [
  { which: 'recent', title: 'Last ones', nothing: 'None of the last 500 requests was one of it.' },
  { which: 'slow', title: 'Slowest of the last hour', nothing: 'None of the slowest 100 was one of it.' },
  { which: 'failed', title: 'Failed', nothing: 'None failed.' },
] as const;
const SHOWN = 8;

/** Single requests of the endpoint that is open. */
export function endpointSources(page: Page): Readonly<Record<string, string>> {
  const { route } = partsOf(page.param('endpoint'));
  if (route === '') return {};
  // Methods of a route come together.
  return Object.fromEntries(LISTS.map(({ which }) => [which, apiPath('/admin/requests', { which, route, limit: 60 })]));
}

export function endpointDetail(page: Page, { method, route }: EndpointRow): VNode {
  return h('div', { class: 'endpoints-detail' }, ...LISTS.map((list) => requestList(page, list, method)), moreLink(page, route));
}

const moreLink = (page: Page, route: string): VNode =>
  h('a', { href: page.link('requests', { route }), key: 'more' }, 'All requests of this route');

function requestList(page: Page, { which, title, nothing }: (typeof LISTS)[number], method: string): VNode {
  const answer = page.data<Requests>(which);
  const rows = answer?.requests.filter((row) => row.method === method).slice(0, SHOWN) ?? [];
  const columns: readonly Column<RequestRow>[] = [
    { id: 'time', title: 'Time', show: ({ time }) => h('span', { title: `${dateTime(time)}, ${ago(time, page.now())}` }, clock(time)) },
    { id: 'status', title: 'Status', show: ({ status }) => badge(String(status), statusTone(status)) },
    { id: 'duration_ms', title: 'Duration', isNumber: true, show: (row) => duration(row.duration_ms) },
    { id: 'ids', title: 'Follow', show: ({ ids }) => followLink(page, ids) },
  ];
  const key = ({ time, path, duration_ms: ms }: RequestRow): string => `${time} ${path} ${ms}`;
  const body =
    answer === undefined ? waiting(page, which) : table(page, { label: title, param: which, columns, rows, key, empty: empty(nothing) });
  return h('section', { key: which }, h('h3', {}, title), body);
}
