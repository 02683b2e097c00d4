import type { HealthOptions } from './options';

/** Where health checks let `startTelemetry` at what only a start does. A symbol of all copies of the library. */
export const HEALTH_SEAM: unique symbol = Symbol.for('telemetry-bus/health-seam') as never;

export interface HealthSeam {
  /**
   * Begins anew: `ready()` fails for `shutDown()` no longer, `startup()` waits for the checks that there are, and `options` hold on top
   * of the defaults, whatever `configure` said before. Without options they stay.
   *
   * @returns What makes all of it be as before.
   * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`; nothing is changed then.
   */
  begin(options?: HealthOptions): () => void;
}
