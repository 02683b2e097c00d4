import type { Pulse } from '../wire/overview';
import type { SessionInfo } from '../wire/session';
import { type Api, ApiProblem } from './api';
import { csv, fileName } from './csv';
import { Dialogs } from './dialogs';
import { type Child, h, show } from './dom';
import { head } from './head';
import { Live } from './live';
import { menu } from './menu';
import { problemBox } from './parts';
import { everyOf } from './refresh-rate';
import { save } from './save';
import { Shortcuts } from './shortcuts';
import { applyTheme, readTheme, type Theme } from './theme';
import { Toasts } from './toasts';
import { type Place, placeText, readPlace } from './url-state';
import type { Page, View, ViewInstance } from './view';

export interface ShellOptions {
  readonly host: HTMLElement;
  readonly api: Api;
  readonly session: SessionInfo;
  /** Path of the page, such as `/admin/monitoring`. */
  readonly root: string;
  readonly views: readonly View[];
}

const PULSE = '/admin/pulse';
/** What stands around every view: menu, state, shortcuts; keeps what the view shows up to date. */
export class Shell {
  private readonly live: Live;
  private readonly answers = new Map<string, unknown>();
  private readonly problems = new Map<string, ApiProblem>();
  private readonly shortcuts: Shortcuts;
  private readonly page: Page;
  private place: Place;
  private view: View | undefined;
  private instance: ViewInstance | undefined;
  private sources: Readonly<Record<string, string>> = {};
  private isDue = false;
  private readonly toasts: Toasts = new Toasts(() => this.refresh());
  private readonly dialogs: Dialogs;
  private isMenuOpen = false;
  /** Of the program's clock ahead of the browser's, in ms. */
  private ahead = 0;
  private end: ((reason: ApiProblem) => void) | undefined;

  constructor(private readonly options: ShellOptions) {
    this.place = readPlace(options.root, location.pathname, location.search);
    this.dialogs = new Dialogs(options.views, () => this.refresh());
    this.page = this.makePage();
    this.live = new Live(options.api, {
      data: (path, data) => this.take(path, data),
      refused: (path, problem) => {
        this.problems.set(path, problem);
        this.refresh();
      },
      state: (state) => {
        if (state === 'signed-out') this.end?.(new ApiProblem(401, 'SESSION_INVALID', 'The session is over'));
        this.refresh();
      },
      restarted: () => this.toasts.add('The program was started again', 'good'),
    });
    this.shortcuts = new Shortcuts({
      views: options.views,
      open: (id) => this.go({ view: id, params: this.kept() }),
      pause: () => this.pause(),
      search: () => document.querySelector<HTMLElement>('[data-search]')?.focus(),
      theme: () => this.nextTheme(),
      help: () => this.dialogs.toggleHelp(),
      close: () => this.close(),
    });
  }

  /** Shows the dashboard until the session is over. @throws {ApiProblem} rejecting, with 401. */
  async run(): Promise<void> {
    const back = (): void => {
      this.place = readPlace(this.options.root, location.pathname, location.search);
      this.apply();
    };
    addEventListener('popstate', back);
    const follow = (event: MouseEvent): void => this.follow(event);
    document.addEventListener('click', follow);
    this.shortcuts.begin();
    const ticking = setInterval(() => this.refresh(), 1000);
    try {
      this.apply();
      await new Promise<never>((_, reject) => {
        this.end = reject;
      });
    } finally {
      clearInterval(ticking);
      removeEventListener('popstate', back);
      document.removeEventListener('click', follow);
      this.shortcuts.end();
      this.live.stop();
      this.instance?.destroy?.();
      this.instance = undefined;
      this.end = undefined;
    }
  }

  private makePage(): Page {
    const shell = this;
    const { api, session, root } = this.options;
    return {
      api,
      session,
      canWrite: session.scope === 'write',
      get live() {
        return shell.live.state;
      },
      data: <Answer>(source: string) => shell.answers.get(shell.sources[source] ?? '') as Answer | undefined,
      problem: (source) => shell.problems.get(shell.sources[source] ?? ''),
      param: (name) => shell.place.params[name] ?? '',
      setParams: (params, isReplacing = false) => {
        const all: Record<string, string> = { ...shell.place.params };
        for (const [name, value] of Object.entries(params)) {
          if (value === undefined || value === '') delete all[name];
          else all[name] = value;
        }
        shell.go({ view: shell.place.view, params: all }, isReplacing);
      },
      open: (view, params = {}) => shell.go({ view, params: { ...shell.kept(), ...params } }),
      link: (view, params = {}) => placeText(root, { view, params: { ...shell.kept(), ...params } }),
      refresh: () => shell.refresh(),
      reload: () => void shell.reload(),
      toast: (text, tone = 'good') => shell.toasts.add(text, tone),
      confirm: (question) => shell.dialogs.ask(question),
      now: () => Date.now() + shell.ahead,
    };
  }

  /** How often it is refreshed stays when the view changes. */
  private kept(): Record<string, string> {
    const { every } = this.place.params;
    return every === undefined ? {} : { every };
  }

  private get every(): number {
    return everyOf(this.place.params.every);
  }

  private go(place: Place, isReplacing = false): void {
    const text = placeText(this.options.root, place);
    const isSame = text === location.pathname + location.search;
    if (!isSame) history[isReplacing ? 'replaceState' : 'pushState'](null, '', text);
    const isOther = place.view !== this.place.view;
    this.place = place;
    this.apply();
    if (!isOther) return;
    scrollTo(0, 0);
    // A screen reader goes on with what is new.
    requestAnimationFrame(() => document.getElementById('view')?.focus({ preventScroll: true }));
  }

  /** Shows what the address says. */
  private apply(): void {
    const id = this.place.view === '' ? 'overview' : this.place.view;
    const view = this.options.views.find((one) => one.id === id);
    if (view !== this.view || this.instance === undefined) {
      this.instance?.destroy?.();
      this.isMenuOpen = false;
      this.view = view;
      // What the view before asked for is nothing to this one, whatever it is called.
      this.sources = {};
      this.instance = view?.create(this.page);
    }
    document.title = `${view?.title ?? 'Not found'} · telemetry-bus`;
    this.watch();
    this.refresh();
  }

  /** Asks the view what it needs: that may depend on where it is, and on what it has been told so far. */
  private watch(): void {
    this.sources = this.instance?.sources() ?? {};
    const paths = [...new Set([PULSE, ...Object.values(this.sources)])];
    for (const path of [...this.answers.keys()]) if (!paths.includes(path)) this.forget(path);
    this.live.watch(paths, this.every);
  }

  private forget(path: string): void {
    this.answers.delete(path);
    this.problems.delete(path);
  }

  private take(path: string, data: unknown): void {
    this.problems.delete(path);
    this.answers.set(path, data);
    if (path === PULSE) this.ahead = (data as Pulse).now - Date.now();
    // Not while the stream is being read: what it reads may be another one afterwards.
    else queueMicrotask(() => this.end !== undefined && this.watch());
    this.refresh();
  }

  /** Asks once more, for what was changed just now. */
  private async reload(): Promise<void> {
    for (const path of Object.values(this.sources)) {
      try {
        this.take(path, await this.options.api.get(path));
      } catch (error) {
        if (error instanceof ApiProblem) this.problems.set(path, error);
      }
    }
    this.refresh();
  }

  private refresh(): void {
    if (this.isDue) return;
    this.isDue = true;
    const render = (): void => {
      this.isDue = false;
      if (this.end !== undefined || this.instance !== undefined) this.render();
    };
    // A page in the background gets no frames.
    if (document.hidden) setTimeout(render, 250);
    else requestAnimationFrame(render);
  }

  /** Links within the page change the view, and load nothing. */
  private follow(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest?.('a');
    const href = link?.getAttribute('href');
    if (!link || !href || link.hasAttribute('download')) return;
    const { root } = this.options;
    const url = new URL(href, location.href);
    if (url.origin !== location.origin || !(url.pathname === root || url.pathname.startsWith(`${root}/`))) return;
    event.preventDefault();
    this.go(readPlace(root, url.pathname, url.search));
  }

  private pause(): void {
    this.page.setParams({ every: this.every === 0 ? '' : 'paused' });
  }

  private nextTheme(): void {
    const order: readonly Theme[] = ['system', 'light', 'dark'];
    const next = order[(order.indexOf(readTheme()) + 1) % order.length] as Theme;
    applyTheme(next);
    this.toasts.add(`Theme: ${next}`, 'good');
  }

  private toggleMenu(): void {
    this.isMenuOpen = !this.isMenuOpen;
    this.refresh();
  }

  private close(): void {
    this.dialogs.close();
    this.isMenuOpen = false;
    this.refresh();
  }

  private async signOut(): Promise<void> {
    await this.options.api.send('DELETE', '/admin/session').catch(() => undefined);
    this.end?.(new ApiProblem(401, 'SIGNED_OUT', 'Signed out'));
  }

  private export(kind: 'csv' | 'json'): void {
    const now = this.page.now();
    if (kind === 'json') {
      const data = Object.fromEntries(Object.entries(this.sources).map(([name, path]) => [name, this.answers.get(path) ?? null]));
      save(fileName(this.view?.id ?? 'view', 'json', now), 'application/json', `${JSON.stringify(data, null, 2)}\n`);
      return;
    }
    const exported = this.instance?.exported?.();
    if (exported !== undefined) save(fileName(exported.name, 'csv', now), 'text/csv', csv(exported));
  }

  private render(): void {
    const { host, views } = this.options;
    const current = this.place.view === '' ? 'overview' : this.place.view;
    show(
      host,
      h('a', { class: 'skip', href: '#view', key: 'skip' }, 'Skip to the view'),
      // Behind a dialog nothing can be reached.
      h(
        'div',
        { class: 'shell', key: 'shell', inert: this.dialogs.isOpen },
        this.head(),
        menu(this.page, views, current, this.isMenuOpen),
        this.main(),
      ),
      this.toasts.render(),
      this.dialogs.render(),
    );
  }

  private head(): Child {
    return head({
      page: this.page,
      pulse: this.answers.get(PULSE) as Pulse | undefined,
      every: this.every,
      isMenuOpen: this.isMenuOpen,
      hasTable: this.instance?.exported?.() !== undefined,
      toggleMenu: () => this.toggleMenu(),
      save: (kind) => this.export(kind),
      nextTheme: () => this.nextTheme(),
      toggleHelp: () => this.dialogs.toggleHelp(),
      signOut: () => void this.signOut(),
    });
  }

  private main(): Child {
    const { view } = this;
    let content: Child;
    try {
      content =
        this.instance?.render() ??
        problemBox({ code: 'No such view', message: 'The menu lists those there are. A panel may have been taken out of the program.' });
    } catch (error) {
      content = problemBox({ code: 'This view failed', message: (error as Error).message });
    }
    return h(
      'main',
      { class: 'view', id: 'view', tabindex: '-1', key: `view-${view?.id}`, 'data-view': view?.id ?? '' },
      h('h1', {}, view?.title ?? 'Not found'),
      content,
    );
  }
}
