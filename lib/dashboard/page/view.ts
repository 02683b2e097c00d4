import type { SessionInfo } from '../wire/session';
import type { Api, ApiProblem } from './api';
import type { Child } from './dom';
import type { LiveState } from './live';

/** A view of the dashboard: one entry of its menu. To add one, make one and list it in `views/index.ts`. */
export interface View {
  /** Its part of the address: `…/admin/monitoring/<id>`. */
  readonly id: string;
  readonly title: string;
  /** After `g`. */
  readonly key: string;
  /** Heading in the menu that it stands under. */
  readonly group: 'Now' | 'What happens' | 'How it is' | 'Panels';
  /** Called when the view is opened, and again only after another one was. */
  create(page: Page): ViewInstance;
}

export interface ViewInstance {
  /**
   * What it needs: paths of the API by a name of its own. Asked after each change of the address, and after each answer, which may tell what
   * else there is; all are kept up to date.
   */
  sources(): Readonly<Record<string, string>>;
  /** What is to be seen. Called when data or address changed, at most once a frame; must not change anything. */
  render(): Child;
  /** The main table of what is shown, for CSV; JSON is made of the sources. */
  exported?(): Exported | undefined;
  destroy?(): void;
}

/** A table to be saved. */
export interface Exported {
  /** Begins the name of the file. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | boolean | null | undefined)[])[];
}

/** What a view can use. */
export interface Page {
  readonly api: Api;
  readonly session: SessionInfo;
  /** Whether this session may change something. */
  readonly canWrite: boolean;
  readonly live: LiveState;
  /** The last answer of a source; `undefined` until there is one. */
  data<Answer>(source: string): Answer | undefined;
  /** Why a source has no answer, or none any more. */
  problem(source: string): ApiProblem | undefined;
  /** A parameter of the address; empty when it is not there. */
  param(name: string): string;
  /** Changes parameters of the address; empty ones are taken out. `replace`: without a step back in the browser (for what is typed). */
  setParams(params: Readonly<Record<string, string | undefined>>, replace?: boolean): void;
  /** Goes to a view. */
  open(view: string, params?: Readonly<Record<string, string>>): void;
  /** Address of a view, for links. */
  link(view: string, params?: Readonly<Record<string, string>>): string;
  /** Has the view rendered again, after something of its own changed. */
  refresh(): void;
  /** Asks the sources again now, after something was changed. */
  reload(): void;
  /** A short message in the corner, which a screen reader says. */
  toast(text: string, tone?: 'good' | 'bad'): void;
  /** Asks before something is done. */
  confirm(question: { readonly title: string; readonly text: string; readonly action: string }): Promise<boolean>;
  /** Time of the program, ms since the epoch: browsers' clocks may differ. */
  now(): number;
}
