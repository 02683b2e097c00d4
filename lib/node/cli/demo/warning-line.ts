import { titleOf } from '../../../log/formats/exception-lines';
import { createFormat, type Format } from '../../../log/formats/index';

/**
 * The format `pretty` on one line: an error is named where the message stands, its stack is left to the file, and so is what
 * only programs read. Numbers are rounded.
 */
export function warningFormat(colors: boolean): Format {
  const pretty = createFormat('pretty', { colors });
  return ({ exception, error_type, monotonicTime, telemetrySpanContext, ...given }) => {
    const record = Object.fromEntries(Object.entries(given).map(([key, value]) => [key, rounded(value)])) as typeof given;
    return pretty(exception === undefined ? record : { ...record, message: titleOf(exception) });
  };
}

/** To six digits, which is more than a glance takes in; whole numbers as they are. */
const rounded = (value: unknown): unknown => (typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value);
