/** The page of one event. */
import type { EventAnswer, EventRow } from '../../wire/events';
import type { Heatmap, History, Outliers } from '../../wire/history';
import { type ChartData, chart, legend } from '../chart';
import { type Child, h, type VNode } from '../dom';
import { heatmap } from '../heatmap';
import { card, choice, empty, filters, grid, problemBox, waiting } from '../parts';
import { apiPath } from '../url-state';
import type { Page } from '../view';
import { nameCode } from './event-code';
import { calmer } from './event-heat';
import { follow } from './event-ids';
import { breakdown, outlierTable } from './event-lists';
import { factsCard, handlersCard, sampleCard, schemaCard } from './event-parts';
import { taggedOf, tagsText, wholeOf } from './event-series';
import { isSeen } from './events-rows';

interface Range {
  readonly label: string;
  readonly step: '10s' | '60s';
  readonly last: string;
  /** The map goes back an hour at most. */
  readonly heat: '5m' | '1h';
}

const MINUTES: Range = { label: 'last 5 minutes', step: '10s', last: '5m', heat: '5m' };
const RANGES: Readonly<Record<string, Range>> = {
  '5m': MINUTES,
  '1h': { label: 'last hour', step: '60s', last: '1h', heat: '1h' },
  '12h': { label: 'last 12 hours', step: '60s', last: '12h', heat: '1h' },
};
/** More lines than these can't be told apart. */
const MOST_LINES = 6;

const rangeOf = (page: Page): Range => RANGES[page.param('range')] ?? MINUTES;

export function eventSources(page: Page): Readonly<Record<string, string>> {
  const name = page.param('event');
  const { step, last, heat } = rangeOf(page);
  // Half a day of twenty series and three percentiles is more than one answer holds.
  const columns = last === '12h' && (page.data<EventAnswer>('event')?.event.tags?.length ?? 1) > 0 ? 'p95' : 'p50,p95,p99';
  return {
    event: `/admin/events/${encodeURIComponent(name)}`,
    rates: apiPath('/admin/history', { metric: name, step, last, columns: 'rate' }),
    durations: apiPath('/admin/history', { metric: `${name}.duration`, step, last, columns }),
    heat: apiPath('/admin/heatmap', { metric: name, last: heat }),
    outliers: apiPath('/admin/outliers', { event: name, last: '10m' }),
  };
}

export function eventPage(page: Page): Child {
  const name = page.param('event');
  const answer = page.data<EventAnswer>('event');
  const back = filters(
    h('a', { class: 'button', href: page.link('events', keptList(page)) }, 'All events'),
    choice(
      page,
      'range',
      'Time',
      Object.entries(RANGES).map(([value, { label }]) => [value, label] as const),
    ),
    h('a', { class: 'button', href: page.link('logs', { event: name }) }, 'Log lines of this event'),
  );
  if (answer === undefined) return [back, card(h('span', { class: 'mono' }, name), {}, unknown(page, 'event'))];
  const { event } = answer;
  return [
    back,
    grid(
      factsCard(page, answer),
      rateCard(page, event),
      durationCard(page, event),
      heatCard(page, event),
      h(
        'div',
        { class: 'half event-column', key: 'column' },
        breakdown(page, page.data<History>('rates'), page.data<History>('durations'), event),
        sampleCard(page, answer),
      ),
      outlierTable(page),
      handlersCard(page, event),
      schemaCard(event),
    ),
  ];
}

function keptList(page: Page): Record<string, string> {
  const names = ['q', 'show', 'sort'].filter((name) => page.param(name) !== '');
  return Object.fromEntries(names.map((name) => [name, page.param(name)]));
}

function rateCard(page: Page, event: EventRow): VNode {
  const { name } = event;
  const history = page.data<History>('rates');
  const { label } = rangeOf(page);
  const whole = wholeOf(history);
  const props = { class: 'half', aside: label, key: 'rates' };
  if (history === undefined || whole === undefined) {
    const isNew = !isSeen(event) && page.problem('rates')?.status === 404;
    const hint = empty(
      'It has not happened since the program began. This line makes it happen:',
      `telemetry.execute(${nameCode(name)}, {});`,
    );
    return card('Rate', props, isNew ? hint : unknown(page, 'rates'));
  }
  const tagged = taggedOf(history).slice(0, MOST_LINES);
  const data: ChartData = {
    times: history.times,
    unit: '1/s',
    lines: [
      { label: 'all', values: whole.columns.rate ?? [], colour: 1, isArea: true },
      ...tagged.map(({ tags, columns }, at) => ({ label: tagsText(tags), values: columns.rate ?? [], colour: at + 2 })),
    ],
  };
  return card('Rate', props, chart('rates', `Rate of ${name}, ${label}`, data), legend(data));
}

function durationCard(page: Page, { name, durations }: EventRow): Child {
  const history = page.data<History>('durations');
  const whole = wholeOf(history);
  const { label } = rangeOf(page);
  const props = { class: 'half', aside: label, key: 'durations' };
  if (history === undefined || whole === undefined) {
    const isWithout = durations === null && page.problem('durations')?.status === 404;
    const hint = empty(
      'This event has not told a duration. A measurement of that name is all it takes:',
      `telemetry.execute(${nameCode(name)}, { duration: 12.5 });`,
    );
    return card('Percentiles', props, isWithout ? hint : unknown(page, 'durations'));
  }
  const names = (['p50', 'p95', 'p99'] as const).filter((column) => whole.columns[column] !== undefined);
  const colours = { p50: 1, p95: 2, p99: 3 };
  const data: ChartData = {
    times: history.times,
    unit: whole.unit,
    lines: names.map((column) => ({ label: column, values: whole.columns[column] ?? [], colour: colours[column] })),
  };
  return card('Percentiles', props, chart('durations', `Durations of ${name}, ${label}`, data), legend(data));
}

function heatCard(page: Page, { durations }: EventRow): Child {
  const heat = page.data<Heatmap>('heat');
  if (heat === undefined && durations === null) return undefined;
  const aside = rangeOf(page).heat === '1h' ? 'last hour' : 'last 5 minutes';
  const outliers = page.data<Outliers>('outliers')?.outliers ?? [];
  const body =
    heat === undefined
      ? unknown(page, 'heat')
      : heat.bounds.length === 0
        ? empty('No durations in this time.')
        : heatmap('heat', calmer(heat, page.data<History>('durations')), outliers, (outlier) => follow(page, outlier));
  return card('Latency heatmap', { aside, key: 'heat' }, body);
}

/** Why something is not there: what the program says of it is no failure of this page. */
function unknown(page: Page, source: string): VNode {
  const problem = page.problem(source);
  if (problem === undefined) return waiting(page);
  return problem.status === 404 ? empty(problem.message) : problemBox(problem);
}
