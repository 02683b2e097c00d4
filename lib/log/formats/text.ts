import type { JsonValue, LogRecord } from '../record';
import type { Format, FormatOptions } from './create-format';
import { escapeText, textOf } from './escape';
import { indentedLines } from './exception-lines';
import { pairText, shownFields } from './fields';
import { timeText, withMs, withoutMs } from './time';

/**
 * Plain text: `2026-02-13 19:06:35,545 - app.bot - INFO - message key=value`, or with `instance`
 * `2025-10-10 12:00:00 - [instance] - logger - LEVEL - [module:function:line] - message key=value`.
 *
 * Only a record begins at the start of a line: an error follows indented. What is not known of the caller is `-`; where
 * nothing is known of it, and for a missing instance, that is `[-]`.
 */
export function textFormat({ fieldsUnder, timeZone = 'local', instance = false }: FormatOptions): Format {
  return (record) => {
    const time = timeText(record.timestamp, timeZone, instance ? withoutMs : withMs);
    const [logger, level, message] = [known(record.logger), known(record.level), escapeText(textOf(record.message))];
    const head = instance
      ? `${time} - [${known(record.instance)}] - ${logger} - ${level} - [${callerText(record)}] - ${message}`
      : `${time} - ${logger} - ${level} - ${message}`;
    const pairs = shownFields(record, fieldsUnder).map((field) => ` ${pairText(field)}`);
    return head + pairs.join('') + indentedLines(record);
  };
}

const known = (value: JsonValue | undefined): string => escapeText(textOf(value)) || '-';

function callerText({ module, function: name, line }: LogRecord): string {
  const parts = [module, name, line];
  return parts.every((part) => part === undefined) ? '-' : parts.map(known).join(':');
}
