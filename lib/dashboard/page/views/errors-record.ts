import { type Child, h, type VNode } from '../dom';
import { clockMs, dateTime, timeOf } from '../format';
import { badge, copyButton, json } from '../parts';
import type { Page } from '../view';
import type { ErrorOccurrence, ToldLine } from './errors-occurrences';
import { contextOf, errorsOf, type ShownError } from './errors-stack';
import { idLink } from './event-ids';

const IDS = ['request_id', 'trace_id', 'session_id', 'sessionId'] as const;

/** One occurrence: what failed and where, what caused it, and what was known of the circumstances. @param isOpen - At first. */
export function occurrenceView(page: Page, occurrence: ErrorOccurrence, isOpen: boolean): VNode {
  const { id, main } = occurrence;
  const head = [
    h('b', {}, dateTime(timeOf(main.timestamp))),
    ' ',
    h('span', { class: 'mono' }, id),
    ' ',
    h('span', { class: 'quiet' }, String(main.message ?? '')),
  ];
  return h(
    'details',
    { class: 'errors-record', key: id, open: isOpen },
    h('summary', {}, ...head),
    h('div', { class: 'stack' }, content(page, occurrence)),
  );
}

function content(page: Page, { id, main, fields, lines }: ErrorOccurrence): Child {
  const context = contextOf(fields);
  return [
    h(
      'div',
      { class: 'row', key: 'ids' },
      labelled(page, 'error_id', id),
      ...IDS.filter((name, at) => IDS.findIndex((other) => fields[other] === fields[name]) === at).map((name) =>
        labelled(page, name, fields[name]),
      ),
      copyButton(page, () => JSON.stringify(main, null, 2), 'Copy as JSON'),
    ),
    ...errorsOf(main).map((error, at) => errorView(error, at)),
    h('ul', { class: 'errors-lines', key: 'lines' }, ...lines.map(lineView)),
    Object.keys(context).length > 0 &&
      h('details', { key: 'context' }, h('summary', { class: 'quiet small' }, 'Context and fields'), json(context)),
  ];
}

const labelled = (page: Page, name: string, id: unknown): Child =>
  typeof id === 'string' &&
  id !== '' &&
  h('span', { key: name, class: 'small' }, h('span', { class: 'quiet' }, `${name.replace('_', ' ')} `), idLink(page, id));

function lineView({ record, places }: ToldLine, at: number): VNode {
  const { timestamp, level, event_name: event, logger, message } = record;
  return h(
    'li',
    { class: 'row small', key: String(at) },
    h('span', { class: 'mono' }, clockMs(timeOf(timestamp))),
    typeof level === 'string' && badge(level.toLowerCase()),
    h('span', { class: 'mono quiet' }, String(event ?? logger ?? '')),
    h('span', { class: 'text' }, String(message ?? '')),
    h('span', { class: 'quiet' }, places.join(', ')),
  );
}

function errorView({ type, message, own, others, fields, relation }: ShownError, at: number): VNode {
  return h(
    'div',
    { class: 'errors-error', key: `error-${at}` },
    relation !== '' && h('h3', {}, relation),
    h('p', { class: 'text' }, h('b', {}, type), message === '' ? '' : `: ${message}`),
    own.length > 0 && h('pre', { class: 'errors-stack', tabindex: '0' }, h('code', {}, own.join('\n'))),
    others.length > 0 &&
      h(
        'details',
        {},
        h(
          'summary',
          { class: 'quiet small' },
          `${others.length} ${others.length === 1 ? 'frame' : 'frames'} of the runtime and of packages`,
        ),
        h('pre', { class: 'errors-stack quiet', tabindex: '0' }, h('code', {}, others.join('\n'))),
      ),
    Object.keys(fields).length > 0 && h('pre', { class: 'errors-stack quiet', tabindex: '0' }, h('code', {}, JSON.stringify(fields))),
  );
}
