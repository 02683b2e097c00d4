import { type Child, h, type VNode } from './dom';
import { button } from './parts';
import type { View } from './view';

interface Question {
  readonly title: string;
  readonly text: string;
  readonly action: string;
}

/** What stands in front of the page: a question, or the list of keys. It takes the focus, and gives it back. */
export class Dialogs {
  private asked: (Question & { readonly answer: (isYes: boolean) => void }) | undefined;
  private isHelpOpen = false;
  private focused: Element | null = null;

  constructor(
    private readonly views: readonly View[],
    private readonly refresh: () => void,
  ) {}

  get isOpen(): boolean {
    return this.asked !== undefined || this.isHelpOpen;
  }

  /** Asks before something is done. */
  ask(question: Question): Promise<boolean> {
    this.close();
    this.open();
    return new Promise((resolve) => {
      const answer = (isYes: boolean): void => {
        this.asked = undefined;
        this.back();
        resolve(isYes);
      };
      this.asked = { ...question, answer };
      this.refresh();
    });
  }

  toggleHelp(): void {
    const isClosing = this.isHelpOpen;
    this.close();
    if (isClosing) return;
    this.open();
    this.isHelpOpen = true;
    this.refresh();
  }

  /** Closes what is open; a question is answered with no. */
  close(): void {
    this.asked?.answer(false);
    if (!this.isHelpOpen) return;
    this.isHelpOpen = false;
    this.back();
  }

  render(): Child {
    if (this.asked !== undefined) return this.question(this.asked);
    return this.isHelpOpen && this.help();
  }

  private open(): void {
    this.focused = document.activeElement;
  }

  private back(): void {
    const { focused } = this;
    this.focused = null;
    this.refresh();
    // Not before the page can be reached again.
    if (focused instanceof HTMLElement) requestAnimationFrame(() => requestAnimationFrame(() => focused.focus()));
  }

  private question({ title, text, action, answer }: NonNullable<Dialogs['asked']>): VNode {
    return veil('question', title, 'alertdialog', () => answer(false), [
      h('p', {}, text),
      h(
        'div',
        { class: 'dialog-actions' },
        h('button', { type: 'button', class: 'button plain', autofocus: true, on: { click: () => answer(false) } }, 'Leave it'),
        button(action, () => answer(true), { kind: 'danger' }),
      ),
    ]);
  }

  private help(): VNode {
    const keys: readonly (readonly [string, string])[] = [
      ...this.views.filter(({ key }) => key !== '').map(({ key, title }) => [`g ${key}`, title] as const),
      ['/', 'Search in this view'],
      ['.', 'Pause, and go on'],
      ['t', 'Theme: system, light, dark'],
      ['?', 'This list'],
      ['Esc', 'Close'],
    ];
    const close = (): void => this.close();
    return veil('help', 'Keys', 'dialog', close, [
      h(
        'dl',
        { class: 'keys' },
        ...keys.map(([name, text]) => h('div', { key: name }, h('dt', {}, h('kbd', {}, name)), h('dd', {}, text))),
      ),
      h(
        'div',
        { class: 'dialog-actions' },
        h('button', { type: 'button', class: 'button plain', autofocus: true, on: { click: close } }, 'Close'),
      ),
    ]);
  }
}

function veil(key: string, title: string, role: string, leave: () => void, content: readonly Child[]): VNode {
  const click = (event: Event): void => {
    if (event.target === event.currentTarget) leave();
  };
  return h(
    'div',
    { class: 'veil', key, on: { click } },
    h('div', { class: 'dialog', role, 'aria-modal': 'true', 'aria-label': title }, h('h2', {}, title), ...content),
  );
}
