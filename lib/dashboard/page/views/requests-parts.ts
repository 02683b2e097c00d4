/** How single requests are shown. */
import type { RequestRow } from '../../wire/logs';
import type { ChartData, Line } from '../chart';
import { h, type VNode } from '../dom';
import { ago, dateTime, duration } from '../format';
import { badge, bar, type Tone } from '../parts';
import type { Column } from '../table';
import type { Page } from '../view';
import { bestId } from './log-record';

/** Classes of the library, for people; those of an application have names of their own. */
const CLASSES: Readonly<Record<string, string>> = { 'non-tools': 'ordinary', tools: 'with tools' };

export function statusTone(status: number): Tone {
  if (status >= 500) return 'bad';
  return status >= 400 ? 'warn' : 'good';
}

/** @param isAborted - The client left before it had all of the answer. */
export const statusBadge = (status: number, isAborted: boolean): VNode =>
  badge(isAborted ? `${status}, client left` : String(status), isAborted && status < 500 ? 'warn' : statusTone(status));

/** Tells a request from others. */
export const requestKey = ({ time, duration_ms, path, ids }: RequestRow): string => ids.request_id ?? `${time}-${duration_ms}-${path}`;

export function requestColumns(page: Page, longest: number): readonly Column<RequestRow>[] {
  return [
    {
      id: 'time',
      title: 'When',
      value: ({ time }) => time,
      show: ({ time }) => h('span', { title: dateTime(time) }, ago(time, page.now())),
    },
    { id: 'method', title: 'Method', isMinor: true, value: ({ method }) => method, show: ({ method }) => method },
    {
      id: 'route',
      title: 'Route',
      value: ({ route }) => route,
      show: ({ route, path }) => h('span', { class: 'mono', title: path }, route),
    },
    { id: 'status', title: 'Status', value: ({ status }) => status, show: ({ status, aborted }) => statusBadge(status, aborted) },
    {
      id: 'duration_ms',
      title: 'Took',
      isNumber: true,
      value: ({ duration_ms: ms }) => ms,
      show: ({ duration_ms: ms, status }) => bar(longest === 0 ? 0 : ms / longest, duration(ms), status >= 500 ? 'bad' : 'neutral'),
    },
    {
      id: 'class',
      title: 'Class',
      isMinor: true,
      value: ({ class: name }) => name,
      show: ({ class: name }) => (name === null ? '–' : (CLASSES[name] ?? name)),
    },
    { id: 'id', title: 'Lines', value: ({ ids }) => bestId(ids), show: ({ ids }) => followLink(page, bestId(ids)) },
  ];
}

/** Goes to everything of an id. */
export const followLink = (page: Page, id: string | undefined): VNode | string =>
  id === undefined
    ? '–'
    : h('a', { class: 'follow-link', href: page.link('logs', { follow: id }), title: `Everything that was logged of ${id}` }, 'follow');

const LINES: readonly (readonly [label: string, colour: number, from: number])[] = [
  ['answered', 1, 0],
  ['refused (4xx)', 2, 400],
  ['failed (5xx)', 7, 500],
];

/** Durations over time, as dots by kind of status. @returns The rows in the order of the dots as well. */
export function requestDots(rows: readonly RequestRow[]): { readonly ordered: readonly RequestRow[]; readonly data: ChartData } {
  const ordered = [...rows].sort((one, other) => one.time - other.time);
  const lines = LINES.map(([label, colour, from], at): Line => {
    const to = LINES[at + 1]?.[2] ?? Number.POSITIVE_INFINITY;
    return {
      label,
      colour,
      isDots: true,
      values: ordered.map(({ status, duration_ms: ms }) => (status >= from && status < to ? ms : null)),
    };
  });
  return { ordered, data: { times: ordered.map(({ time }) => time), lines, unit: 'ms', isLog: true, height: 150 } };
}
