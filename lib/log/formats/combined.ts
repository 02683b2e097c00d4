import type { JsonValue } from '../record';
import { type Access, accessOf } from './access';
import type { Format, FormatOptions } from './create-format';
import { textFormat } from './text';
import { timeText, type WallClock } from './time';

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const NAMED: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\v': '\\v',
};

/**
 * Apache's combined format: `127.0.0.1 - - [10/Oct/2026:13:55:36 +0000] "GET /path HTTP/1.1" 200 2326 "-" "agent"`.
 * Missing is `-`; the version is taken for HTTP/1.1 unless `http_version` says another. A record without method, path
 * and status is written by {@link textFormat}.
 */
export function combinedFormat(options: FormatOptions): Format {
  const { fieldsUnder, timeZone = 'local' } = options;
  const otherwise = textFormat(options);
  return (record) => {
    const access = accessOf(record, fieldsUnder);
    if (access === undefined) return otherwise(record);
    const { field, status } = access;
    const time = timeText(record.timestamp, timeZone, apacheTime);
    const length = field('content_length');
    const who = `${word(field('ip'))} - ${word(field('user'))}`;
    const answer = `${status} ${typeof length === 'number' ? length : '-'}`;
    return `${who} [${time}] "${requestText(access)}" ${answer} "${quoted(field('referer'))}" "${quoted(field('user_agent'))}"`;
  };
}

function requestText({ method, path, field }: Access): string {
  const version = field('http_version');
  const protocol = version === undefined ? 'HTTP/1.1' : /^\d/.test(quoted(version)) ? `HTTP/${word(version)}` : word(version);
  return `${word(method)} ${word(path)} ${protocol}`;
}

/** `10/Oct/2026:13:55:36 +0000`. */
function apacheTime({ date, time, offset }: WallClock): string {
  const [year, month, day] = date.split('-');
  const minutes = Math.abs(Math.round(offset));
  const zone = `${Math.floor(minutes / 60)}`.padStart(2, '0') + `${minutes % 60}`.padStart(2, '0');
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${time} ${offset < 0 ? '-' : '+'}${zone}`;
}

/** A value between quotes: whatever is not printable ASCII is written as the bytes it is made of. */
function quoted(value: JsonValue | undefined): string {
  if ((typeof value !== 'string' && typeof value !== 'number') || value === '') return '-';
  return String(value).replace(/["\\]|[^\x20-\x7e]+/g, (text) => NAMED[text] ?? bytesText(text));
}

/** A value that ends at the next space. */
const word = (value: JsonValue | undefined): string => quoted(value).replaceAll(' ', '\\x20');

const bytesText = (text: string): string =>
  Array.from(new TextEncoder().encode(text), (byte) => NAMED[String.fromCharCode(byte)] ?? `\\x${byte.toString(16).padStart(2, '0')}`).join(
    '',
  );
