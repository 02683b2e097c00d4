/** Spans of every request, sampled, given in batches to an exporter that does nothing; no metrics, no log. */
import { createRequire } from 'node:module';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

const exporter = {
  export: (/** @type {unknown} */ _spans, /** @type {(result: { code: number }) => void} */ done) => done({ code: 0 }),
  shutdown: async () => {},
};
new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(/** @type {never} */ (exporter))] }).register();
registerInstrumentations({ instrumentations: [new HttpInstrumentation()] });

// It gets in between where a module is required.
createRequire(import.meta.url)('node:http');
const { hello, serve } = await import('./serve.mjs');
serve(hello);
