/** A line of the log in full: every value is a button that shows lines with the same one. */
import type { LogLine } from '../../wire/logs';
import { type Child, h, type VNode } from '../dom';
import { copyButton } from '../parts';
import type { Page } from '../view';
import { filterBy, idsOf } from './log-record';

/** Beyond so many values, the rest is text. */
const MAX_BUTTONS = 400;
const MAX_DEPTH = 8;

type Plain = string | number | boolean | null;

export function logDetail(page: Page, record: LogLine): VNode {
  const ids = idsOf(record);
  const { fingerprint, event_name: event } = record;
  return h(
    'div',
    { class: 'stack' },
    h(
      'div',
      { class: 'row small' },
      ...ids.map(([name, id]) =>
        h('a', { href: page.link('logs', { follow: id }), key: name, title: `Everything of ${name} ${id}` }, `Follow ${name} ${id}`),
      ),
      typeof fingerprint === 'string' && h('a', { href: page.link('errors', { error: fingerprint }), key: 'error' }, 'The error'),
      typeof event === 'string' && h('a', { href: page.link('events', { event }), key: 'event' }, 'The event'),
      copyButton(page, () => JSON.stringify(record), 'Copy as JSON'),
      h('span', { class: 'quiet' }, 'Press a value to see the lines that have it'),
    ),
    h('pre', { class: 'json log-json', tabindex: '0' }, h('code', {}, ...new Printer(page).print(record))),
  );
}

/** Writes JSON with an indent of two, as `JSON.stringify` does. */
class Printer {
  private buttons = 0;

  constructor(private readonly page: Page) {}

  print(record: LogLine): readonly Child[] {
    return this.value('', record, '');
  }

  private value(key: string, value: unknown, indent: string): readonly Child[] {
    if (typeof value !== 'object' || value === null) return [this.scalar(key, value as Plain)];
    if (indent.length > 2 * MAX_DEPTH) return [JSON.stringify(value)];
    const inner = `${indent}  `;
    const isList = Array.isArray(value);
    const entries = Object.entries(value);
    const [begin, end] = isList ? '[]' : '{}';
    if (entries.length === 0) return [`${begin}${end}`];
    const body = entries.flatMap(([name, one], at): readonly Child[] => [
      `${at === 0 ? '' : ','}\n${inner}${isList ? '' : `${JSON.stringify(name)}: `}`,
      // Items of a list have no name of their own; what is looked for is the text.
      ...this.value(isList ? '' : name, one, inner),
    ]);
    return [begin as string, ...body, `\n${indent}${end}`];
  }

  private scalar(key: string, value: Plain): Child {
    const text = JSON.stringify(value) ?? 'null';
    if (++this.buttons > MAX_BUTTONS || value === '') return text;
    const filter = key === '' ? { text: String(value).slice(0, 200) } : filterBy(key, value);
    return h(
      'button',
      {
        type: 'button',
        class: 'log-value',
        title: 'Only lines with this value',
        key: String(this.buttons),
        on: { click: () => this.page.setParams({ ...filter, line: '', follow: '', in: '' }) },
      },
      text,
    );
  }
}
