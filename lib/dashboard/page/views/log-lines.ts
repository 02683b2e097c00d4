import '../styles/logs.css';
import type { LogLines } from '../../wire/logs';
import { type Child, h, type VNode } from '../dom';
import { clockMs, dateTime } from '../format';
import { badge } from '../parts';
import { type Column, table } from '../table';
import type { Page } from '../view';
import { logDetail } from './log-detail';
import { fieldsOf, levelOf, messageOf, sourceOf, timeOfRecord, toneOf } from './log-record';
import type { LogTail } from './log-tail';

export type SeenLine = LogLines['lines'][number];

/** What a file of lines has. */
export const LINE_COLUMNS: readonly Column<SeenLine>[] = [
  { id: 'timestamp', title: 'Time', value: ({ record }) => String(record.timestamp ?? ''), show: () => '' },
  { id: 'level', title: 'Level', value: ({ record }) => levelOf(record) ?? '', show: () => '' },
  { id: 'logger', title: 'Logger', value: ({ record }) => String(record.logger ?? ''), show: () => '' },
  { id: 'event', title: 'Event', value: ({ record }) => String(record.event_name ?? ''), show: () => '' },
  { id: 'message', title: 'Message', value: ({ record }) => String(record.message ?? ''), show: () => '' },
  { id: 'record', title: 'Record', value: ({ record }) => JSON.stringify(record), show: () => '' },
];

/** Lines, one row each, the newest first; the open one in full below its row. */
export function logLines(page: Page, tail: LogTail, lines: readonly SeenLine[], newAfter: number, empty: Child): VNode {
  const open = page.param('line');
  const { pausedAt } = tail;
  // Where those that came within the pause end.
  const divide = pausedAt === undefined ? undefined : lines.findLast(({ seq }) => seq > pausedAt)?.seq;
  const columns: readonly Column<SeenLine>[] = [
    {
      id: 'time',
      title: 'Time',
      show({ seq, record }) {
        const time = timeOfRecord(record);
        const marks = [seq > newAfter ? 'log-new' : '', seq === divide ? 'log-divide' : ''].filter(Boolean).join(' ');
        return h('span', { class: `mono ${marks}`.trim(), title: dateTime(time) }, clockMs(time));
      },
    },
    { id: 'level', title: 'Level', show: ({ record }) => levelBadge(record) },
    { id: 'source', title: 'Logger or event', isMinor: true, show: ({ record }) => sourceText(record) },
    { id: 'message', title: 'Message', show: ({ record }) => lineText(record) },
  ];
  return h(
    'div',
    { class: 'log-lines' },
    table(page, {
      label: 'Log lines, the newest first',
      columns,
      rows: lines,
      key: ({ seq }) => String(seq),
      most: 1000,
      isOpen: ({ seq }) => String(seq) === open,
      open: ({ seq }) => page.setParams({ line: String(seq) === open ? '' : String(seq) }),
      detail: ({ record }) => logDetail(page, record),
      empty,
    }),
  );
}

export const levelBadge = (record: SeenLine['record']): VNode => {
  const level = levelOf(record);
  return badge(level ?? '–', toneOf(level));
};

export const sourceText = (record: SeenLine['record']): VNode =>
  h('span', { class: 'mono cut', title: `Logger ${String(record.logger ?? '')}` }, sourceOf(record));

/** The message and the most telling fields, on one line. */
export function lineText(record: SeenLine['record']): VNode {
  const [message, fields] = [messageOf(record), fieldsOf(record)];
  return h(
    'span',
    { class: 'cut', title: `${message} ${fields}`.trim() },
    // Where the column with it is left out, the name is all there is to read.
    message === '' && h('span', { class: 'log-name' }, `${sourceOf(record)} `),
    message !== '' && `${message} `,
    h('span', { class: 'mono quiet' }, fields),
  );
}
