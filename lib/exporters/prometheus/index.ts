export type {
  PrometheusExporter,
  PrometheusExporterStats,
  RenderedChunks,
  RenderedPage,
} from './exporter';
export { createPrometheusExporter } from './exporter';
export type { MetricRegistry, PrometheusExporterOptions } from './options';
export type { ScrapeRequest } from './response';
