import { titleOf } from '../../../log/formats/exception-lines';
import { createFormat, type Format } from '../../../log/formats/index';

/**
 * The format `pretty` on one line: an error is named where the message stands, its stack is left to the file, and so is what
 * only programs read.
 */
export function warningFormat(colors: boolean): Format {
  const pretty = createFormat('pretty', { colors });
  return ({ exception, error_type, monotonicTime, telemetrySpanContext, ...record }) =>
    pretty(exception === undefined ? record : { ...record, message: titleOf(exception) });
}
