import type { Definition } from '../core/definition';
import { type EventName, keyOf } from '../core/event';
import type { HandlerFactory } from '../core/handler';
import type { EventMetrics } from '../metrics/event-metrics';
import type { MetricsRegistry } from '../metrics/registry';

/** Id of the built-in metrics handler. */
export const METRICS_HANDLER_ID = 'telemetry-metrics';

/**
 * The metrics handler: a function per event that holds what is recorded of it, so that an emission looks nothing up. That is
 * made by the first emission: names that are attached to but never emitted take no place.
 */
export const createMetricsHandler =
  (registry: MetricsRegistry): HandlerFactory =>
  (event: EventName, definition: Definition | undefined) => {
    const key = keyOf(event);
    let metrics: EventMetrics | undefined;
    if (definition !== undefined) registry.meet(definition);
    return (_event, measurements, metadata) => {
      if (metrics === undefined) {
        const found = registry.of(event, definition);
        // Beyond the limit of events all share one, which is not theirs: a definition may ask for this event later.
        if (found.key !== key) {
          found.observe(measurements, metadata);
          return;
        }
        metrics = found;
      }
      metrics.observe(measurements, metadata);
    };
  };
