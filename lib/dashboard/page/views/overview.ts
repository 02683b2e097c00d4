/** How the program is, at a glance. */
import '../styles/overview.css';
import type { Heatmap, History, Outlier, Outliers } from '../../wire/history';
import type { Overview, TopEvent } from '../../wire/overview';
import { chart, legend } from '../chart';
import { type Child, h, type VNode } from '../dom';
import { count, dateTime, duration, perSecond } from '../format';
import { heatmap } from '../heatmap';
import { bar, card, empty, facts, grid, waiting } from '../parts';
import { type Column, exportedTable, table } from '../table';
import { apiPath } from '../url-state';
import type { Page, View } from '../view';
import { calmer } from './event-heat';
import { eventOf, follow } from './event-ids';
import { firingCard, recentErrors } from './overview-lists';
import { overviewTiles } from './overview-tiles';
import { isUnused } from './overview-unused';

const FIRST_LINES = `import { startTelemetry } from 'telemetry-bus/node';

await using app = await startTelemetry({ app: 'my_app' });
app.telemetry.execute(['my_app', 'job', 'done'], { duration: 12.5 }, { queue: 'mail' });
app.logger('bot').info('Processing message', { channel_id: '12345' });`;

export const overviewView: View = {
  id: 'overview',
  title: 'Overview',
  key: 'o',
  group: 'Now',
  create(page) {
    return {
      sources() {
        // Which heatmap is shown, the program tells; it can be asked for only then.
        const heat = page.data<Overview>('overview')?.heat ?? null;
        return {
          overview: '/admin/overview',
          ...(heat !== null && {
            heat: apiPath('/admin/heatmap', { metric: heat, last: '5m' }),
            percentiles: apiPath('/admin/history', { metric: heat, step: '10s', last: '5m', columns: 'p50,p95,p99' }),
            outliers: apiPath('/admin/outliers', { event: eventOf(heat), last: '10m' }),
          }),
        };
      },
      render() {
        const overview = page.data<Overview>('overview');
        if (overview === undefined) return waiting(page, 'overview');
        return content(page, overview);
      },
      exported: () =>
        exportedTable(page, 'top-events', {
          ...TOP,
          columns: topColumns(page, 1),
          rows: page.data<Overview>('overview')?.top_events ?? [],
        }),
    };
  },
};

function content(page: Page, overview: Overview): VNode {
  return grid(
    overviewTiles(page, overview),
    isUnused(overview) &&
      card(
        'Nothing was emitted yet',
        {},
        empty('The program runs and watches. These lines are all it takes to see something here:', FIRST_LINES),
      ),
    firingCard(page, overview),
    rates(overview),
    heatCard(page, overview),
    topEvents(page, overview),
    recentErrors(page, overview),
    processFacts(overview),
  );
}

function rates({ series }: Overview): VNode {
  const { times, events, requests, errors } = series;
  const hasRequests = requests.some((value) => value !== null);
  const data = {
    times,
    unit: '1/s',
    height: 220,
    lines: [
      { label: 'events', values: events, colour: 1, isArea: true },
      ...(hasRequests ? [{ label: 'requests', values: requests, colour: 4 }] : []),
      { label: 'errors', values: errors, colour: 7 },
    ],
  };
  return card(
    'What happens per second',
    { class: 'half', aside: 'last 5 minutes', key: 'rates' },
    chart('rates', 'Rates of the last five minutes', data),
    legend(data),
  );
}

function heatCard(page: Page, { heat }: Overview): VNode {
  if (heat === null) {
    const text = 'No durations have been recorded. An event with a duration shows up here as a heatmap:';
    const code = `await telemetry.measure(['my_app', 'job'], { queue: 'mail' }, () => work());`;
    return card('Latency', { class: 'half', key: 'heat' }, empty(text, code));
  }
  const event = eventOf(heat);
  const title = ['Latency of ', h('a', { href: page.link('events', { event }), class: 'mono' }, event)];
  const known = page.data<Heatmap>('heat');
  const body =
    known === undefined
      ? waiting(page, 'heat')
      : known.bounds.length === 0
        ? empty('No durations in the last five minutes.')
        : drawn(page, known);
  return card(title, { class: 'half', aside: 'last 5 minutes', key: 'heat' }, body);
}

const drawn = (page: Page, heat: Heatmap): VNode =>
  heatmap('heat', calmer(heat, page.data<History>('percentiles')), page.data<Outliers>('outliers')?.outliers ?? NONE, (outlier) =>
    follow(page, outlier),
  );
const NONE: readonly Outlier[] = [];

const TOP = { param: 'top', sort: '-per_second', label: 'Most frequent events' };

function topColumns(page: Page, most: number): readonly Column<TopEvent>[] {
  const share = (row: TopEvent): Child => bar((row.per_second ?? 0) / most, perSecond(row.per_second));
  return [
    {
      id: 'name',
      title: 'Event',
      value: ({ name }) => name,
      show: ({ name }) => h('a', { class: 'mono overview-name', href: page.link('events', { event: name }) }, name),
    },
    { id: 'per_second', title: 'Now', value: (row) => row.per_second, show: share },
    { id: 'count', title: 'Count', isNumber: true, value: (row) => row.count, show: (row) => count(row.count), isMinor: true },
    { id: 'p95_ms', title: 'p95', isNumber: true, value: (row) => row.p95_ms, show: (row) => duration(row.p95_ms) },
  ];
}

function topEvents(page: Page, { top_events: rows }: Overview): VNode {
  const most = Math.max(...rows.map((row) => row.per_second ?? 0), Number.MIN_VALUE);
  const nothing = empty(
    'Events are counted as soon as the metrics handler is attached:',
    'telemetry.attachMetricsHandler({ history: true }); // startTelemetry does so by itself',
  );
  const body = table(page, { ...TOP, columns: topColumns(page, most), rows, key: ({ name }) => name, empty: nothing });
  return card(
    'Most frequent events',
    { class: 'half overview-list', aside: h('a', { href: page.link('events') }, 'all events'), key: 'top' },
    body,
  );
}

function processFacts({ process }: Overview): VNode {
  const { app, environment, instance, hostname, node, version, pid, started_at: startedAt } = process;
  return card(
    'Process',
    { key: 'process' },
    facts(
      ['Application', app ?? 'not named'],
      ['Environment', environment ?? 'not told'],
      ['Instance', instance ?? 'not named'],
      ['Host', hostname ?? 'not told'],
      ['Node', node],
      ['telemetry-bus', version],
      ['Process id', String(pid)],
      ['Started', dateTime(startedAt)],
    ),
  );
}
