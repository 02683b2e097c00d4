import { TelemetryError } from '../core/errors';
import { show } from '../core/show';
import { METRICS_SEAM, type Metered, type MetricSource } from '../metrics/seam';

/** @throws {TelemetryError} `OPTION_INVALID` for what has no metrics. */
export function sourceOf(where: string, telemetry: Metered): MetricSource {
  const source = (telemetry as Metered | null | undefined)?.[METRICS_SEAM];
  if (source !== undefined && source !== null) return source;
  throw new TelemetryError(
    'OPTION_INVALID',
    `${where} found no metrics`,
    `Got ${show(telemetry)}`,
    'Pass a bus that createTelemetry of "telemetry-bus" made; those of "telemetry-bus/core" keep no metrics',
  );
}
