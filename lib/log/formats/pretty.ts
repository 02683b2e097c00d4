import type { LevelLabel, LogRecord } from '../record';
import { type Paint, painter } from './colors';
import type { Format, FormatOptions } from './create-format';
import { formatDuration } from './duration';
import { escapeText, textOf } from './escape';
import { type ExceptionLine, exceptionLines, exceptionOf } from './exception-lines';
import { type Field, shownFields, valueText } from './fields';
import { lookup } from './lookup';
import { timeText } from './time';
import { cut, pad } from './width';

/** Levels in five columns. */
const SHORT: Readonly<Record<string, string>> = { WARNING: 'WARN', CRITICAL: 'CRIT' };
const NAME_WIDTH = 24;
const VALUE_WIDTH = 200;
const MIN_VALUE_WIDTH = 20;
const MAX_FRAMES = 10;
/** Longer than three years is a date, not a duration. */
const MAX_DURATION_MS = 1e11;

/**
 * For terminals: time, level, event (or logger and message), fields with readable durations, errors with their frames
 * below. Who wrote it (app, host, process, environment, instance, thread) is left out, being the same on every line.
 *
 * A value is cut at half of `width`, at 200 columns without one.
 */
export function prettyFormat({ fieldsUnder, colors = false, timeZone = 'local', width }: FormatOptions): Format {
  const paint = painter(colors);
  const most = width === undefined ? VALUE_WIDTH : Math.max(MIN_VALUE_WIDTH, Math.floor(width / 2));
  return (record) => {
    const time = timeText(record.timestamp, timeZone, (clock) => `${clock.time}.${clock.ms}`);
    const level = escapeText(textOf(record.level));
    const fields = shownFields(record, fieldsUnder).filter(([key]) => key !== 'event_name');
    const rest = [messageText(record), fields.map((field) => fieldText(field, most, paint)).join(' ')].filter((part) => part !== '');
    const line = `${paint('dim', time)} ${paint(record.level, pad(lookup(SHORT, record.level) ?? level, 5))} ${nameText(record, rest.length > 0, paint)}`;
    return [line, ...rest].join('  ') + errorText(record, paint);
  };
}

/** The event, or whose line it is; a column of its own unless nothing follows. */
function nameText({ event_name, logger }: LogRecord, isFollowed: boolean, paint: Paint): string {
  const name = escapeText(textOf(event_name ?? logger));
  const column = isFollowed ? pad(name, NAME_WIDTH) : name;
  return event_name === undefined ? paint('dim', column) : column;
}

const messageText = ({ event_name, message }: LogRecord): string => (message === event_name ? '' : escapeText(textOf(message)));

/** `model=opus`; `ttft=812 ms` for what is named `ttft_ms`; `5.04 s` alone for the duration of the event itself. */
function fieldText([key, value]: Field, most: number, paint: Paint): string {
  if (key.endsWith('_ms') && typeof value === 'number' && Math.abs(value) < MAX_DURATION_MS) {
    const name = key === 'duration_ms' ? '' : `${valueText(key.slice(0, -3))}=`;
    return paint('dim', cut(name, most)) + formatDuration(value);
  }
  return paint('dim', `${cut(valueText(key), most)}=`) + cut(valueText(value), most);
}

function errorText(record: LogRecord, paint: Paint): string {
  const exception = exceptionOf(record);
  if (exception === undefined) return '';
  const lines: string[] = [];
  let frames = 0;
  const endFrames = (depth: number) => {
    if (frames > MAX_FRAMES) lines.push(`${indent(depth + 1)}${paint('dim', `… ${frames - MAX_FRAMES} more`)}`);
    frames = 0;
  };
  let depth = 0;
  for (const line of exceptionLines(exception)) {
    if (line.kind === 'title') endFrames(depth);
    depth = line.depth;
    if (line.kind === 'title') lines.push(titleText(line, record.level, paint));
    else if (++frames <= MAX_FRAMES) lines.push(frameText(line, paint));
  }
  endFrames(depth);
  return lines.map((line) => `\n${line}`).join('');
}

const indent = (depth: number): string => ' '.repeat(4 + 4 * depth);

function titleText({ label, text, depth }: ExceptionLine, level: LevelLabel, paint: Paint): string {
  const before = label.replace('Caused by:', 'caused by').replace('Error ', 'error ');
  return `${indent(depth)}${paint('dim', before)}${paint(level, escapeText(text))}`;
}

/** Frames of the platform and of packages step back behind the application's own. */
function frameText({ text, depth }: ExceptionLine, paint: Paint): string {
  const frame = escapeText(text);
  const isForeign = /\bnode_modules\b|\bnode:/.test(frame);
  return `${indent(depth + 1)}${isForeign ? paint('dim', frame) : frame}`;
}
