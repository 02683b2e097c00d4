/** Alerts that fire or are pending. */
import type { Alert, AlertChange } from '../../wire/alerts';
import { type Child, h, type VNode } from '../dom';
import { dateTime, duration } from '../format';
import { badge, copyButton, facts, type Tone, when } from '../parts';
import { type Column, table } from '../table';
import type { Page } from '../view';
import { alertNumber } from './alerts-numbers';
import { silenceButtons, whatOf } from './silence-form';

const SEVERITY_TONES: Readonly<Record<Alert['severity'], Tone>> = { warning: 'warn', critical: 'bad' };

/** A rule, and the group of it. */
export const alertName = ({ rule, group }: Pick<Alert, 'rule' | 'group'>): string => (group === undefined ? rule : `${rule} (${group})`);

/** @param param - Parameter of the address with the id of the open one. */
export function alertTable(page: Page, label: string, param: string, alerts: readonly Alert[], history: readonly AlertChange[]): VNode {
  const columns: readonly Column<Alert>[] = [
    {
      id: 'severity',
      title: 'Severity',
      value: ({ severity }) => severity,
      show: ({ severity }) => badge(severity, SEVERITY_TONES[severity]),
    },
    {
      id: 'alert',
      title: 'Alert',
      value: alertName,
      show: (alert) => [
        h('b', {}, alertName(alert)),
        alert.isSilenced && [' ', badge('silenced')],
        h('div', { class: 'small text' }, alert.summary),
      ],
    },
    {
      id: 'value',
      title: 'Value',
      isNumber: true,
      value: ({ value }) => value,
      show: ({ condition, value }) => alertNumber(condition, value),
    },
    {
      id: 'threshold',
      title: 'Threshold',
      isNumber: true,
      isMinor: true,
      value: ({ threshold }) => threshold,
      show: ({ condition, threshold }) => alertNumber(condition, threshold),
    },
    { id: 'since', title: 'Since', value: ({ since }) => since, show: ({ since }) => when(page, since) },
    { id: 'silence', title: 'Silence for', isMinor: true, show: (alert) => silenceButtons(page, whatOf(alert), alertName(alert)) },
  ];
  const isOpen = ({ id }: Alert): boolean => page.param(param) === id;
  return table(page, {
    label,
    param: `${param}_sort`,
    columns,
    rows: alerts,
    key: ({ id }) => id,
    open: (alert) => page.setParams({ [param]: isOpen(alert) ? undefined : alert.id }),
    isOpen,
    detail: (alert) => detail(page, alert, history),
  });
}

function detail(page: Page, alert: Alert, history: readonly AlertChange[]): Child {
  const { condition, runbook, since, firedAt, by, group, details } = alert;
  const own = history.filter(({ alert: { id } }) => id === alert.id).slice(0, 10);
  return h(
    'div',
    { class: 'stack' },
    h('div', {}, h('h3', {}, 'Rule'), h('p', { class: 'mono text' }, condition)),
    runbook !== undefined &&
      h(
        'div',
        {},
        h('h3', {}, 'Runbook'),
        h(
          'div',
          { class: 'row' },
          h('span', { class: 'mono text' }, runbook),
          copyButton(page, () => runbook),
        ),
      ),
    facts(
      ['Condition holds since', dateTime(since)],
      ['Fires since', dateTime(firedAt)],
      ['For', duration(page.now() - (firedAt ?? since))],
      ...(group === undefined ? [] : ([[by ?? 'Group', group]] as const)),
      ...Object.entries(details),
    ),
    h('div', {}, h('h3', {}, 'Silence for'), silenceButtons(page, whatOf(alert), alertName(alert))),
    own.length > 0 &&
      h(
        'div',
        {},
        h('h3', {}, 'Its last changes'),
        h('ul', {}, ...own.map((change, at) => h('li', { key: String(at) }, changeLine(page, change)))),
      ),
  );
}

const changeLine = (page: Page, { time, change, alert: { summary } }: AlertChange): Child => [
  when(page, time),
  ' ',
  changeBadge(change),
  ' ',
  h('span', { class: 'quiet' }, summary),
];

const CHANGE_TONES: Readonly<Record<AlertChange['change'], Tone>> = {
  pending: 'neutral',
  ended: 'neutral',
  firing: 'bad',
  raised: 'bad',
  lowered: 'warn',
  resolved: 'good',
  removed: 'neutral',
};
const CHANGE_TEXTS: Readonly<Record<AlertChange['change'], string>> = {
  pending: 'pending',
  ended: 'came to nothing',
  firing: 'fires',
  raised: 'became critical',
  lowered: 'a warning again',
  resolved: 'resolved',
  removed: 'rule removed',
};

export const changeBadge = (change: AlertChange['change']): VNode => badge(CHANGE_TEXTS[change], CHANGE_TONES[change]);
