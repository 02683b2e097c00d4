/** The silences that are not over. */
import type { Silence } from '../../wire/alerts';
import type { VNode } from '../dom';
import { h } from '../dom';
import { NOTHING } from '../format';
import { action, card, empty, when } from '../parts';
import { type Column, table } from '../table';
import type { Page } from '../view';
import { silenceControls } from './silence-form';

const NO_SILENCES = `alerts.silence({ rule: 'slow_orders', for: '1h', reason: 'known', by: 'ann' });`;

/** What a silence covers, in words. */
export function coverText({ rule, group, severity }: Silence): string {
  const parts = [rule, group && `(${group})`, severity && `${severity} only`].filter(Boolean);
  return parts.length === 0 ? 'every alert' : parts.join(' ');
}

/** @param hasControls - The reason and the buttons stand here, and not beside what fires. */
export function silencesCard(page: Page, silences: readonly Silence[], hasControls: boolean): VNode {
  const columns: readonly Column<Silence>[] = [
    { id: 'what', title: 'What', value: coverText, show: coverText },
    {
      id: 'reason',
      title: 'Reason',
      value: ({ reason }) => reason,
      show: ({ reason }) => (reason === undefined ? NOTHING : h('span', { class: 'text' }, reason)),
    },
    { id: 'by', title: 'By', value: ({ by }) => by, show: ({ by }) => by ?? NOTHING },
    { id: 'started', title: 'Began', isMinor: true, value: ({ startedAt }) => startedAt, show: ({ startedAt }) => when(page, startedAt) },
    { id: 'ends', title: 'Ends', value: ({ endsAt }) => endsAt, show: ({ endsAt }) => when(page, endsAt) },
    { id: 'end', title: '', show: (silence) => action(page, 'End now', () => end(page, silence)) },
  ];
  return card(
    'Silences',
    {},
    hasControls && silenceControls(page),
    table(page, {
      label: 'Silences',
      param: 'silences_sort',
      columns,
      rows: silences,
      key: ({ id }) => id,
      empty: empty('Nothing is silenced. The buttons beside an alert silence it for a while; a program can do it, too:', NO_SILENCES),
    }),
  );
}

async function end(page: Page, silence: Silence): Promise<string | undefined> {
  const what = coverText(silence);
  const isSure = await page.confirm({
    title: `End the silence of ${what}?`,
    text: 'What still fires is told at the next look at the rules.',
    action: 'End it',
  });
  if (!isSure) return undefined;
  await page.api.send('DELETE', `/admin/silences/${encodeURIComponent(silence.id)}`);
  return `The silence of ${what} is over`;
}
