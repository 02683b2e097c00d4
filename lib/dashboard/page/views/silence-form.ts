/** Keeps an alert from being told for a while. */
import type { Alert, Severity } from '../../wire/alerts';
import { h, type VNode } from '../dom';
import { action } from '../parts';
import type { Page } from '../view';

/** What is to be silenced. Without any of these: everything. */
export interface Silenced {
  readonly rule?: string;
  readonly group?: string;
  readonly severity?: Severity;
}

const TIMES: readonly (readonly [value: string, label: string, words: string])[] = [
  ['15m', '15 min', '15 minutes'],
  ['1h', '1 h', 'an hour'],
  ['4h', '4 h', '4 hours'],
];

/** What was typed as the reason, as long as the page stays. */
const reasons = new WeakMap<Page, string>();

/** The field for the reason of the next silence, and buttons that silence everything. */
export const silenceControls = (page: Page): VNode =>
  h(
    'div',
    { class: 'filters' },
    reasonField(page),
    h('div', { class: 'field' }, h('span', { class: 'field-label' }, 'Silence every alert'), silenceButtons(page, {}, 'every alert')),
  );

function reasonField(page: Page): VNode {
  return h(
    'label',
    { class: 'field silence-reason' },
    h('span', { class: 'field-label' }, 'Reason of the next silence'),
    h('input', {
      type: 'text',
      value: reasons.get(page) ?? '',
      placeholder: 'such as: deploying 1.4',
      autocomplete: 'off',
      maxlength: 200,
      disabled: !page.canWrite,
      on: { input: (event) => void reasons.set(page, (event.target as HTMLInputElement).value) },
    }),
  );
}

export const whatOf = ({ rule, group }: Pick<Alert, 'rule' | 'group'>): Silenced => ({ rule, ...(group !== undefined && { group }) });

/** @param name - What is silenced, in words. */
export function silenceButtons(page: Page, what: Silenced, name: string): VNode {
  return h(
    'div',
    { class: 'row', role: 'group', 'aria-label': `Silence ${name}` },
    ...TIMES.map(([time, label, words]) =>
      action(page, label, () => silence(page, what, time, `${name} is not told for ${words}`), {
        title: `Silence ${name} for ${words}`,
        key: time,
      }),
    ),
  );
}

async function silence(page: Page, what: Silenced, time: string, done: string): Promise<string | undefined> {
  const isEverything = Object.keys(what).length === 0;
  const question = {
    title: 'Silence every alert?',
    text: 'Nobody is told of any alert until this silence is over. Alerts are listed here all the same.',
    action: 'Silence all',
  };
  if (isEverything && !(await page.confirm(question))) return undefined;
  const reason = (reasons.get(page) ?? '').trim();
  await page.api.send('POST', '/admin/silences', {
    ...what,
    ...(isEverything && { everything: true }),
    for: time,
    ...(reason !== '' && { reason }),
  });
  reasons.delete(page);
  return done;
}
