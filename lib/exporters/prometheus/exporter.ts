import type { Metered } from '../../metrics/seam';
import { Complaints } from '../complaints';
import { sourceOf } from '../metric-source';
import { runInSlices } from '../slices';
import { Claims } from './claims';
import { type Format, type Negotiated, negotiate, otherFormat } from './format';
import { Merger } from './merge';
import { type PrometheusExporterOptions, resolveOptions } from './options';
import { Page } from './page';
import { PageCache, type Turn } from './page-cache';
import { RegistryReader } from './registries';
import { type RenderCounts, Renderer } from './render';
import { respond, type ScrapeRequest } from './response';

/** What an exporter has done so far. */
export interface PrometheusExporterStats {
  /** Pages that were asked for. */
  readonly scrapes: number;
  /** Pages that were rendered. */
  readonly renders: number;
  /** Scrapes that were answered with a page that was being rendered for another one. */
  readonly shared: number;
  /** Series whose lines were taken from the cache. */
  readonly reused: number;
  /** Series, metrics and registries that could not be read and were left out. */
  readonly failures: number;
  /** Metrics that the latest page left out because their name is taken. */
  readonly leftOut: number;
  /** What the cache holds. */
  readonly cachedBytes: number;
}

/** A page in one piece. */
export interface RenderedPage {
  /** The value of the header `content-type`. */
  readonly contentType: string;
  readonly body: string;
}

/** A page in pieces of about 128 KiB of UTF-8, which end where lines end. Not to be changed: they are kept for the next page. */
export interface RenderedChunks {
  readonly contentType: string;
  readonly chunks: readonly Uint8Array[];
}

/** Writes the metrics of a bus for Prometheus. Its methods work on their own, too, and never reject. */
export interface PrometheusExporter {
  /**
   * Renders a page, in exposition 0.0.4 or OpenMetrics 1.0.
   *
   * Rendered in slices of about 1 ms, between which the event loop turns. Calls for one format that overlap share one page.
   *
   * @param accept - The header `accept` of the request; without one, 0.0.4.
   */
  render(accept?: string | null): Promise<RenderedPage>;
  /** Like `render`, for pages that are too long to be put together at once. */
  chunks(accept?: string | null): Promise<RenderedChunks>;
  /** Answers a request: GET and HEAD; 405 to others. The body is a stream of the page, chunk by chunk as it is read. */
  fetch(request: ScrapeRequest): Promise<Response>;
  stats(): PrometheusExporterStats;
}

const WHERE = 'createPrometheusExporter';
const decoder = new TextDecoder();

/**
 * Creates an exporter that writes the metrics of a bus, and of registries of prom-client, as pages for Prometheus.
 *
 * What goes wrong with a metric or a registry costs that metric or registry only, is counted in `stats()` and warned
 * about at most once a minute. A registry has 2 s to answer.
 *
 * @param telemetry - A bus of `createTelemetry`.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`; `METRIC_INVALID` for a label that can't be one.
 * @example
 * const telemetry = createTelemetry();
 * telemetry.attachMetricsHandler();
 * telemetry.execute(['shop', 'cart', 'paid'], {});
 * const exporter = createPrometheusExporter(telemetry);
 * (await exporter.render()).body.split('\n')[2]; // => 'shop_cart_paid_total 1'
 */
export function createPrometheusExporter(telemetry: Metered, options: PrometheusExporterOptions = {}): PrometheusExporter {
  const source = sourceOf(WHERE, telemetry);
  const resolved = resolveOptions(WHERE, options);
  const counts: RenderCounts & { scrapes: number; renders: number; shared: number } = {
    scrapes: 0,
    renders: 0,
    shared: 0,
    reused: 0,
    failures: 0,
    leftOut: 0,
  };
  const complaints = new Complaints(source);
  const cache = new PageCache(resolved.maxCacheBytes);
  const renderer = new Renderer(source, resolved, complaints, counts);
  const merger = new Merger(resolved, complaints, counts);
  const onFailure = (): number => counts.failures++;
  const readers = resolved.registries.map((registry) => new RegistryReader(registry, source, complaints, onFailure));
  const underWay = new Map<Format, Promise<readonly Uint8Array[]>>();
  const latest: Record<Format, number> = { text: 0, openmetrics: 0 };

  async function render(format: Format): Promise<readonly Uint8Array[]> {
    const turn: Turn = { number: ++counts.renders, format, otherIsIdle: latest[otherFormat(format)] < latest[format] };
    latest[format] = turn.number;
    counts.leftOut = 0;
    const [page, claims] = [new Page(cache.begin(turn)), new Claims()];
    const answers = readers.map((reader) => reader.read());
    await source.prepare?.();
    await runInSlices(renderer.write(page, turn, claims));
    for (const answer of answers) await runInSlices(merger.write(await answer, page, turn, claims));
    if (format === 'openmetrics') page.add('# EOF\n');
    return page.end();
  }

  function chunksOf({ format }: Negotiated): Promise<readonly Uint8Array[]> {
    counts.scrapes++;
    let page = underWay.get(format);
    if (page === undefined) {
      // Not at once: what users gave us must find the page under way, should it ask for one.
      page = Promise.resolve(format)
        .then(render)
        .finally(() => underWay.delete(format));
      underWay.set(format, page);
    } else counts.shared++;
    return page;
  }

  return Object.freeze({
    async render(accept?: string | null) {
      const negotiated = negotiate(accept);
      let body = '';
      for (const chunk of await chunksOf(negotiated)) body += decoder.decode(chunk);
      return { contentType: negotiated.contentType, body };
    },
    async chunks(accept?: string | null) {
      const negotiated = negotiate(accept);
      return { contentType: negotiated.contentType, chunks: await chunksOf(negotiated) };
    },
    fetch: (request: ScrapeRequest) => respond(request, chunksOf),
    stats: () => ({
      scrapes: counts.scrapes,
      renders: counts.renders,
      shared: counts.shared,
      reused: counts.reused,
      failures: counts.failures,
      leftOut: counts.leftOut,
      cachedBytes: cache.size,
    }),
  });
}
