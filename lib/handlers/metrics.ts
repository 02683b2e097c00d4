import type { Definition } from '../core/definition';
import { type EventName, keyOf } from '../core/event';
import type { HandlerFactory } from '../core/handler';
import type { Series } from '../metrics/series';
import type { MetricsStore } from '../metrics/store';

/** Id of the built-in metrics handler. */
export const METRICS_HANDLER_ID = 'telemetry-metrics';

/**
 * The metrics handler: a function per event that holds its series, so that an emission looks nothing up. The series is
 * made by the first emission: names that are attached to but never emitted take no place.
 */
export const createMetricsHandler =
  (store: MetricsStore): HandlerFactory =>
  (event: EventName, definition: Definition | undefined) => {
    let series: Series | undefined;
    return (_event, measurements) => {
      series ??= store.of(keyOf(event), definition);
      series.observe(measurements);
    };
  };
