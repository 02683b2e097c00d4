import type { FiringAlert, Overview, RecentError } from '../../wire/overview';
import { h, type VNode } from '../dom';
import { ago, count, dateTime } from '../format';
import { badge, card, empty } from '../parts';
import { type Column, table } from '../table';
import type { Page } from '../view';

const REPORT = `import { createErrors } from 'telemetry-bus/errors';

const { report } = createErrors(telemetry);
report(new Error('disk full'), { component: 'cache' });`;

/** The list has room for so many from the beginning. */
const MOST_ERRORS = 6;

/** Alerts that fire, those that matter most first. */
export function firingCard(page: Page, { firing, firing_total: total }: Overview): VNode {
  const columns: readonly Column<FiringAlert>[] = [
    {
      id: 'rule',
      title: 'Alert',
      show: ({ rule, summary, severity, is_silenced: isSilenced }) =>
        h(
          'div',
          { class: 'row' },
          badge(severity, severity === 'critical' ? 'bad' : 'warn'),
          h('a', { href: page.link('alerts') }, rule),
          h('span', { class: 'quiet text' }, summary),
          isSilenced && badge('silenced', 'neutral', 'Nobody is told of it until the silence ends'),
        ),
    },
    { id: 'since', title: 'Since', isNumber: true, show: ({ since }) => h('span', { title: dateTime(since) }, ago(since, page.now())) },
  ];
  const nothing = h(
    'p',
    { class: 'quiet' },
    'None fires. The view ',
    h('a', { href: page.link('alerts') }, 'Alerts'),
    ' has the rules, and how to add one.',
  );
  const body = table(page, { label: 'Firing alerts', param: 'firing', columns, rows: firing, key: ({ id }) => id, empty: nothing });
  const aside = h('a', { href: page.link('alerts') }, total > firing.length ? `all ${count(total)} that fire` : 'all alerts');
  // Always at its place: what stands below must not jump while somebody reads it.
  return card('Firing alerts', { aside, key: 'firing', class: 'overview-firing' }, body);
}

/** The errors that were seen last, one row for all that are the same. */
export function recentErrors(page: Page, { errors }: Overview): VNode {
  const columns: readonly Column<RecentError>[] = [
    {
      id: 'type',
      title: 'Error',
      show: ({ type, message, fingerprint }) =>
        h(
          'div',
          { class: 'overview-error' },
          h('a', { href: page.link('errors', { error: fingerprint }) }, type),
          h('span', { class: 'cut quiet', title: message }, message),
        ),
    },
    { id: 'count', title: 'Times', isNumber: true, show: (row) => count(row.count) },
    {
      id: 'last_seen',
      title: 'Last',
      isNumber: true,
      show: (row) => h('span', { title: dateTime(row.last_seen) }, ago(row.last_seen, page.now())),
    },
  ];
  const nothing = empty('No errors. Those that are logged or reported are grouped here:', REPORT);
  const body = table(page, {
    label: 'Last errors',
    param: 'errors',
    columns,
    rows: errors.slice(0, MOST_ERRORS),
    key: ({ fingerprint }) => fingerprint,
    empty: nothing,
  });
  return card(
    'Last errors',
    { class: 'half overview-list', aside: h('a', { href: page.link('errors') }, 'all errors'), key: 'errors' },
    body,
  );
}
