import { checkOptions, isRecord, type OptionRule } from '../core/options';
import { type Duration, parseDuration } from '../core/unit';
import type { StormLimits } from './storm';
import { HOUR_MS } from './window';

const WHERE = 'errors';
const MAX_GROUPS = 1_000_000;
const MAX_BURST = 10_000;

/** Which lines about errors may be collapsed in a storm. */
export type CollapseMode = 'reports' | 'all' | 'none';

/** Names an error: see {@link ErrorTrackerOptions.fingerprint}. */
export type FingerprintFunction = (error: unknown, context: { readonly default: string }) => string | readonly string[] | undefined;

/** How errors are told apart, counted, and collapsed. */
export interface ErrorTrackerOptions {
  /** How many different errors are counted by themselves, others together. 1 to 1,000,000; default 10,000. */
  readonly maxGroups?: number;
  /**
   * Decides which errors are the same. `default` is what the fingerprint would be; `'{{ default }}'` in a list stands for it.
   * `undefined`, a throw, and what is no text leave it at that. Not asked about errors that it logs itself.
   */
  readonly fingerprint?: FingerprintFunction;
  /**
   * Of one error, `burst` lines are written in each `period`, then a summary of the others. `false`: all are written.
   * Default: 10 (1 to 10,000) in `'10s'` (at most an hour).
   */
  readonly storm?: { readonly burst?: number; readonly period?: Duration } | false;
  /**
   * `reports` (default): what is reported by `capture` and its like may be collapsed, a line that a program writes itself is
   * written. `all`: each line with an error may be. `none`: none.
   */
  readonly collapse?: CollapseMode;
}

/** Options as they are used. */
export interface TrackerSettings {
  readonly maxGroups: number;
  readonly fingerprint: FingerprintFunction | undefined;
  readonly storm: StormLimits | undefined;
  readonly collapse: CollapseMode;
}

export const DEFAULT_SETTINGS: TrackerSettings = {
  maxGroups: 10_000,
  fingerprint: undefined,
  storm: { burst: 10, periodMs: 10_000 },
  collapse: 'reports',
};

const RULES: Readonly<Record<keyof ErrorTrackerOptions, OptionRule>> = {
  maxGroups: wholeNumber(MAX_GROUPS),
  fingerprint: 'function',
  storm: [(value) => value === false || isRecord(value), 'false, or an object with burst and period'],
  collapse: 'reports|all|none',
};

/**
 * @param before - What is not given stays as it is here.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
 */
export function readTrackerOptions(options: ErrorTrackerOptions | undefined, before: TrackerSettings): TrackerSettings {
  checkOptions(WHERE, options, RULES);
  const { maxGroups, fingerprint, storm, collapse } = options ?? {};
  return {
    maxGroups: maxGroups ?? before.maxGroups,
    fingerprint: fingerprint ?? before.fingerprint,
    storm: storm === undefined ? before.storm : readStorm(storm, before.storm ?? DEFAULT_SETTINGS.storm!),
    collapse: collapse ?? before.collapse,
  };
}

function readStorm(storm: NonNullable<ErrorTrackerOptions['storm']>, before: StormLimits): StormLimits | undefined {
  if (storm === false) return undefined;
  checkOptions(`${WHERE}: storm`, storm, { burst: wholeNumber(MAX_BURST), period: 'any' });
  const { burst = before.burst, period } = storm;
  return { burst, periodMs: period === undefined ? before.periodMs : parseDuration(`${WHERE}: storm.period`, period, HOUR_MS) };
}

function wholeNumber(max: number): OptionRule {
  const accepts = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= max;
  return [accepts, `a whole number from 1 to ${max}`];
}

/** What is asked for of the table. */
export interface ErrorGroupQuery {
  /** Each beginning with the highest. Default `lastSeen`. */
  readonly sort?: 'lastSeen' | 'firstSeen' | 'total' | 'countLastHour';
  /** Default 100. */
  readonly limit?: number;
}

/** @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID` */
export function readGroupQuery(query: ErrorGroupQuery | undefined): Required<ErrorGroupQuery> {
  checkOptions(`${WHERE}: groups`, query, { sort: 'lastSeen|firstSeen|total|countLastHour', limit: wholeNumber(MAX_GROUPS) });
  return { sort: query?.sort ?? 'lastSeen', limit: query?.limit ?? 100 };
}
