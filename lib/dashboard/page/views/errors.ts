/** The errors of the program, one row for all that are the same. `?error=` opens one, `?id=` looks for an id that somebody was told. */
import '../styles/errors.css';
import type { ErrorList, ErrorRow } from '../../wire/errors';
import { type Child, h, type VNode } from '../dom';
import { ago, count, dateTime, timeOf } from '../format';
import { badge, card, choice, empty, filters, grid, search, waiting } from '../parts';
import { spark } from '../spark';
import { type Column, exportedTable, table } from '../table';
import { apiPath } from '../url-state';
import type { Page, View } from '../view';
import { errorPage, exportedRecords, foundPage, idField } from './errors-page';
import { ErrorSearch } from './errors-search';

/** As many as one answer holds, whatever their messages are. */
const MOST = 200;
const LIST = { label: 'Errors', sort: '-last_seen' };
/** What the program sorts by, so that the highest are among those it tells. */
const SORTS = ['last_seen', 'first_seen', 'total', 'count_last_hour'];

const REPORT = `import { createErrors } from 'telemetry-bus/errors';

const { report, logAndFormat } = createErrors(telemetry);
report(new Error('disk full'), { component: 'cache' });
console.log(logAndFormat(new SyntaxError('Unexpected token'), { component: 'bot' })); // what to say to a person, with an id to look for here`;

export const errorsView: View = {
  id: 'errors',
  title: 'Errors',
  key: 'r',
  group: 'What happens',
  create(page) {
    const records = new ErrorSearch(page);
    return {
      sources() {
        const [fingerprint, id] = [page.param('error'), page.param('id')];
        records.look(fingerprint !== '' ? { fingerprint } : id !== '' ? { errorId: id } : undefined);
        if (fingerprint !== '') return { error: apiPath(`/admin/errors/${encodeURIComponent(fingerprint)}`, { records: 0 }) };
        return id === '' ? { errors: listPath(page) } : {};
      },
      render() {
        if (page.param('error') !== '') return errorPage(page, records);
        return page.param('id') !== '' ? foundPage(page, records) : list(page);
      },
      exported: () =>
        page.param('error') === '' && page.param('id') === ''
          ? exportedTable(page, 'errors', { ...LIST, columns: columns(page), rows: shownRows(page) })
          : exportedRecords(page, records),
      destroy: () => records.stop(),
    };
  },
};

function listPath(page: Page): string {
  const sort = page.param('sort').replace(/^-/, '');
  return apiPath('/admin/errors', { limit: MOST, sort: SORTS.includes(sort) ? sort : '' });
}

function shownRows(page: Page): readonly ErrorRow[] {
  const wanted = page.param('q').trim().toLowerCase();
  const level = page.param('level');
  const rows = page.data<ErrorList>('errors')?.errors ?? [];
  return rows.filter(
    (row) =>
      (level === '' || row.level === level) &&
      [row.error_type, row.message, row.logger, row.event_name ?? '', row.fingerprint].some((text) => text.toLowerCase().includes(wanted)),
  );
}

function list(page: Page): Child {
  const answer = page.data<ErrorList>('errors');
  const aside =
    answer !== undefined && `${count(answer.tracked)} different ones, ${count(answer.occurrences)} in all since the program began`;
  return grid(
    card(
      'By fingerprint',
      { aside },
      filters(
        search(page, 'q', 'Text', { placeholder: 'type, message, logger' }),
        choice(page, 'level', 'Level', [
          ['', 'all'],
          ['error', 'error'],
          ['critical', 'critical'],
        ]),
        idField(page),
      ),
      answer === undefined ? waiting(page, 'errors') : body(page, answer),
    ),
  );
}

function body(page: Page, answer: ErrorList): VNode {
  const isFiltered = page.param('q') !== '' || page.param('level') !== '';
  return h(
    'div',
    { class: 'stack' },
    table(page, {
      ...LIST,
      columns: columns(page),
      rows: shownRows(page),
      key: ({ fingerprint }) => fingerprint,
      open: ({ fingerprint }) => page.setParams({ error: fingerprint }),
      empty: isFiltered
        ? empty('No error is like that.')
        : empty('No error was logged or reported since the program began. What is, is grouped here:', REPORT),
      most: MOST,
    }),
    answer.tracked > answer.errors.length &&
      h(
        'p',
        { class: 'quiet small' },
        `${count(answer.errors.length)} of ${count(answer.tracked)}, the highest by what they are sorted by.`,
      ),
  );
}

function columns(page: Page): readonly Column<ErrorRow>[] {
  const when = (iso: string): VNode => h('span', { title: dateTime(timeOf(iso)) }, ago(timeOf(iso), page.now()));
  return [
    { id: 'error_type', title: 'Error', value: (row) => `${row.error_type}: ${row.message}`, show: (row) => titleOf(page, row) },
    { id: 'total', title: 'Times', isNumber: true, value: (row) => row.total, show: (row) => count(row.total) },
    {
      id: 'count_last_hour',
      title: 'Last hour',
      isNumber: true,
      value: (row) => row.count_last_hour,
      show: (row) => trend(row),
      isMinor: true,
    },
    { id: 'last_seen', title: 'Last', isNumber: true, value: (row) => timeOf(row.last_seen), show: (row) => when(row.last_seen) },
    {
      id: 'first_seen',
      title: 'First',
      isNumber: true,
      value: (row) => timeOf(row.first_seen),
      show: (row) => when(row.first_seen),
      isMinor: true,
    },
    {
      id: 'fingerprint',
      title: 'Fingerprint',
      value: (row) => row.fingerprint,
      show: (row) => h('span', { class: 'mono quiet errors-print' }, row.fingerprint),
      isMinor: true,
    },
  ];
}

function titleOf(page: Page, { error_type: type, message, fingerprint, level, logger, event_name: event }: ErrorRow): VNode {
  return h(
    'div',
    { class: 'errors-title' },
    h(
      'div',
      {},
      h('a', { href: page.link('errors', { error: fingerprint }) }, type),
      level === 'critical' && [' ', badge('critical', 'bad')],
    ),
    h('span', { class: 'cut', title: message }, message),
    h('span', { class: 'cut quiet small mono' }, event ?? logger),
  );
}

const trend = ({ count_last_hour: recent, last_hour: parts, fingerprint }: ErrorRow): VNode =>
  h(
    'div',
    { class: 'errors-trend' },
    spark(`trend-${fingerprint}`, `By five minutes of the last hour: ${parts.join(', ')}`, parts, true),
    h('span', {}, count(recent)),
  );
