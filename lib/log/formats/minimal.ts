import type { Format, FormatOptions } from './create-format';
import { escapeText, textOf } from './escape';
import { exceptionOf, titleOf } from './exception-lines';
import { ownFields, pairText } from './fields';

/**
 * One line without anything that differs from run to run, for tests: `WARNING app.bot message key=value TypeError: x`, and
 * `INFO coder.session.start count=1` for an event, whose key begins with its logger. Time, process, ids and stack are left
 * out; the event's name is shown where the message says something else.
 */
export function minimalFormat({ fieldsUnder }: FormatOptions): Format {
  return (record) => {
    const exception = exceptionOf(record);
    const eventName =
      record.event_name === undefined || record.event_name === record.message ? [] : [pairText(['event_name', record.event_name])];
    const isSaid = textOf(record.message).startsWith(`${textOf(record.logger)}.`) && record.event_name === record.message;
    const parts = [
      ...[record.level, isSaid ? '' : record.logger, record.message].map(textOf),
      ...eventName,
      ...ownFields(record, fieldsUnder).map(pairText),
      exception === undefined ? '' : titleOf(exception),
    ];
    return escapeText(parts.filter((part) => part !== '').join(' '));
  };
}
