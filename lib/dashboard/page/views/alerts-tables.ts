/** Rules, targets and what changed. */
import type { AlertChange, AlertRule, AlertsState, AlertTarget, AlertTest } from '../../wire/alerts';
import { h, type VNode } from '../dom';
import { clock, count, dateTime, duration, NOTHING } from '../format';
import { action, badge, card, empty, filters, search, type Tone, when } from '../parts';
import { type Column, type TableProps, table } from '../table';
import type { Page } from '../view';
import { alertName, changeBadge } from './alerts-list';
import { alertNumber } from './alerts-numbers';
import { hasWords } from './config-text';
import { reasons, reckon, total } from './sinks-account';

const NO_RULES = `import { alertsOf, readyRules } from 'telemetry-bus/alerts';

const alerts = alertsOf(telemetry);
alerts.addRule('slow_orders: p95("shop.order.stop") > 3s in 5m by region');
alerts.addRules(readyRules.platform()); // processor, memory, disk, health checks
alerts.start(); // startTelemetry({ alerts: { rules: […] } }) does all of it`;

const RULE_TONES: Readonly<Record<AlertRule['state'], Tone>> = { inactive: 'good', pending: 'warn', firing: 'bad' };

export function ruleTable(page: Page, { rules }: AlertsState): Pick<TableProps<AlertRule>, 'columns' | 'rows'> {
  const columns: readonly Column<AlertRule>[] = [
    { id: 'rule', title: 'Rule', value: ({ name }) => name, show: ({ name }) => h('b', {}, name) },
    {
      id: 'state',
      title: 'State',
      value: ({ state }) => state,
      show: ({ state, firing, pending, overflow }) => [
        badge(state, RULE_TONES[state]),
        firing + pending > 1 && h('span', { class: 'small quiet' }, ` ${count(firing)} firing, ${count(pending)} pending`),
        overflow > 0 && h('span', { class: 'small quiet' }, ` ${count(overflow)} groups without room`),
      ],
    },
    {
      id: 'condition',
      title: 'Condition',
      value: ({ condition }) => condition,
      show: ({ condition }) => h('span', { class: 'mono text' }, condition),
    },
    {
      id: 'value',
      title: 'Value',
      isNumber: true,
      value: ({ value }) => value,
      show: ({ condition, value }) => alertNumber(condition, value),
    },
    {
      id: 'evaluated',
      title: 'Looked at',
      isMinor: true,
      value: ({ evaluatedAt }) => evaluatedAt,
      show: ({ evaluatedAt }) => (evaluatedAt === undefined ? 'never' : when(page, evaluatedAt)),
    },
  ];
  const words = page.param('q');
  return { columns, rows: rules.filter(({ name, condition, state }) => hasWords(words, name, condition, state)) };
}

export function rulesCard(page: Page, state: AlertsState): VNode {
  const { rules, left_out: left } = state;
  if (rules.length === 0)
    return card('Rules', {}, empty('There are no rules yet. A rule says what it looks at, and when somebody is to be told:', NO_RULES));
  return card(
    'Rules',
    { aside: `${count(state.stats.rules)} in all` },
    rules.length > 8 && filters(search(page, 'q', 'Rules', { placeholder: 'name, condition or state' })),
    table(page, { label: 'Rules', ...ruleTable(page, state), key: ({ name }) => name, empty: empty('No rule has these words.') }),
    left.rules > 0 && h('p', { class: 'more' }, `${count(left.rules)} more rules are not shown`),
  );
}

interface TargetRow extends AlertTarget {
  readonly name: string;
}

export function targetsCard(page: Page, { stats }: AlertsState): VNode {
  const rows = Object.entries(stats.targets).map(([name, target]): TargetRow => ({ name, ...target }));
  const columns: readonly Column<TargetRow>[] = [
    {
      id: 'target',
      title: 'Target',
      value: ({ name }) => name,
      show: ({ name, place }) => [h('b', {}, name), place !== name && h('div', { class: 'small quiet' }, place)],
    },
    {
      id: 'state',
      title: 'State',
      value: ({ isResting }) => isResting,
      show: ({ isResting }) => (isResting ? badge('resting', 'warn') : badge('ready', 'good')),
    },
    { id: 'delivered', title: 'Delivered', isNumber: true, value: ({ delivered }) => delivered, show: ({ delivered }) => count(delivered) },
    { id: 'queued', title: 'Queued', isNumber: true, value: ({ queued }) => queued, show: ({ queued }) => count(queued) },
    {
      id: 'dead',
      title: 'Given up',
      isNumber: true,
      value: ({ dead }) => total(dead),
      show: ({ dead }) => [count(total(dead)), total(dead) > 0 && h('div', { class: 'small quiet' }, reasons(dead))],
    },
    {
      id: 'account',
      title: 'Account',
      isMinor: true,
      show({ accepted, delivered, dead, queued, limited }) {
        const { isRight, text, missing } = reckon(accepted, [
          ['delivered', delivered],
          ['given up', total(dead)],
          ['queued', queued],
          ['limited', limited],
        ]);
        return isRight ? badge('adds up', 'good', text) : badge(`does not add up: ${count(missing)}`, 'bad', text);
      },
    },
    { id: 'test', title: '', show: ({ name }) => action(page, 'Send a test', () => sendTest(page, name)) },
  ];
  return card(
    'Targets',
    { aside: 'accepted = delivered + given up + queued + limited' },
    table(page, {
      label: 'Targets',
      param: 'targets_sort',
      columns,
      rows,
      key: ({ name }) => name,
      empty: empty(
        'Nobody is told.',
        "startTelemetry({ alerts: { targets: [slackTarget({ webhookUrl })] } }); // of 'telemetry-bus/node/alerts'",
      ),
    }),
  );
}

async function sendTest(page: Page, target: string): Promise<string> {
  const { isDelivered, code, attempts, duration: took } = await page.api.send<AlertTest>('POST', '/admin/alerts/test', { target });
  if (!isDelivered) throw new Error(`${target} did not take the test: ${code ?? 'no reason was told'}, after ${count(attempts)} attempts`);
  return `${target} took the test after ${duration(took)}`;
}

/** The last changes, the newest first. */
export function historyCard(page: Page, history: readonly AlertChange[]): VNode {
  const words = page.param('changes');
  const rows = history.filter(({ change, alert }) => hasWords(words, change, alertName(alert), alert.summary, alert.severity));
  const columns: readonly Column<AlertChange>[] = [
    {
      id: 'time',
      title: 'Time',
      value: ({ time }) => time,
      show: ({ time }) => [
        h('span', { class: 'mono', title: dateTime(time) }, clock(time)),
        h('span', { class: 'small quiet' }, ' ', when(page, time)),
      ],
    },
    { id: 'change', title: 'Change', value: ({ change }) => change, show: ({ change }) => changeBadge(change) },
    { id: 'alert', title: 'Alert', value: ({ alert }) => alertName(alert), show: ({ alert }) => alertName(alert) },
    {
      id: 'value',
      title: 'Value',
      isNumber: true,
      isMinor: true,
      value: ({ alert }) => alert.value,
      show: ({ alert: { condition, value } }) => alertNumber(condition, value),
    },
    {
      id: 'summary',
      title: 'What was told',
      isMinor: true,
      value: ({ alert }) => alert.summary,
      show: ({ alert }) => h('span', { class: 'text quiet' }, alert.summary || NOTHING),
    },
  ];
  const key = ({ time, change, alert }: AlertChange): string => `${time} ${alert.id} ${change}`;
  return card(
    'What changed',
    { aside: 'the last 200 changes' },
    history.length > 8 && filters(search(page, 'changes', 'Changes', { placeholder: 'rule, change or text' })),
    table(page, {
      label: 'Changes of alerts',
      param: 'changes_sort',
      columns,
      rows,
      key,
      most: 50,
      empty: empty(history.length === 0 ? 'No alert has changed its state since the program began.' : 'No change has these words.'),
    }),
  );
}
