import loglevel from 'loglevel';
import type { Warning } from '../core/warning';

/**
 * Says the library's own warnings through loglevel, under the name `telemetry-bus`, so that an application that uses
 * loglevel decides about them like about any other logger: `getLogger('telemetry-bus').setLevel('silent', false)`.
 */
export function warnThroughLoglevel({ code, message }: Warning): void {
  loglevel.getLogger('telemetry-bus').warn(`telemetry-bus: ${message} [${code}]`);
}
