import type { View } from './view';

interface Actions {
  readonly views: readonly View[];
  readonly open: (view: string) => void;
  readonly pause: () => void;
  readonly search: () => void;
  readonly theme: () => void;
  readonly help: () => void;
  readonly close: () => void;
}

/** How long after `g` its letter may come. */
const GO_MS = 1500;

/** Keys of the page. Nothing is done while somebody types into a field, but for Escape. */
export class Shortcuts {
  private isGoing = false;
  private timer: number | undefined;
  private readonly listener = (event: KeyboardEvent): void => this.press(event);

  constructor(private readonly actions: Actions) {}

  begin(): void {
    document.addEventListener('keydown', this.listener);
  }

  end(): void {
    document.removeEventListener('keydown', this.listener);
    clearTimeout(this.timer);
  }

  private press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const field = event.target as HTMLElement;
    const isTyping = /^(?:INPUT|TEXTAREA|SELECT)$/.test(field.tagName);
    if (event.key === 'Escape') {
      if (isTyping) field.blur();
      this.actions.close();
      return;
    }
    if (isTyping) return;
    if (this.isGoing) {
      this.isGoing = false;
      const view = this.actions.views.find(({ key }) => key !== '' && key === event.key);
      if (view !== undefined) this.done(event, () => this.actions.open(view.id));
      return;
    }
    const { pause, search, theme, help } = this.actions;
    const action = { g: () => this.go(), '.': pause, '/': search, t: theme, '?': help }[event.key];
    if (action !== undefined) this.done(event, action);
  }

  private done(event: Event, action: () => void): void {
    event.preventDefault();
    action();
  }

  private go(): void {
    this.isGoing = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.isGoing = false;
    }, GO_MS) as unknown as number;
  }
}
