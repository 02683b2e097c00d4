/** The table of health checks. */
import type { CheckStatus, HealthCheck, HealthRun, HealthState } from '../../wire/health';
import { type Child, h } from '../dom';
import { count, dateTime, duration, NOTHING } from '../format';
import { action, badge, facts, type Tone, when } from '../parts';
import type { Column, TableProps } from '../table';
import type { Page } from '../view';
import { hasWords } from './config-text';

export interface CheckRow extends HealthCheck {
  readonly name: string;
}

export const STATUS_TONES: Readonly<Record<CheckStatus, Tone>> = {
  healthy: 'good',
  degraded: 'warn',
  unhealthy: 'bad',
  unknown: 'neutral',
};
/** What needs somebody comes first. */
const RANKS: Readonly<Record<CheckStatus, number>> = { unhealthy: 0, degraded: 1, unknown: 2, healthy: 3 };

/** Checks that have these words, what is unhealthy first. */
export const checkRows = ({ checks }: HealthState, words: string): readonly CheckRow[] =>
  Object.entries(checks)
    .map(([name, check]): CheckRow => ({ name, ...check }))
    .filter(({ name, status, detail }) => hasWords(words, name, status, detail))
    .sort((one, other) => RANKS[one.status] - RANKS[other.status] || (one.name < other.name ? -1 : 1));

export function checkTable(page: Page, rows: readonly CheckRow[]): Pick<TableProps<CheckRow>, 'columns' | 'rows'> {
  const columns: readonly Column<CheckRow>[] = [
    {
      id: 'check',
      title: 'Check',
      value: ({ name }) => name,
      show: ({ name, critical }) => [h('b', {}, name), !critical && h('span', { class: 'small quiet' }, ' not critical')],
    },
    {
      id: 'status',
      title: 'State',
      value: ({ status }) => status,
      show: ({ status, isRunning }) => [badge(status, STATUS_TONES[status]), isRunning && h('span', { class: 'small quiet' }, ' running')],
    },
    { id: 'since', title: 'Since', value: ({ lastChange }) => lastChange, show: ({ lastChange }) => when(page, lastChange) },
    {
      id: 'output',
      title: 'Output',
      value: ({ detail }) => detail,
      show: ({ detail }) => (detail === undefined ? NOTHING : h('span', { class: 'text' }, detail)),
    },
    {
      id: 'last_run',
      title: 'Last run',
      isMinor: true,
      value: ({ lastRun }) => lastRun,
      show: ({ lastRun }) => (lastRun === undefined ? 'never' : when(page, lastRun)),
    },
    { id: 'duration_ms', title: 'Took', isNumber: true, value: (row) => row.duration, show: (row) => duration(row.duration) },
    {
      id: 'p95_ms',
      title: 'p95',
      isNumber: true,
      isMinor: true,
      value: ({ latency }) => latency?.p95,
      show: ({ latency }) => duration(latency?.p95),
    },
    { id: 'run', title: '', show: ({ name, isRunning }) => action(page, 'Run now', () => runChecks(page, name), { disabled: isRunning }) },
  ];
  return { columns, rows };
}

/** What stands under an open row. */
export function checkDetail({ probes, failures, runs, hanging, lastRun, lastChange, latency, data = {}, critical }: CheckRow): Child {
  const told = Object.entries(data);
  return h(
    'div',
    { class: 'stack' },
    facts(
      ['Critical', critical ? 'yes' : 'no'],
      ['Probes that ask for it', probes.length === 0 ? 'none' : probes.join(', ')],
      ['Runs', count(runs)],
      ['Failures in a row', count(failures)],
      ['Runs that hang', count(hanging)],
      ['Last run', dateTime(lastRun)],
      ['In this state since', dateTime(lastChange)],
      ['Fastest, mean, slowest', latency === undefined ? NOTHING : [latency.min, latency.mean, latency.max].map(duration).join(', ')],
      ['p50, p95, p99', latency === undefined ? NOTHING : [latency.p50, latency.p95, latency.p99].map(duration).join(', ')],
    ),
    told.length > 0 && [h('h3', {}, 'What it told beside'), facts(...told.map(([name, value]) => [name, String(value)] as const))],
  );
}

/** Runs one check, or all of them. */
export async function runChecks(page: Page, check?: string): Promise<string> {
  const {
    is_complete,
    status,
    checks: after,
  } = await page.api.send<HealthRun>('POST', '/admin/health/check', check === undefined ? {} : { check });
  const now = check === undefined ? `All together: ${status}` : `${check}: ${after[check]?.status ?? 'unknown'}`;
  return is_complete ? now : `It takes longer than 8 s and goes on. Until now: ${now}`;
}
