/**
 * `telemetry-bus/node/shipping`: sends log lines over HTTP, by the OpenTelemetry protocol or to Loki.
 *
 * @module
 */
export type { SpoolOptions } from '../delivery/delivery-settings';
export type { SpoolStats } from '../delivery/stats';
export type { LokiSinkOptions } from './loki/loki-sink';
export { lokiSink } from './loki/loki-sink';
export type { ShippingOptions } from './options';
export type { OtlpSinkOptions } from './otlp/otlp-sink';
export { otlpSink } from './otlp/otlp-sink';
export type { ShippingSink, ShippingStats } from './shipping-sink';
