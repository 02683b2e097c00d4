import { h, type VNode } from '../dom';
import type { Page } from '../view';

/** Each address is another question to the program: not every letter is one. */
const PAUSE_MS = 300;
const MAX_SUGGESTIONS = 100;

interface Typed {
  readonly text: string;
  /** What the address had then: when it is changed elsewhere, that holds. */
  readonly base: string;
}

export interface FieldProps {
  readonly placeholder?: string;
  readonly suggestions?: readonly string[];
  /** The one that `/` goes to. */
  readonly isSearch?: boolean;
  readonly maxlength?: number;
}

/** Fields whose text goes to the address when it was typed: on Enter, on leaving the field, or after a moment. */
export class TypedFields {
  private readonly typed = new Map<string, Typed>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly page: Pick<Page, 'param' | 'setParams'>) {}

  field(param: string, label: string, props: FieldProps = {}): VNode {
    const { placeholder = '', suggestions = [], isSearch = false, maxlength = 200 } = props;
    const list = suggestions.length > 0 ? `suggestions-${param}` : undefined;
    return h(
      'label',
      { class: 'field', key: `field-${param}` },
      h('span', { class: 'field-label' }, label),
      h('input', {
        type: 'search',
        value: this.textOf(param),
        placeholder,
        autocomplete: 'off',
        spellcheck: 'false',
        maxlength,
        ...(list !== undefined && { list }),
        ...(isSearch && { 'data-search': '' }),
        on: {
          input: (event) => this.take(param, (event.target as HTMLInputElement).value),
          change: () => this.commit(),
        },
      }),
      list !== undefined &&
        h('datalist', { id: list }, ...suggestions.slice(0, MAX_SUGGESTIONS).map((value) => h('option', { value, key: value }))),
    );
  }

  destroy(): void {
    clearTimeout(this.timer);
    this.typed.clear();
  }

  private textOf(param: string): string {
    const typed = this.typed.get(param);
    const said = this.page.param(param);
    return typed !== undefined && typed.base === said ? typed.text : said;
  }

  private take(param: string, text: string): void {
    this.typed.set(param, { text, base: this.page.param(param) });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.commit(), PAUSE_MS);
  }

  private commit(): void {
    clearTimeout(this.timer);
    const changes = [...this.typed].filter(([param, { base }]) => base === this.page.param(param));
    this.typed.clear();
    if (changes.length > 0) this.page.setParams(Object.fromEntries(changes.map(([param, { text }]) => [param, text])), true);
  }
}
