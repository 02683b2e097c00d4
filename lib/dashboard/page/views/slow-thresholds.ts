import type { Limits, Slow, Tally, ThresholdProposal } from '../../wire/slow';
import { type Child, h, type VNode } from '../dom';
import { count, duration, percent } from '../format';
import { action, bar, card, empty } from '../parts';
import { type Column, table } from '../table';
import type { Page } from '../view';

type WatchName = 'operations' | 'requests';

/** Of a class or an event that a watch counts. */
export interface Counted extends Tally {
  readonly watch: WatchName;
  readonly kind: 'class' | 'event';
  readonly name: string;
  readonly limits: Limits | undefined;
}

/** A proposal, and whose. */
export interface Proposed extends ThresholdProposal {
  readonly watch: WatchName;
}

const WATCHES: readonly WatchName[] = ['operations', 'requests'];

/** What all watches counted, classes first. */
export function countedOf(slow: Slow): readonly Counted[] {
  return WATCHES.flatMap((watch) => {
    const found = slow[watch];
    if (found === null) return [];
    const { counts, thresholds } = found;
    const all = (kind: Counted['kind'], tallies: Readonly<Record<string, Tally>>, limits: Readonly<Record<string, Limits>>): Counted[] =>
      Object.entries(tallies).map(([name, tally]) => ({
        watch,
        kind,
        name,
        ...tally,
        limits: Object.hasOwn(limits, name) ? limits[name] : undefined,
      }));
    return [...all('class', counts.classes, thresholds.classes), ...all('event', counts.events, thresholds.events)];
  });
}

export const proposedOf = (slow: Slow): readonly Proposed[] =>
  WATCHES.flatMap((watch) => (slow[watch]?.proposals ?? []).map((proposal) => ({ ...proposal, watch })));

/** `over 2 s, very slow over 5 s` */
export function limitsText(limits: Limits | undefined): string {
  if (limits?.warn === undefined && limits?.error === undefined) return 'none';
  const parts = [
    limits.warn !== undefined && `slow over ${duration(limits.warn)}`,
    limits.error !== undefined && `very slow over ${duration(limits.error)}`,
  ];
  return parts.filter(Boolean).join(', ');
}

/** Why a proposal would fit, in a sentence. */
export function proposalText({ p99, count: all, proposed, current, wouldBeSlow, reason }: ThresholdProposal): string {
  if (proposed === undefined) return `No proposal: ${reason}`;
  const now = current?.warn === undefined ? 'nothing tells slow from fast now' : `it is ${duration(current.warn)} now`;
  const of = wouldBeSlow === undefined ? '' : `; at most ${count(wouldBeSlow)} of ${count(all)} would have been over it`;
  return `p99 is ${duration(p99)}; a threshold of ${duration(proposed.warn)} would fit (${now})${of}`;
}

const isSame = (one: Limits | undefined, other: Limits | undefined): boolean => one?.warn === other?.warn && one?.error === other?.error;

export function countsCard(page: Page, slow: Slow): VNode {
  const columns: readonly Column<Counted>[] = [
    {
      id: 'name',
      title: 'Class or event',
      value: ({ name }) => name,
      show: ({ kind, name }) =>
        kind === 'event' ? h('a', { href: page.link('events', { event: name }), class: 'mono' }, name) : h('span', { class: 'mono' }, name),
    },
    {
      id: 'kind',
      title: 'Kind',
      isMinor: true,
      value: ({ kind, watch }) => `${watch}, ${kind}`,
      show: ({ kind, watch }) => `${kind} of ${watch}`,
    },
    { id: 'count', title: 'Judged', isNumber: true, isMinor: true, value: (row) => row.count, show: (row) => count(row.count) },
    { id: 'slow', title: 'Slow', isNumber: true, value: (row) => row.slow, show: (row) => count(row.slow) },
    { id: 'very_slow', title: 'Very slow', isNumber: true, value: (row) => row.verySlow, show: (row) => count(row.verySlow) },
    {
      id: 'share',
      title: 'Share',
      isMinor: true,
      value: shareOf,
      show: (row) => bar(shareOf(row), percent(shareOf(row)), row.verySlow > 0 ? 'bad' : 'neutral'),
    },
    { id: 'limits', title: 'Thresholds', isMinor: true, value: ({ limits }) => limits?.warn, show: ({ limits }) => limitsText(limits) },
  ];
  return card(
    'How many were slow',
    { key: 'counts', aside: 'since the program began' },
    table(page, {
      label: 'Slow operations by class and event',
      param: 'counts_sort',
      sort: '-slow',
      columns,
      rows: countedOf(slow),
      key: ({ watch, kind, name }) => `${watch} ${kind} ${name}`,
      empty: h('p', { class: 'quiet' }, 'No duration was judged yet.'),
    }),
  );
}

const shareOf = (tally: Tally): number => (tally.count === 0 ? 0 : (tally.slow + tally.verySlow) / tally.count);

export function proposalsCard(page: Page, slow: Slow): VNode {
  const columns: readonly Column<Proposed>[] = [
    {
      id: 'name',
      title: 'Class or event',
      value: (row) => nameOf(row),
      show: (row) => h('span', { class: 'mono', title: `Of ${row.watch}` }, nameOf(row)),
    },
    { id: 'count', title: 'Durations', isNumber: true, isMinor: true, value: (row) => row.count, show: (row) => count(row.count) },
    {
      id: 'p99',
      title: 'p99',
      isNumber: true,
      isMinor: true,
      value: (row) => row.p99,
      show: (row) => duration(row.count === 0 ? null : row.p99),
    },
    { ...limitsColumn('current', 'Now', ({ current }) => current), isMinor: true },
    limitsColumn('proposed', 'Would fit', ({ proposed }) => proposed),
    {
      id: 'reason',
      title: 'Why',
      isMinor: true,
      value: proposalText,
      show: (row) => h('span', { class: 'small quiet' }, proposalText(row)),
    },
    // Its label stays in one line.
    { id: 'take', title: '', isNumber: true, show: (row) => takeButton(page, row) },
  ];
  return card(
    'Thresholds that would fit',
    { key: 'proposals', aside: 'slow / very slow. They hold until the program ends; each change is in the security log' },
    table(page, {
      label: 'Proposals for thresholds',
      param: 'proposals_sort',
      sort: '-count',
      columns,
      rows: proposedOf(slow),
      key: (row) => `${row.watch} ${nameOf(row)}`,
      empty: empty(
        'There is nothing to propose yet: thresholds come from durations, and 100 of an event or a class are needed. Declare what has one:',
        "defineEvent<{ duration: number }, { region: string }>({ slow: { warn: '2s', error: '5s' } });",
      ),
    }),
  );
}

const limitsColumn = (id: string, title: string, limitsOf: (row: Proposed) => Limits | undefined): Column<Proposed> => ({
  id,
  title,
  isNumber: true,
  value: (row) => limitsOf(row)?.warn,
  show(row) {
    const limits = limitsOf(row);
    return h('span', { title: limitsText(limits) }, limits === undefined ? '–' : `${duration(limits.warn)} / ${duration(limits.error)}`);
  },
});

const nameOf = ({ class: name, event }: ThresholdProposal): string => name ?? event ?? '–';

function takeButton(page: Page, row: Proposed): Child {
  const { proposed, current, watch, class: name, event } = row;
  if (proposed === undefined || (name === undefined && event === undefined)) return undefined;
  if (isSame(proposed, current)) return h('span', { class: 'quiet' }, 'in force');
  return action(page, 'Use it', async () => {
    const limits = { warn: proposed.warn, error: proposed.error };
    const body = name !== undefined ? { watch, classes: { [name]: limits } } : { watch, thresholds: { [event as string]: limits } };
    await page.api.send('PUT', '/admin/slow/thresholds', body);
    return `${nameOf(row)}: ${limitsText(limits)}`;
  });
}
