import { LEVELS, type LevelName, toLevel } from '../../core/level';
import { isRecord, type OptionRule } from '../../core/options';
import type { ErrorLine } from '../host';

/** A level that a line can have. */
export type LineLevel = ErrorLine['level'];

/** A level as it may be written; `silent` would be no line. */
export type LineLevelName = Exclude<LevelName, 'silent' | 'off'>;

/** What is said of an error that is reported. */
export interface ReportOptions {
  /** The part of the application: the field `component`, and the logger where it can name one. Default: the logger of the bus's errors. */
  readonly component?: string;
  /** Default `error`, or `warn` for an expected failure. */
  readonly level?: LineLevelName;
  /** Fields of the line; they pass redaction and limits. */
  readonly fields?: object;
  /** Default: the message of the error. */
  readonly message?: string;
}

export const LEVEL_RULE: OptionRule = [(value) => lineLevel(value) !== undefined, 'trace, debug, info, warn, error or critical'];
const FIELDS_RULE: OptionRule = [isRecord, 'an object with fields'];
export const TEXT_RULE: OptionRule = [(value) => typeof value === 'string' && value !== '', 'a text that is not empty'];
export const REPORT_RULES: Readonly<Record<string, OptionRule>> = {
  component: TEXT_RULE,
  level: LEVEL_RULE,
  fields: FIELDS_RULE,
  message: TEXT_RULE,
};

export function lineLevel(value: unknown): LineLevel | undefined {
  const level = toLevel(value);
  return level === 'silent' ? undefined : level;
}

/** Expected failures are warnings at most. */
export const atMostWarn = (level: LineLevel): LineLevel => (LEVELS.indexOf(level) > LEVELS.indexOf('warn') ? 'warn' : level);

const LOGGER_NAME = /^[\w$-]{1,64}(?:\.[\w$-]{1,64}){0,7}$/;

/** Dotted words; a component may be called anything else as well, and is a field then. */
export const isLoggerName = (value: unknown): value is string => typeof value === 'string' && LOGGER_NAME.test(value);
