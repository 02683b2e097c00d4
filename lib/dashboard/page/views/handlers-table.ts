/** The handlers of the bus, and what they cost. */
import type { HandlerRow, Handlers } from '../../wire/handlers';
import { type Child, h, type VNode } from '../dom';
import { count, duration, NOTHING, percent, timeOf } from '../format';
import { action, badge, bar, card, choice, empty, facts, filters, search, when } from '../parts';
import { type Column, type TableProps, table } from '../table';
import type { Page } from '../view';
import { hasWords } from './config-text';

const NO_HANDLERS = `telemetry.attach('audit', coder.session.stop, (event, { duration }, { sessionId }) => {
  console.log(event.join('.'), sessionId, duration);
});
telemetry.attachPrefix('all-of-llm', ['coder', 'llm'], (event) => seen.add(event.join('.')));`;

const isShown = ({ id, events, is_own, state, failures }: HandlerRow, whose: string, words: string): boolean =>
  (whose === '' ||
    (whose === 'application' && !is_own) ||
    (whose === 'library' && is_own) ||
    (whose === 'failing' && (failures > 0 || state === 'open'))) &&
  hasWords(words, id, ...events);

/** The first names as links, and how many more there are. */
function eventLinks(page: Page, { events, events_total: all, match }: HandlerRow, most: number): Child {
  const link = (name: string): Child =>
    name === '*'
      ? 'all events'
      : h(
          'a',
          { class: 'mono', href: match === 'prefix' ? page.link('events', { q: name }) : page.link('events', { event: name }) },
          match === 'prefix' ? `${name}.*` : name,
        );
  const first = events.slice(0, most).map((name, at) => [at > 0 && ', ', link(name)]);
  return [...first, all > most && h('span', { class: 'quiet' }, ` and ${count(all - most)} more`)];
}

export function handlerTable(page: Page, { handlers }: Handlers): Pick<TableProps<HandlerRow>, 'columns' | 'rows' | 'sort'> {
  // Bars are of the busiest one: all of them together should be next to nothing.
  const top = Math.max(1e-9, ...handlers.map(({ cost }) => cost?.share ?? 0));
  const columns: readonly Column<HandlerRow>[] = [
    {
      id: 'handler',
      title: 'Handler',
      value: ({ id }) => id,
      show: ({ id, is_own }) => [h('b', { class: 'mono' }, id), is_own && h('div', { class: 'small quiet' }, 'of the library')],
    },
    { id: 'events', title: 'Events', isMinor: true, value: ({ events_total: all }) => all, show: (row) => eventLinks(page, row, 2) },
    { id: 'calls', title: 'Calls', isNumber: true, value: ({ cost }) => cost?.calls ?? 0, show: ({ cost }) => count(cost?.calls ?? 0) },
    {
      id: 'mean_us',
      title: 'Mean',
      isNumber: true,
      value: ({ cost }) => cost?.mean_us,
      show: ({ cost }) =>
        cost === null ? NOTHING : h('span', { title: `longest ${duration(cost.max_us / 1000)}` }, duration(cost.mean_us / 1000)),
    },
    {
      id: 'share',
      title: 'Of the time',
      isMinor: true,
      value: ({ cost }) => cost?.share,
      show: ({ cost }) => (cost === null ? NOTHING : bar(cost.share / top, percent(cost.share), cost.share > 0.1 ? 'warn' : 'neutral')),
    },
    { id: 'failures', title: 'Failures', isNumber: true, value: ({ failures }) => failures, show: ({ failures }) => count(failures) },
    {
      id: 'state',
      title: 'State',
      value: ({ state }) => state,
      show: ({ state }) =>
        state === 'open' ? badge('held back', 'bad', 'A breaker skips it for a while after failures in a row') : badge('attached', 'good'),
    },
    {
      id: 'detach',
      title: '',
      show: (row) => !row.is_own && action(page, 'Detach', () => detach(page, row), { kind: 'danger' }),
    },
  ];
  const [whose, words] = [page.param('whose'), page.param('q')];
  return { columns, rows: handlers.filter((row) => isShown(row, whose, words)), sort: '-share' };
}

export function handlersCard(page: Page, all: Handlers): VNode {
  const { handlers, total, measured } = all;
  const isOpen = ({ key }: HandlerRow): boolean => page.param('handler') === key;
  return card(
    'Handlers',
    { aside: h('span', {}, 'measured while somebody looks; this began ', when(page, timeOf(measured.since))) },
    handlers.length > 0 &&
      filters(
        search(page, 'q', 'Handlers', { placeholder: 'id or event' }),
        choice(page, 'whose', 'Whose', [
          ['', 'all'],
          ['application', 'of the application'],
          ['library', 'of the library'],
          ['failing', 'with failures'],
        ]),
      ),
    table(page, {
      label: 'Handlers',
      ...handlerTable(page, all),
      key: ({ key }) => key,
      open: (row) => page.setParams({ handler: isOpen(row) ? undefined : row.key }),
      isOpen,
      detail: (row) => detail(page, row),
      empty:
        handlers.length === 0
          ? empty('Nobody is attached. A handler is called with each emission of its events, inside the code that emits:', NO_HANDLERS)
          : empty('No handler fits these filters.'),
    }),
    total > handlers.length && h('p', { class: 'more' }, `${count(total - handlers.length)} more are not shown`),
  );
}

const ON_ERROR: Readonly<Record<HandlerRow['on_error'], string>> = {
  detach: 'it is detached at its first failure',
  keep: 'it stays',
  breaker: 'it stays; after five failures in a row it is skipped for a while',
};

function detail(page: Page, row: HandlerRow): Child {
  const { cost, on_error, match, is_own } = row;
  return h(
    'div',
    { class: 'stack' },
    h(
      'div',
      {},
      h('h3', {}, match === 'prefix' ? 'All events that begin with' : 'Events'),
      h('p', { class: 'text' }, eventLinks(page, row, 100)),
    ),
    facts(
      ['When it fails', ON_ERROR[on_error]],
      ['Calls that were timed', count(cost?.timed ?? 0)],
      ['Longest of these', duration(cost === null ? null : cost.max_us / 1000)],
      ['Of the time', percent(cost?.share)],
      ...(is_own ? ([['Can be detached', 'not here: something else of the library would fail']] as const) : []),
    ),
    h(
      'p',
      { class: 'quiet small' },
      'Of the calls of each handler the first 8 are timed, then one of 64. Times include what the handler emitted itself.',
    ),
  );
}

async function detach(page: Page, { id, key, events_total: all }: HandlerRow): Promise<string | undefined> {
  const isSure = await page.confirm({
    title: `Detach ${id}?`,
    text: `It is not called any more for ${all === 1 ? 'its event' : `any of its ${count(all)} events`}. Only the program can attach it again.`,
    action: 'Detach it',
  });
  if (!isSure) return undefined;
  await page.api.send('DELETE', `/admin/handlers/${encodeURIComponent(key)}`);
  return `${id} is detached`;
}
