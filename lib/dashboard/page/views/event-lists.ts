import type { EventRow } from '../../wire/events';
import type { History, Outlier, Outliers } from '../../wire/history';
import { type Child, h, type VNode } from '../dom';
import { ago, clock, dateTime, duration, perSecond, withUnit } from '../format';
import { bar, card, empty } from '../parts';
import { type Column, exportedTable, table } from '../table';
import type { Exported, Page } from '../view';
import { followedBy, followLink } from './event-ids';
import { type Share, sharesOf, tagsText, wholeOf } from './event-series';

const MOST_OUTLIERS = 12;
const TAGS = `defineEvent<{ duration: number }, { region: string }>({ tags: ['region'] });`;

/** Which part of an event each set of its tags is. */
export function breakdown(page: Page, rates: History | undefined, durations: History | undefined, { tags }: EventRow): Child {
  const rows = sharesOf(rates, durations);
  const unit = wholeOf(durations)?.unit ?? durations?.series[0]?.unit;
  const columns: readonly Column<Share>[] = [
    { id: 'tags', title: 'Tags', value: (row) => row.tags, show: (row) => h('span', { class: 'mono' }, row.tags) },
    { id: 'part', title: 'Part', value: (row) => row.part, show: (row) => bar(row.part, perSecond(row.rate)) },
    { id: 'p95', title: 'Highest p95', isNumber: true, value: (row) => row.p95, show: (row) => withUnit(row.p95, unit) },
  ];
  const text =
    tags === undefined
      ? 'It is counted as a whole. Metadata that its definition names as tags splits it:'
      : 'Nothing was counted by its tags in this time.';
  const body = table(page, {
    label: 'By tags',
    param: 'by',
    sort: '-part',
    columns,
    rows,
    key: (row) => row.tags,
    empty: empty(text, tags === undefined ? TAGS : undefined),
  });
  const left = rates?.left_out ?? 0;
  return card('By tags', { aside: left > 0 && `${left} smaller ones are not shown`, key: 'tags' }, body);
}

const SLOWEST = { label: 'Slowest', param: 'slowest', sort: '-duration_ms' };

/** The slowest ones, to be followed. */
export function outlierTable(page: Page): VNode {
  const body = table(page, {
    ...SLOWEST,
    columns: outlierColumns(page),
    rows: slowest(page).slice(0, MOST_OUTLIERS),
    key: ({ time, duration_ms: ms }) => `${time} ${ms}`,
    empty: empty('No durations in the last ten minutes.'),
  });
  return card('Slowest of the last ten minutes', { class: 'half', aside: 'one of each ten seconds', key: 'outliers' }, body);
}

export const exportedOutliers = (page: Page): Exported =>
  exportedTable(page, `slowest-${page.param('event')}`, { ...SLOWEST, columns: outlierColumns(page), rows: slowest(page) });

function slowest(page: Page): readonly Outlier[] {
  const all = page.data<Outliers>('outliers')?.outliers ?? [];
  return [...all].sort((one, other) => other.duration_ms - one.duration_ms);
}

function outlierColumns(page: Page): readonly Column<Outlier>[] {
  const when = ({ time }: Outlier): VNode => h('span', { title: `${dateTime(time)}, ${ago(time, page.now())}` }, clock(time));
  const tags = (row: Outlier): VNode => h('span', { class: 'mono' }, tagsText(row.tags));
  return [
    { id: 'time', title: 'Time', value: ({ time }) => time, show: when },
    { id: 'duration_ms', title: 'Duration', isNumber: true, value: (row) => row.duration_ms, show: (row) => duration(row.duration_ms) },
    { id: 'tags', title: 'Tags', value: (row) => tagsText(row.tags), show: tags, isMinor: true },
    { id: 'ids', title: 'Follow', value: ({ ids }) => followedBy(ids), show: ({ ids }) => followLink(page, ids) },
  ];
}
