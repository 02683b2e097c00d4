import { TelemetryError } from '../../core/errors';
import { checkOptions, type OptionRule } from '../../core/options';
import { nearest, show } from '../../core/show';
import type { LogRecord } from '../record';
import { createSchema, SCHEMAS, type SchemaName } from '../schemas/create-schema';
import { combinedFormat } from './combined';
import { safeJson } from './escape';
import { minimalFormat } from './minimal';
import { patternFormat } from './pattern';
import { prettyFormat } from './pretty';
import { textFormat } from './text';
import type { TimeZone } from './time';

/**
 * Makes text of a record, without a line end after it. Pure, and total: whatever a record holds, the text is one
 * record, in valid UTF-8, and cannot drive a terminal.
 */
export type Format = (record: LogRecord) => string;

export type FormatName = 'json' | 'text' | 'pretty' | 'minimal' | 'combined';

/** Each format uses the options that concern it. */
export interface FormatOptions {
  /** Names of the fields of `json`. Default `default`: the record as it is. */
  readonly schema?: SchemaName;
  /** The key that the record's own fields are nested under, if they are. */
  readonly fieldsUnder?: string;
  /** Colours in `pretty`. Default false. */
  readonly colors?: boolean;
  /** Of the times in text. Default `local`. */
  readonly timeZone?: TimeZone;
  /** `text` with instance and caller. Default false. */
  readonly instance?: boolean;
  /** Columns of the terminal: `pretty` cuts a value at half of them. Default: at 200 columns. */
  readonly width?: number;
}

const FORMATS: Readonly<Record<FormatName, (options: FormatOptions) => Format>> = {
  json: ({ schema = 'default', fieldsUnder }) => {
    const arrange = createSchema(schema, fieldsUnder);
    return (record) => safeJson(arrange(record));
  },
  text: textFormat,
  pretty: prettyFormat,
  minimal: minimalFormat,
  combined: combinedFormat,
};

const NAMES = Object.keys(FORMATS) as readonly FormatName[];

const RULES: Readonly<Record<keyof FormatOptions, OptionRule>> = {
  schema: SCHEMAS.join('|'),
  fieldsUnder: [(value) => typeof value === 'string' && value !== '', 'a name'],
  colors: 'boolean',
  timeZone: 'local|utc',
  instance: 'boolean',
  width: [(value) => Number.isInteger(value) && Number(value) > 0, 'a whole number of columns above 0'],
};

/**
 * Makes a format from its name, or from a pattern with placeholders of Python's %-style.
 *
 * @param format - `json`, `text`, `pretty`, `minimal`, `combined`, or a pattern with {@link PATTERN_FIELDS}.
 * @param options - See {@link FormatOptions}.
 * @throws {TelemetryError} `OPTION_INVALID`, with what is allowed and the nearest name; `OPTION_UNKNOWN`.
 *
 * @example
 * const format = createFormat('%(levelname)-8s %(name)s: %(message)s');
 * format({ timestamp: '2026-02-13T19:06:35.545Z', level: 'INFO', logger: 'app.bot', message: 'ready' });
 * // => 'INFO     app.bot: ready'
 */
export function createFormat(format: FormatName | (string & {}), options: FormatOptions = {}): Format {
  checkOptions('format', options, RULES);
  if (typeof format === 'string' && Object.hasOwn(FORMATS, format)) return FORMATS[format as FormatName](options);
  if (typeof format === 'string' && format.includes('%(')) return patternFormat(format, options);
  const near = typeof format === 'string' ? nearest(format, NAMES) : undefined;
  throw new TelemetryError(
    'OPTION_INVALID',
    'format is not valid',
    `Got ${show(format)}${near === undefined ? '' : `. Did you mean "${near}"?`}`,
    `Expected ${NAMES.join(', ')}, or a pattern such as "%(asctime)s - %(name)s - %(levelname)s - %(message)s"`,
  );
}
