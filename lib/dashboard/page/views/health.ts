import '../styles/health.css';
import type { HealthState, Probe, ProbeName } from '../../wire/health';
import { type Child, h, type VNode } from '../dom';
import { count, duration } from '../format';
import { action, badge, card, empty, grid, search, type Tone, tile, tiles, waiting, when } from '../parts';
import { exportedTable, table } from '../table';
import type { Page, View } from '../view';
import { type CheckRow, checkDetail, checkRows, checkTable, runChecks, STATUS_TONES } from './health-checks';

const PROBES: readonly (readonly [name: ProbeName, asks: string])[] = [
  ['live', 'whether it should be left alive'],
  ['ready', 'whether it should be given work'],
  ['startup', 'whether it has begun'],
];
const PROBE_TONES: Readonly<Record<Probe['status'], Tone>> = { pass: 'good', warn: 'warn', fail: 'bad' };
const PROBE_WORDS: Readonly<Record<Probe['status'], string>> = { pass: 'passes', warn: 'passes, with a warning', fail: 'fails' };

const NO_CHECKS = `import { healthOf } from 'telemetry-bus/health';

const health = healthOf(telemetry);
health.addCheck('database', async () => { await pool.query('SELECT 1'); });
health.start(); // each check now, and every 60 s`;

export const healthView: View = {
  id: 'health',
  title: 'Health',
  key: 'h',
  group: 'How it is',
  create: (page) => ({
    sources: () => ({ health: '/admin/health' }),
    render() {
      const state = page.data<HealthState>('health');
      return state === undefined ? waiting(page, 'health') : shown(page, state);
    },
    exported() {
      const state = page.data<HealthState>('health');
      return state && exportedTable(page, 'health-checks', checkTable(page, checkRows(state, page.param('q'))));
    },
  }),
};

function shown(page: Page, state: HealthState): VNode {
  const all = Object.keys(state.checks).length;
  return grid(headline(page, state, all), probes(state), checks(page, state, all));
}

function headline(page: Page, state: HealthState, all: number): VNode {
  const bad = Object.values(state.checks).filter(({ status }) => status === 'unhealthy' || status === 'degraded').length;
  const lastRuns = Object.values(state.checks).flatMap(({ lastRun }) => lastRun ?? []);
  const slowest = Object.entries(state.checks).sort(([, one], [, other]) => (other.duration ?? 0) - (one.duration ?? 0))[0];
  return tiles(
    tile('All together', state.status, { tone: STATUS_TONES[state.status], under: state.is_shutting_down ? 'shutting down' : ' ' }),
    tile('Checks', count(all), {
      under: bad === 0 ? 'none has a problem' : `${count(bad)} with a problem`,
      ...(bad > 0 && { tone: 'warn' }),
    }),
    tile('Run by themselves', state.is_started ? 'yes' : 'no', {
      ...(!state.is_started && all > 0 && { tone: 'warn' }),
      under: state.is_started ? 'each at its interval' : 'call start() of healthOf',
    }),
    tile('Last run', lastRuns.length === 0 ? 'never' : when(page, Math.max(...lastRuns))),
    tile('Slowest last run', duration(slowest?.[1].duration), { under: slowest?.[1].duration === undefined ? ' ' : slowest[0] }),
  );
}

function probes({ probes: all }: HealthState): VNode {
  return card(
    'Probes',
    { aside: 'what an orchestrator is answered' },
    h(
      'dl',
      { class: 'facts probes' },
      ...PROBES.map(([name, asks]) => {
        const { status, reasons } = all[name];
        return h(
          'div',
          { key: name },
          h('dt', {}, h('span', { class: 'mono' }, `/health/${name}`), ` ${asks}`),
          h('dd', {}, badge(PROBE_WORDS[status], PROBE_TONES[status])),
          ...reasons.slice(0, 5).map((reason) => h('dd', { class: 'small quiet', key: reason }, reason)),
          reasons.length > 5 && h('dd', { class: 'small quiet', key: '\u0000' }, `and ${reasons.length - 5} more`),
        );
      }),
    ),
  );
}

function checks(page: Page, state: HealthState, all: number): VNode {
  const rows = checkRows(state, page.param('q'));
  const isOpen = ({ name }: CheckRow): boolean => page.param('check') === name;
  const content: Child =
    all === 0
      ? empty(
          'No check is there yet. A check asks something that the program depends on; its answer is remembered, and shown here:',
          NO_CHECKS,
        )
      : [
          all > 8 && h('div', { class: 'filters' }, search(page, 'q', 'Checks', { placeholder: 'name, state or output' })),
          table(page, {
            label: 'Health checks',
            ...checkTable(page, rows),
            key: ({ name }) => name,
            open: (row) => page.setParams({ check: isOpen(row) ? undefined : row.name }),
            isOpen,
            detail: checkDetail,
            empty: empty('No check has these words.'),
          }),
        ];
  return card('Checks', { aside: all > 0 && action(page, 'Run all now', () => runChecks(page)) }, content);
}
