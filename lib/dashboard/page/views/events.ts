/** The catalogue: what can happen, how often it does, and how long it takes. `?event=` opens the page of one. */
import '../styles/events.css';
import type { EventList, EventRow } from '../../wire/events';
import { type Child, h, type VNode } from '../dom';
import { ago, count, dateTime, duration, perSecond, timeOf } from '../format';
import { badge, card, choice, empty, filters, grid, search, waiting } from '../parts';
import { type Column, exportedTable, table } from '../table';
import { apiPath } from '../url-state';
import type { Page, View } from '../view';
import { exportedOutliers } from './event-lists';
import { eventPage, eventSources } from './event-page';
import { isSeen, matching, seenCount } from './events-rows';

/** As many as one answer holds. */
const MOST = 400;
const LIST = { label: 'Events', sort: '-count' };

const DECLARE = `import { createTelemetry, defineEvent, defineEvents } from 'telemetry-bus';

const shop = defineEvents('shop', {
  order: { paid: defineEvent<{ duration: number }, { region: string }>({ doc: 'An order was paid', tags: ['region'] }) },
});
const telemetry = createTelemetry({ events: shop });
telemetry.execute(shop.order.paid, { duration: 12.5 }, { region: 'eu' });`;

export const eventsView: View = {
  id: 'events',
  title: 'Events',
  key: 'e',
  group: 'What happens',
  create: (page) => ({
    sources: () => (page.param('event') === '' ? { events: listPath(page) } : eventSources(page)),
    render: () => (page.param('event') === '' ? list(page) : eventPage(page)),
    exported: () =>
      page.param('event') === ''
        ? exportedTable(page, 'events', { ...LIST, columns: columns(page), rows: shownRows(page) })
        : exportedOutliers(page),
  }),
};

/** The program searches only where there are more than one answer holds: else each letter would be a question. */
function listPath(page: Page): string {
  const isPartial = (page.data<EventList>('events')?.total ?? 0) > MOST || page.param('q').length > 2;
  return apiPath('/admin/events', { brief: 'true', limit: MOST, q: isPartial ? page.param('q') : '' });
}

const shownRows = (page: Page): readonly EventRow[] =>
  matching(page.data<EventList>('events')?.events ?? [], page.param('q'), page.param('show'));

function list(page: Page): Child {
  const answer = page.data<EventList>('events');
  const rows = shownRows(page);
  const silent = answer?.events.filter((row) => !isSeen(row)).length ?? 0;
  const aside =
    answer !== undefined &&
    `${count(answer.total)} events${silent > 0 ? `, ${count(silent)} never seen` : ''}; rates since ${ago(timeOf(answer.watched.since), page.now())}`;
  return grid(
    card(
      'Catalogue',
      { aside },
      filters(
        search(page, 'q', 'Name', { placeholder: 'part of a name' }),
        choice(page, 'show', 'Show', [
          ['', 'all'],
          ['seen', 'seen'],
          ['never', 'declared, never seen'],
          ['undeclared', 'not declared'],
        ]),
      ),
      answer === undefined ? waiting(page, 'events') : body(page, answer, rows),
    ),
  );
}

function body(page: Page, answer: EventList, rows: readonly EventRow[]): VNode {
  const isFiltered = page.param('q') !== '' || page.param('show') !== '';
  return h(
    'div',
    { class: 'stack' },
    table(page, {
      ...LIST,
      columns: columns(page),
      rows,
      key: ({ name }) => name,
      open: ({ name }) => page.setParams({ event: name }),
      isFaint: (row) => !isSeen(row),
      empty: isFiltered
        ? empty('No event is like that. Another name, or another choice beside it, shows others.')
        : empty(
            'Nothing is declared, and nothing was emitted. An event is declared once, with its types, and emitted where it happens:',
            DECLARE,
          ),
      most: MOST,
    }),
    answer.total > answer.events.length &&
      h(
        'p',
        { class: 'quiet small' },
        `The first ${count(answer.events.length)} of ${count(answer.total)} by name. Three letters of a name find others.`,
      ),
  );
}

function columns(page: Page): readonly Column<EventRow>[] {
  const seen = (row: EventRow): Child => {
    const time = timeOf(row.last_seen);
    if (time !== null) return h('span', { title: dateTime(time) }, ago(time, page.now()));
    return isSeen(row) ? h('span', { title: 'Before anybody looked here' }, 'earlier') : 'never';
  };
  return [
    { id: 'name', title: 'Event', value: ({ name }) => name, show: (row) => nameOf(page, row) },
    { id: 'per_second', title: 'Rate', isNumber: true, value: rateOf, show: (row) => perSecond(rateOf(row)) },
    { id: 'count', title: 'Count', isNumber: true, value: (row) => seenCount(row), show: (row) => count(seenCount(row)), isMinor: true },
    {
      id: 'p50',
      title: 'p50',
      isNumber: true,
      value: (row) => row.durations?.p50_ms,
      show: (row) => duration(row.durations?.p50_ms),
      isMinor: true,
    },
    { id: 'p95', title: 'p95', isNumber: true, value: (row) => row.durations?.p95_ms, show: (row) => duration(row.durations?.p95_ms) },
    {
      id: 'p99',
      title: 'p99',
      isNumber: true,
      value: (row) => row.durations?.p99_ms,
      show: (row) => duration(row.durations?.p99_ms),
      isMinor: true,
    },
    { id: 'last_seen', title: 'Last', isNumber: true, value: (row) => timeOf(row.last_seen), show: seen, isMinor: true },
    {
      id: 'handlers',
      title: 'Handlers',
      isNumber: true,
      value: (row) => row.handlers.length,
      show: (row) => h('span', { title: row.handlers.join(', ') }, count(row.handlers.length)),
      isMinor: true,
    },
  ];
}

/** What was not emitted since somebody looks is not emitted now. */
function rateOf(row: EventRow): number | null {
  if (!isSeen(row)) return null;
  return row.per_second.last_10s ?? (row.watched_count === 0 ? 0 : null);
}

function nameOf(page: Page, row: EventRow): VNode {
  const { name, doc, is_declared: isDeclared } = row;
  return h(
    'div',
    {},
    h('a', { class: 'mono event-name', href: page.link('events', { ...keptParams(page), event: name }) }, name),
    !isDeclared && [' ', badge('not declared', 'neutral', 'It was emitted or attached to, and no catalogue declares it')],
    isDeclared && !isSeen(row) && [' ', badge('declared, never seen')],
    doc !== undefined && h('span', { class: 'cut quiet small event-doc', title: doc }, doc),
  );
}

/** What was chosen in the list is there again when the page of an event is left. */
function keptParams(page: Page): Record<string, string> {
  const names = ['q', 'show', 'sort'].filter((name) => page.param(name) !== '');
  return Object.fromEntries(names.map((name) => [name, page.param(name)]));
}
