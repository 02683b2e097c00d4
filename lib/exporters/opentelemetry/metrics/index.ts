export type { HrTime, OtelAttributes, OtelCollectionResult, OtelMetricData, OtelMetricProducer } from './data';
export type { OtelMeter } from './meter';
export { observeMetrics } from './observe';
export type { MetricProducerOptions, OtelMetricsOptions } from './options';
export { createMetricProducer } from './producer';
