import type { TelemetryErrorCode } from './errors';

/** Something the library has to say while it runs, where it must not throw. */
export interface Warning {
  readonly code:
    | TelemetryErrorCode
    | 'HANDLER_FAILED'
    | 'NESTING_LIMIT'
    | 'CONFIG_DOUBTFUL'
    | 'SINK_FAILED'
    | 'SINK_STALLED'
    | 'SINK_LOST'
    | 'SERIES_LIMIT'
    | 'SAMPLE_FAILED'
    | 'EXPORT_FAILED'
    | 'SERVER_FAILED'
    | 'STORE_FAILED'
    | 'STORE_CORRUPT'
    | 'STORE_LOST';
  readonly message: string;
}

/** Where warnings go unless `onWarning` is given: `console.warn`, one line each. */
export function warnOnConsole({ code, message }: Warning): void {
  // The core knows no sink; without this line a detached handler would stay unnoticed.
  globalThis.console?.warn(`telemetry-bus: ${message} [${code}]`);
}
