import { checkOptions, isFunction, type OptionRule } from '../../../core/options';
import type { PanelContent } from '../../../dashboard/wire/panels';

/**
 * What an application shows of itself on the monitoring page, by its own words: queues, caches, tenants.
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `id` | stands in its address: 1 to 64 lower-case letters, digits and `-`, beginning with a letter or digit | needed |
 * | `title` | its name for people, at most 200 characters | needed |
 * | `doc` | a sentence or two about it, at most 2,000 characters | none |
 * | `read` | gives the content of the moment | needed |
 */
export interface Panel {
  readonly id: string;
  readonly title: string;
  readonly doc?: string;
  /**
   * Called while somebody looks, at most once a second however many do, and never a second time while a call is under way. It has 2 s.
   * Its time is the application's: work beyond some milliseconds belongs elsewhere, and only its result here. What it throws is reported
   * as an error, once until it succeeds again, and shown by its error id.
   */
  read(): PanelContent | Promise<PanelContent>;
}

const PANEL_ID: RegExp = /^[a-z0-9][a-z0-9-]{0,63}$/;
const MAX_TITLE = 200;
const MAX_DOC = 2000;

const textUpTo = (most: number): OptionRule => [
  (value) => typeof value === 'string' && value.trim() !== '' && value.length <= most,
  `a text of 1 to ${most} characters`,
];

const RULES: Readonly<Record<keyof Panel, OptionRule>> = {
  id: [
    (value) => typeof value === 'string' && PANEL_ID.test(value),
    '1 to 64 lower-case letters, digits and "-", beginning with a letter or digit',
  ],
  title: textUpTo(MAX_TITLE),
  doc: textUpTo(MAX_DOC),
  read: [isFunction, 'a function that gives the content'],
};
const NEEDED = ['id', 'title', 'read'] as const;

/**
 * Checks a panel, and returns it as it is. Put it into `monitoring.panels` of an admin API.
 *
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
 * @example
 * const jobs = ['mail', 'report'];
 * const queue = definePanel({
 *   id: 'queue',
 *   title: 'Job queue',
 *   read: () => ({ tiles: [{ label: 'Waiting', value: jobs.length }] }),
 * });
 */
export function definePanel(panel: Panel): Panel {
  checkPanel('definePanel', panel);
  return panel;
}

/** @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID` */
export function checkPanel(where: string, panel: unknown): asserts panel is Panel {
  // `undefined` counts as absent among options; a panel that is none has nothing to show.
  checkOptions(where, panel ?? null, RULES);
  const given = panel as Readonly<Record<string, unknown>>;
  checkOptions(where, Object.fromEntries(NEEDED.map((name) => [name, given[name] ?? null])), RULES);
}
