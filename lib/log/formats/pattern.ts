import { TelemetryError } from '../../core/errors';
import { nearest, show } from '../../core/show';
import type { LogRecord } from '../record';
import type { Format, FormatOptions } from './create-format';
import { escapeText, textOf } from './escape';
import { indentedLines } from './exception-lines';
import { fieldReader, PATTERN_FIELDS } from './pattern-fields';
import { pad, take } from './width';

/** A piece of a pattern: text as it is, or a placeholder. */
type Part = string | ((record: LogRecord) => string);

/** `%(name)-8.3s` in its parts, `%%`, or a per cent sign that is neither. */
const PLACEHOLDER = /%(?:(%)|\(([^)]*)\)([-0]*)(\d*)(?:\.(\d+))?([sdif])|)/g;
const MAX_WIDTH = 1000;

/**
 * Compiles a pattern of Python's %-style once. Flags `-` (to the left) and `0` (fill with zeros), width and precision
 * are Python's; conversions are `s`, `d`, `i`, `f`. What a record does not have is `-`. An error follows in lines of its
 * own, as in text, unless the pattern says where it belongs.
 *
 * @throws {TelemetryError} `OPTION_INVALID` for an unknown placeholder, with the nearest one, and for a broken one.
 */
export function patternFormat(pattern: string, options: FormatOptions): Format {
  const parts: Part[] = [];
  let end = 0;
  for (const match of pattern.matchAll(PLACEHOLDER)) {
    parts.push(literal(pattern.slice(end, match.index)));
    parts.push(match[1] ?? placeholder(match, pattern, options));
    end = match.index + match[0].length;
  }
  parts.push(literal(pattern.slice(end)));
  const isException = pattern.includes('%(exception)');
  return (record) => {
    let line = '';
    for (const part of parts) line += typeof part === 'string' ? part : part(record);
    return isException ? line : line + indentedLines(record);
  };
}

/** Tabs may part columns; everything else that cannot stand in a line is a mistake. */
function literal(text: string): string {
  if (escapeText(text.replaceAll('\t', '')) === text.replaceAll('\t', '')) return text;
  throw invalid(`Got ${show(text)}`, 'Leave line ends and control characters out: one record is one line');
}

function placeholder(match: RegExpMatchArray, pattern: string, options: FormatOptions): Part {
  const [, , name, flags = '', width = '', precision, conversion] = match;
  if (name === undefined || conversion === undefined) {
    const rest = pattern.slice(match.index, (match.index ?? 0) + 20);
    throw invalid(
      `Got ${show(rest)}`,
      'A placeholder is %(name)s, with flags - and 0, width and precision: %(levelname)-8s; %% is a per cent sign',
    );
  }
  const read = fieldReader(name, options);
  if (read === undefined) {
    const near = nearest(name, PATTERN_FIELDS);
    const hint = near === undefined ? '' : `. Did you mean %(${near})s?`;
    throw invalid(`There is no placeholder ${show(name)}${hint}`, `Placeholders are ${PATTERN_FIELDS.join(', ')}`);
  }
  if (Number(width) > MAX_WIDTH || Number(precision ?? 0) > MAX_WIDTH)
    throw invalid(`Got ${show(match[0])}`, `The width is at most ${MAX_WIDTH}`);
  const side = flags.includes('-') ? 'right' : 'left';
  const fill = flags.includes('0') && conversion !== 's' ? '0' : ' ';
  return (record) => {
    const value = read(record);
    const isNumber = typeof value === 'number' && conversion !== 's';
    const text = isNumber ? numberText(value, conversion, precision) : escapeText(textOf(value));
    const taken = precision === undefined || isNumber ? text : take(text, Number(precision));
    return fill === '0' && isNumber && side === 'left' ? zeros(taken, Number(width)) : pad(taken, Number(width), side);
  };
}

function numberText(value: number, conversion: string, precision: string | undefined): string {
  if (conversion === 'f') return value.toFixed(Math.min(100, Number(precision ?? 6)));
  return zeros(String(Math.trunc(value)), Number(precision ?? 0));
}

/** Zeros go between the sign and the digits. */
const zeros = (text: string, width: number): string =>
  text.startsWith('-') ? `-${text.slice(1).padStart(width - 1, '0')}` : text.padStart(width, '0');

const invalid = (why: string, fix: string): TelemetryError =>
  new TelemetryError('OPTION_INVALID', 'format: the pattern is not valid', why, fix);
