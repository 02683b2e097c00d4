import { h, type VNode } from './dom';

const SHOWN_MS = 5000;
const MOST = 4;

/** Short messages in the corner. A screen reader says them; nobody has to close them. */
export class Toasts {
  private all: readonly { readonly id: number; readonly text: string; readonly tone: 'good' | 'bad' }[] = [];
  private count = 0;

  constructor(private readonly refresh: () => void) {}

  add(text: string, tone: 'good' | 'bad'): void {
    const id = ++this.count;
    this.all = [...this.all.slice(1 - MOST), { id, text, tone }];
    setTimeout(() => {
      this.all = this.all.filter((one) => one.id !== id);
      this.refresh();
    }, SHOWN_MS);
    this.refresh();
  }

  render(): VNode {
    return h(
      'div',
      { class: 'toasts', role: 'status', 'aria-live': 'polite', key: 'toasts' },
      ...this.all.map(({ id, text, tone }) => h('div', { class: `toast tone-${tone}`, key: String(id) }, text)),
    );
  }
}
