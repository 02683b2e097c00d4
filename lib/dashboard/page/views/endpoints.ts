/** Requests by method and route. `?endpoint=` opens one, with single requests of it. */
import '../styles/endpoints.css';
import type { EndpointList, EndpointRow, RequestThresholds } from '../../wire/endpoints';
import { type Child, h, type VNode } from '../dom';
import { count, duration, percent } from '../format';
import { bar, card, choice, empty, facts, filters, grid, search, tile, tiles, waiting } from '../parts';
import { type Column, exportedTable, table } from '../table';
import type { Page, View } from '../view';
import { endpointDetail, endpointSources } from './endpoints-detail';
import { totalsOf } from './endpoints-totals';
import { errorTone } from './overview-tones';

/** As many as one answer holds: those with most requests. */
const MOST = 500;
const LIST = { label: 'Endpoints', sort: '-count' };

const TRACK = `import { createServer } from 'node:http';
import { trackHttp } from 'telemetry-bus/node/http';

const http = trackHttp(telemetry, { routes: ['/users/:id'] });
createServer(http.listener(handler)).listen(8080);`;

const CLASSES: Readonly<Record<string, string>> = { non_tool: 'Ordinary requests', tool_enabled: 'Requests with tools' };

export const endpointsView: View = {
  id: 'endpoints',
  title: 'Endpoints',
  key: 'p',
  group: 'What happens',
  create: (page) => ({
    sources: () => ({ endpoints: `/admin/endpoints?limit=${MOST}`, thresholds: '/v1/metrics', ...endpointSources(page) }),
    render() {
      const answer = page.data<EndpointList>('endpoints');
      if (answer === undefined) return waiting(page, 'endpoints');
      return grid(totals(page, answer), list(page, answer), thresholds(page));
    },
    exported: () => exportedTable(page, 'endpoints', { ...LIST, columns: columns(page), rows: shownRows(page) }),
  }),
};

function shownRows(page: Page): readonly EndpointRow[] {
  const wanted = page.param('q').trim().toLowerCase();
  const show = page.param('show');
  const rows = page.data<EndpointList>('endpoints')?.endpoints ?? [];
  return rows.filter(
    (row) =>
      row.endpoint.toLowerCase().includes(wanted) &&
      (show !== 'errors' || row.errors > 0) &&
      (show !== 'slow' || row.slow_count + row.very_slow_count > 0),
  );
}

function totals(page: Page, { endpoints, stats }: EndpointList): VNode {
  const { count: all, errors, errorRate, average, slowest, slow, verySlow } = totalsOf(endpoints);
  return tiles(
    tile('Requests', count(stats?.total ?? all), {
      under: `${count(stats?.endpoints ?? endpoints.length)} endpoints`,
      href: page.link('requests'),
    }),
    tile('In flight', count(stats?.in_flight), { under: stats === null ? 'not tracked' : 'now' }),
    tile('Errors', percent(errorRate), {
      tone: errorTone(errorRate),
      under: `${count(errors)} of ${count(all)}`,
      href: page.link('requests', { which: 'failed' }),
    }),
    tile('Average', duration(average), { under: `longest ${duration(slowest)}` }),
    tile('Slow', count(slow), { under: 'first threshold', href: page.link('slow') }),
    tile('Very slow', count(verySlow), {
      tone: verySlow > 0 ? 'warn' : 'neutral',
      under: 'second threshold',
      href: page.link('slow'),
    }),
    tile('Left early', count(stats?.aborted), { under: 'did not wait' }),
  );
}

function list(page: Page, { endpoints, stats }: EndpointList): VNode {
  const isFiltered = page.param('q') !== '' || page.param('show') !== '';
  const text =
    stats === null
      ? 'Requests are not tracked. One call does that:'
      : 'No request was answered yet. Those that are tracked are counted here:';
  const opened = page.param('endpoint');
  const body = table(page, {
    ...LIST,
    columns: columns(page),
    rows: shownRows(page),
    key: ({ endpoint }) => endpoint,
    open: ({ endpoint }) => page.setParams({ endpoint: endpoint === opened ? '' : endpoint }),
    isOpen: ({ endpoint }) => endpoint === opened,
    detail: (row) => endpointDetail(page, row),
    empty: isFiltered ? empty('No endpoint is like that.') : empty(text, TRACK),
  });
  const known = stats?.endpoints ?? endpoints.length;
  return card(
    'By method and route',
    {
      aside: known > endpoints.length ? `the ${count(endpoints.length)} with most requests of ${count(known)}` : 'since tracking began',
      key: 'list',
    },
    filters(
      search(page, 'q', 'Endpoint', { placeholder: 'GET /users' }),
      choice(page, 'show', 'Show', [
        ['', 'all'],
        ['errors', 'with errors'],
        ['slow', 'with slow requests'],
      ]),
    ),
    body,
  );
}

function columns(page: Page): readonly Column<EndpointRow>[] {
  const most = Math.max(...(page.data<EndpointList>('endpoints')?.endpoints.map((row) => row.count) ?? []), 1);
  const ms = (id: 'avg_ms' | 'min_ms' | 'max_ms', title: string): Column<EndpointRow> => ({
    id,
    title,
    isNumber: true,
    value: (row) => row[id],
    show: (row) => duration(row[id]),
    isMinor: true,
  });
  return [
    { id: 'endpoint', title: 'Endpoint', value: (row) => row.endpoint, show: nameOf },
    {
      id: 'count',
      title: 'Requests',
      value: (row) => row.count,
      show: (row) => h('div', { class: 'endpoints-count' }, bar(row.count / most, count(row.count))),
    },
    { id: 'error_rate', title: 'Errors', isNumber: true, value: (row) => row.error_rate, show: errorsOf },
    ms('avg_ms', 'Avg'),
    ms('min_ms', 'Min'),
    ms('max_ms', 'Max'),
    {
      id: 'slow_count',
      title: 'Slow',
      isNumber: true,
      value: (row) => row.slow_count,
      show: (row) => count(row.slow_count),
      isMinor: true,
    },
    {
      id: 'very_slow_count',
      title: 'Very slow',
      isNumber: true,
      value: (row) => row.very_slow_count,
      show: (row) => count(row.very_slow_count),
      isMinor: true,
    },
  ];
}

const nameOf = ({ method, route }: EndpointRow): Child => [
  h('b', { class: 'endpoints-method' }, method),
  ' ',
  h('span', { class: 'mono' }, route),
];

function errorsOf({ errors, error_rate: rate }: EndpointRow): VNode {
  const tone = errorTone(rate);
  const sign = { neutral: '', good: '', warn: '! ', bad: '✕ ' }[tone];
  return h(
    'span',
    { class: `endpoints-errors tone-${tone}`, title: `${count(errors)} errors` },
    errors === 0 ? '0' : `${sign}${percent(rate)}`,
  );
}

/** `5.0s` as the rest of the page has it. */
const spoken = (text: string): string => duration(Number.parseFloat(text) * 1000);

function thresholds(page: Page): Child {
  const known = page.data<RequestThresholds>('thresholds');
  if (known === undefined) return undefined;
  const pairs = Object.entries(known.thresholds).map(([name, { slow_request: slow, very_slow_request: verySlow }]) => {
    const parts = [
      slow !== undefined && `slow from ${spoken(slow)}`,
      verySlow !== undefined && `very slow from ${spoken(verySlow)}`,
    ].filter((part) => part !== false);
    return [CLASSES[name] ?? name, parts.length === 0 ? 'never slow' : parts.join(', ')] as const;
  });
  return card('What counts as slow', { aside: h('a', { href: page.link('slow') }, 'slow requests'), key: 'thresholds' }, facts(...pairs));
}
