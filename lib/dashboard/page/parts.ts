/** What views are made of. */
import { type Child, h, type VNode } from './dom';
import { ago, dateTime, NOTHING } from './format';
import type { Page } from './view';

export type Tone = 'neutral' | 'good' | 'warn' | 'bad';

/** A part of a view with a heading. */
export function card(
  title: Child,
  props: { readonly aside?: Child; readonly class?: string; readonly key?: string },
  ...children: Child[]
): VNode {
  const { aside, key, class: more = '' } = props;
  const head = h('header', { class: 'card-head' }, h('h2', {}, title), aside && h('div', { class: 'card-aside' }, aside));
  return h('section', { class: `card ${more}`.trim(), ...(key !== undefined && { key }) }, head, ...children);
}

export const grid = (...children: Child[]): VNode => h('div', { class: 'grid' }, ...children);

/** A number with its name. @param under - Stands below it, small. */
export function tile(
  label: string,
  value: Child,
  props: { readonly tone?: Tone; readonly under?: Child; readonly href?: string } = {},
): VNode {
  const { tone = 'neutral', under, href } = props;
  const body = [
    h('span', { class: 'tile-label' }, label),
    h('strong', { class: 'tile-value' }, value),
    h('span', { class: 'tile-under' }, under ?? ' '),
  ];
  const name = `tile tone-${tone}`;
  return href === undefined ? h('div', { class: name, key: label }, ...body) : h('a', { class: name, href, key: label }, ...body);
}

export const tiles = (...children: Child[]): VNode => h('div', { class: 'tiles' }, ...children);

/** A word with a colour and a sign, so that it does not depend on the colour. */
export function badge(text: string, tone: Tone = 'neutral', title?: string): VNode {
  const sign = { neutral: '', good: '✓ ', warn: '! ', bad: '✕ ' }[tone];
  return h('span', { class: `badge tone-${tone}`, ...(title !== undefined && { title }) }, `${sign}${text}`);
}

/** A part of one as a bar, with its text beside it. @param part - 0 to 1. */
export function bar(part: number, text: Child, tone: Tone = 'neutral'): VNode {
  return h(
    'div',
    { class: 'meter' },
    h('div', { class: 'meter-track', 'aria-hidden': 'true' }, h('div', { class: `meter-fill tone-${tone}`, percent: part * 100 })),
    h('span', { class: 'meter-text' }, text),
  );
}

/** What stands where nothing is to be seen yet: why, and the code that changes it. */
export function empty(text: string, code?: string): VNode {
  return h('div', { class: 'empty' }, h('p', {}, text), code !== undefined && h('pre', { tabindex: '0' }, h('code', {}, code)));
}

/** While the first answer is under way, or why there is none. */
export function waiting(page: Page, ...sources: readonly string[]): VNode {
  for (const source of sources) {
    const problem = page.problem(source);
    if (problem !== undefined) return problemBox(problem);
  }
  return h('div', { class: 'empty', role: 'status' }, h('p', {}, 'Asking the program…'));
}

export const problemBox = (problem: { readonly message: string; readonly code?: string }): VNode =>
  h('div', { class: 'problem', role: 'alert' }, h('strong', {}, problem.code ?? 'It failed'), h('p', {}, problem.message));

export interface ButtonProps {
  readonly kind?: 'plain' | 'main' | 'danger';
  readonly title?: string;
  readonly disabled?: boolean;
  readonly pressed?: boolean;
  readonly key?: string;
}

export function button(label: Child, click: () => void, props: ButtonProps = {}): VNode {
  const { kind = 'plain', title, disabled, pressed, key } = props;
  return h(
    'button',
    {
      type: 'button',
      class: `button ${kind}`,
      on: { click: () => click() },
      ...(title !== undefined && { title }),
      ...(disabled === true && { disabled: true }),
      ...(pressed !== undefined && { 'aria-pressed': String(pressed) }),
      ...(key !== undefined && { key }),
    },
    label,
  );
}

/** A button for what changes something: says why it can't be pressed where the session may only read. */
export function action(page: Page, label: string, run: () => Promise<string | undefined>, props: ButtonProps = {}): VNode {
  const why = page.canWrite ? props.title : 'This session may read, but not change anything. Sign in with a token of scope write';
  const go = (): void => {
    run().then(
      (text) => {
        if (text !== undefined) page.toast(text, 'good');
        page.reload();
      },
      (error: Error) => page.toast(error.message, 'bad'),
    );
  };
  return button(label, go, { ...props, disabled: !page.canWrite || props.disabled === true, ...(why !== undefined && { title: why }) });
}

/** A field to type into that changes a parameter of the address. It is said with a name. */
export function search(page: Page, param: string, label: string, props: { readonly placeholder?: string } = {}): VNode {
  return h(
    'label',
    { class: 'field' },
    h('span', { class: 'field-label' }, label),
    h('input', {
      type: 'search',
      value: page.param(param),
      placeholder: props.placeholder ?? '',
      autocomplete: 'off',
      spellcheck: 'false',
      maxlength: 200,
      'data-search': '',
      on: { input: (event) => page.setParams({ [param]: (event.target as HTMLInputElement).value }, true) },
    }),
  );
}

/** A choice that changes a parameter of the address. @param options - Value and label; the first is the default, and not in the address. */
export function choice(page: Page, param: string, label: string, options: readonly (readonly [value: string, label: string])[]): VNode {
  const [[first] = ['']] = options;
  return h(
    'label',
    { class: 'field' },
    h('span', { class: 'field-label' }, label),
    h(
      'select',
      {
        value: page.param(param) || (first as string),
        on: {
          change: (event) => {
            const { value } = event.target as HTMLSelectElement;
            page.setParams({ [param]: value === first ? '' : value });
          },
        },
      },
      ...options.map(([value, text]) => h('option', { value, key: value }, text)),
    ),
  );
}

/** A row of fields above a table. */
export const filters = (...children: Child[]): VNode => h('div', { class: 'filters', role: 'search' }, ...children);

/** Names and values, one under the other. */
export function facts(...pairs: readonly (readonly [name: string, value: Child])[]): VNode {
  return h('dl', { class: 'facts' }, ...pairs.map(([name, value]) => h('div', { key: name }, h('dt', {}, name), h('dd', {}, value))));
}

/** Data as indented JSON. */
export const json = (value: unknown): VNode =>
  h('pre', { class: 'json', tabindex: '0' }, h('code', {}, JSON.stringify(value, null, 2) ?? 'null'));

/** Copies a text, and says so. */
export function copyButton(page: Page, text: () => string, label: string = 'Copy'): VNode {
  const copy = (): void =>
    void navigator.clipboard.writeText(text()).then(
      () => page.toast('Copied', 'good'),
      () => page.toast('The browser does not let pages copy here', 'bad'),
    );
  return button(label, copy);
}

/** How long ago, or how long until, with date and time in its title. @param time - ms since the epoch. */
export function when(page: Pick<Page, 'now'>, time: number | null | undefined): Child {
  if (time === null || time === undefined || !Number.isFinite(time)) return NOTHING;
  return h('time', { title: dateTime(time) }, ago(time, page.now()));
}
