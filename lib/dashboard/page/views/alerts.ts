import type { AlertsState, Silences } from '../../wire/alerts';
import { h, type VNode } from '../dom';
import { count, duration } from '../format';
import { card, empty, grid, tile, tiles, waiting } from '../parts';
import { exportedTable } from '../table';
import type { Page, View } from '../view';
import { alertTable } from './alerts-list';
import { historyCard, rulesCard, ruleTable, targetsCard } from './alerts-tables';
import { silenceControls } from './silence-form';
import { silencesCard } from './silences';

export const alertsView: View = {
  id: 'alerts',
  title: 'Alerts',
  key: 'a',
  group: 'How it is',
  create: (page) => ({
    sources: () => ({ alerts: '/admin/alerts', silences: '/admin/silences' }),
    render() {
      const [alerts, silences] = [page.data<AlertsState>('alerts'), page.data<Silences>('silences')];
      return alerts === undefined || silences === undefined ? waiting(page, 'alerts', 'silences') : shown(page, alerts, silences);
    },
    exported() {
      const alerts = page.data<AlertsState>('alerts');
      return alerts && exportedTable(page, 'alert-rules', ruleTable(page, alerts));
    },
  }),
};

function shown(page: Page, state: AlertsState, { silences }: Silences): VNode {
  const { history, pending, left_out: left } = state;
  return grid(
    headline(state, silences.length),
    firingCard(page, state),
    pending.length > 0 &&
      card(
        'Pending',
        { aside: 'the condition holds, but not for long enough yet' },
        alertTable(page, 'Pending alerts', 'pending', pending, history),
        left.pending > 0 && h('p', { class: 'more' }, `${count(left.pending)} more are not shown`),
      ),
    silencesCard(page, silences, state.firing.length === 0),
    rulesCard(page, state),
    targetsCard(page, state),
    historyCard(page, history),
  );
}

function headline({ firing, pending, stats, left_out: left }: AlertsState, silences: number): VNode {
  const critical = firing.filter(({ severity }) => severity === 'critical').length;
  const all = firing.length + left.firing;
  return tiles(
    tile('Firing', count(all), {
      tone: all === 0 ? 'good' : critical > 0 ? 'bad' : 'warn',
      under: all === 0 ? 'nothing' : `${count(critical)} critical`,
    }),
    tile('Pending', count(pending.length + left.pending)),
    tile('Silences', count(silences)),
    tile('Rules', count(stats.rules), { under: stats.failures > 0 ? `${count(stats.failures)} failures` : ' ' }),
    tile('Looks at the rules', stats.isRunning ? count(stats.ticks) : 'stopped', {
      ...(!stats.isRunning && stats.rules > 0 && { tone: 'warn' }),
      under: stats.isRunning ? `the last took ${duration(stats.tickMs)}` : 'call start() of alertsOf',
    }),
  );
}

function firingCard(page: Page, { firing, history, stats, left_out: left }: AlertsState): VNode {
  const calm = stats.rules === 0 ? 'Nothing can fire: there are no rules.' : 'Nothing fires.';
  return card(
    'Firing',
    {},
    firing.length === 0 ? empty(calm) : [silenceControls(page), alertTable(page, 'Firing alerts', 'alert', firing, history)],
    left.firing > 0 && h('p', { class: 'more' }, `${count(left.firing)} more are not shown`),
  );
}
