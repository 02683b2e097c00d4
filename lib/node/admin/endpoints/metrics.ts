import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import { createPrometheusExporter } from '../../../exporters/prometheus/index';
import { acceptsGzip } from '../../server/accepts-gzip';
import type { AdminParts } from '../parts';
import type { Route } from '../route';
import { TEXT } from '../schemas';

/**
 * `/metrics`: the metrics of the bus for Prometheus, in the text that the scraper accepts, compressed for those who accept gzip. One
 * exporter serves all scrapes of an admin API, so that scrapes that overlap share a page.
 */
export function metricsRoutes({ metrics, publicMetrics }: AdminParts): readonly Route[] {
  const exporter = createPrometheusExporter(metrics);
  return [
    {
      method: 'GET',
      path: '/metrics',
      scope: publicMetrics ? 'public' : 'read',
      tag: 'metrics',
      summary: 'Metrics for Prometheus',
      description: 'Exposition 0.0.4, or OpenMetrics 1.0 for those who ask for it in `Accept`.',
      responses: {
        200: { description: 'A page', schema: TEXT, contentType: 'text/plain', also: { 'application/openmetrics-text': TEXT } },
      },
      async handle({ request }) {
        const { method, headers } = request;
        if (!acceptsGzip(headers.get('accept-encoding'))) return varying(await exporter.fetch({ method, headers }));
        const { contentType, chunks } = await exporter.chunks(headers.get('accept'));
        return varying(new Response(gzipped(chunks), { headers: { 'content-type': contentType, 'content-encoding': 'gzip' } }));
      },
    },
  ];
}

function varying(response: Response): Response {
  response.headers.set('vary', 'accept, accept-encoding');
  return response;
}

/** Compressed as it is read: a slow reader keeps no second copy of the page. */
function gzipped(chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  const gzip = createGzip({ level: constants.Z_BEST_SPEED });
  // It fails when the reader leaves; there is nobody to tell.
  pipeline(Readable.from(chunks), gzip).catch(() => undefined);
  return Readable.toWeb(gzip) as ReadableStream<Uint8Array>;
}
