import type { ErrorAnswer, ErrorRow } from '../../wire/errors';
import { type Child, h, type VNode } from '../dom';
import { ago, count, dateTime, timeOf } from '../format';
import { badge, button, card, copyButton, empty, facts, filters, grid, problemBox, waiting } from '../parts';
import { spark } from '../spark';
import type { Exported, Page } from '../view';
import { occurrencesOf } from './errors-occurrences';
import { occurrenceView } from './errors-record';
import type { ErrorSearch, Wanted } from './errors-search';
import { idLink } from './event-ids';

/** All that is known of one error. */
export function errorPage(page: Page, search: ErrorSearch): Child {
  const fingerprint = page.param('error');
  // Kept up to date; the records are not.
  const group = page.data<ErrorAnswer>('error')?.group ?? search.answer?.group;
  const problem = page.problem('error');
  const head = group
    ? groupCard(page, group)
    : problem === undefined || search.isSearching
      ? card(fingerprint, {}, waiting(page))
      : undefined;
  return [back(page), grid(head, recordsCard(page, search, { fingerprint }))];
}

/** The records as they are saved. */
export function exportedRecords(page: Page, { answer }: ErrorSearch): Exported {
  const columns = ['timestamp', 'error_id', 'level', 'logger', 'event_name', 'message'];
  const records = answer?.records.map(({ record }) => (typeof record === 'string' ? { message: record } : record)) ?? [];
  const cell = (value: unknown): string | undefined => (value === undefined ? undefined : String(value));
  return {
    name: `error-${page.param('error') || page.param('id')}`,
    columns,
    rows: records.map((record: Readonly<Record<string, unknown>>) => columns.map((name) => cell(record[name]))),
  };
}

/** What an id leads to that somebody was told. */
export function foundPage(page: Page, search: ErrorSearch): Child {
  const errorId = page.param('id');
  const group = search.answer?.group;
  return [
    back(page),
    grid(
      group &&
        groupCard(page, group, h('a', { href: page.link('errors', { error: group.fingerprint }) }, 'all that is known of this error')),
      recordsCard(page, search, { errorId }),
    ),
  ];
}

/** Asks for an id when it is sent, not for each letter of it. */
export function idField(page: Page): VNode {
  const find = (event: Event): void => {
    event.preventDefault();
    const field = (event.target as HTMLFormElement).elements.namedItem('id') as HTMLInputElement;
    const id = field.value.trim();
    if (id !== '') page.setParams({ error: '', id });
  };
  return h(
    'form',
    { class: 'row errors-find', 'aria-label': 'Look for an error id', on: { submit: find } },
    h(
      'label',
      { class: 'field' },
      h('span', { class: 'field-label' }, 'Error id that somebody was told'),
      h('input', { name: 'id', placeholder: 'such as k3m9q2td', autocomplete: 'off', spellcheck: 'false', maxlength: 64 }),
    ),
    h('button', { type: 'submit', class: 'button' }, 'Find'),
  );
}

const back = (page: Page): VNode =>
  filters(h('a', { class: 'button', href: page.link('errors', keptList(page)) }, 'All errors'), idField(page));

function keptList(page: Page): Record<string, string> {
  const names = ['q', 'level', 'sort'].filter((name) => page.param(name) !== '');
  return Object.fromEntries(names.map((name) => [name, page.param(name)]));
}

function groupCard(page: Page, group: ErrorRow, more?: Child): VNode {
  const { fingerprint, error_type: type, message, level, logger, event_name: event, last_error_ids: last, first_error_ids: first } = group;
  const when = (iso: string): VNode => h('span', { title: dateTime(timeOf(iso)) }, ago(timeOf(iso), page.now()));
  const ids = [...new Set([...[...last].reverse(), ...first])];
  return card(
    [type, ' ', badge(level, level === 'critical' ? 'bad' : 'warn')],
    { aside: more, key: 'group' },
    h('p', { class: 'text errors-message' }, message),
    facts(
      ['Times', count(group.total)],
      [
        'Last hour',
        h(
          'span',
          { class: 'row' },
          h('span', {}, count(group.count_last_hour)),
          spark('trend', `By five minutes of the last hour: ${group.last_hour.join(', ')}`, group.last_hour, true),
        ),
      ],
      ['Last', when(group.last_seen)],
      ['First', when(group.first_seen)],
      ['Logger', h('a', { href: page.link('logs', { logger }) }, logger)],
      ...(event === undefined ? [] : [['Event', h('a', { class: 'mono', href: page.link('events', { event }) }, event)] as const]),
      [
        'Fingerprint',
        h(
          'span',
          { class: 'row' },
          h('span', { class: 'mono' }, fingerprint),
          copyButton(page, () => fingerprint),
        ),
      ],
      [
        'Last id',
        h(
          'span',
          { class: 'row' },
          idLink(page, group.last_error_id),
          copyButton(page, () => group.last_error_id),
        ),
      ],
    ),
    h('h3', { class: 'errors-sub' }, 'Log lines of its occurrences, the latest first'),
    h('div', { class: 'row' }, ...ids.map((id) => h('span', { key: id }, idLink(page, id)))),
  );
}

function recordsCard(page: Page, search: ErrorSearch, wanted: Wanted): VNode {
  const searchAgain = (): void => {
    search.again(wanted);
    page.refresh();
  };
  const again = button('Search again', searchAgain, { disabled: search.isSearching });
  const title = 'errorId' in wanted ? ['Records of ', h('span', { class: 'mono' }, wanted.errorId)] : 'Records';
  return card(title, { aside: [told(search), again], key: 'records' }, recordsOf(page, search));
}

function recordsOf(page: Page, { answer, problem, isSearching }: ErrorSearch): Child {
  if (isSearching) return h('div', { class: 'empty', role: 'status' }, h('p', {}, 'Searching the storage and the log files…'));
  // That it is not there is an answer.
  if (problem !== undefined) return problem.status === 404 ? empty(problem.message) : problemBox(problem);
  if (answer === undefined || answer.records.length === 0)
    return empty(
      'No record of it was found: its lines were not written, or are older than what is kept. Log files keep them:',
      "await startTelemetry({ app: 'my_app', presets: ['web'] });",
    );
  const raw = answer.records.map(({ record }) => record).filter((record) => typeof record === 'string');
  return h(
    'div',
    { class: 'stack' },
    ...occurrencesOf(answer.records).map((occurrence, at) => occurrenceView(page, occurrence, at === 0)),
    raw.length > 0 && h('pre', { class: 'json', tabindex: '0' }, h('code', {}, raw.join('\n'))),
  );
}

function told({ answer }: ErrorSearch): string {
  if (answer === undefined) return '';
  const { storage, files, is_complete: isComplete } = answer.searched;
  const where =
    storage === 'found'
      ? 'from the storage'
      : answer.records[0]?.found_in === 'memory'
        ? 'from memory'
        : files === 1
          ? '1 file searched'
          : `${count(files)} files searched`;
  return isComplete ? where : `${where}, not all: there may be more`;
}
