import { checkOptions, isRecord, type OptionRule, optionInvalid } from '../core/options';
import type { TagInput } from './metric';
import { tagText } from './tag-value';
import type { Tags } from './view';

/** Tags that series must have. */
export type TagFilter = Readonly<Record<string, TagInput>>;

/** Whether a series has all tags of a filter; an empty value means that it doesn't have the tag. */
export type TagMatch = (tags: Tags) => boolean;

/** @throws {TelemetryError} `OPTION_INVALID` */
function readFilter(where: string, filter: unknown): TagMatch | undefined {
  if (filter === undefined) return undefined;
  if (!isRecord(filter)) throw optionInvalid(`${where}: tags`, filter, 'an object of tags, such as { model: "m1" }');
  const wanted = Object.entries(filter).map(([name, value]) => [name, tagText(value)] as const);
  return (tags) => wanted.every(([name, value]) => (tags.find(([tag]) => tag === name)?.[1] ?? '') === value);
}

/** What the statistics are asked for. */
export interface StatsOptions {
  /** Only series with these tags. Events that are not split by all of them are left out. */
  readonly tags?: TagFilter;
  /** Only the last minute or hour, which needs a history; see `configureMetrics`. Default: everything since the last reset. */
  readonly window?: 'minute' | 'hour';
}

/** Spans of time that distributions are kept for. */
export type Window = 'minute' | 'hour';

const STATS_RULES: Readonly<Record<keyof StatsOptions, OptionRule>> = { tags: 'object', window: 'minute|hour' };

/** @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID` */
export function readStatsOptions(
  where: string,
  options: unknown,
  rules: Readonly<Record<string, OptionRule>> = STATS_RULES,
): { readonly match: TagMatch | undefined; readonly window: Window | undefined } {
  checkOptions(where, options, rules);
  const { tags, window } = (options ?? {}) as StatsOptions;
  return { match: readFilter(where, tags), window };
}
