/**
 * A span with three attributes beside `startActiveSpan` of the SDK: `spans`. Both go to a processor that drops them, in a context that is
 * kept by an AsyncLocalStorage.
 */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as api from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { createTelemetry, defineEvent, defineEvents, dist } from './library.mjs';
import { faster, report, seen, takeTurns } from './measure.mjs';

/** @type {typeof import('../../lib/entries/opentelemetry')} */
const { startOpenTelemetry } = await import(pathToFileURL(resolve(dist, 'opentelemetry/index.js')).href);

let ended = 0;
/** @type {never} */
const counting = /** @type {never} */ ({
  onStart() {},
  onEnd: () => void ended++,
  forceFlush: async () => {},
  shutdown: async () => {},
});
const provider = new NodeTracerProvider({ spanProcessors: [counting] });
provider.register();
const tracer = provider.getTracer('bench');

const NAMES = ['wc', 'grep', 'sort', 'uniq'];
/** A bus, told or not. */
async function loopOf(/** @type {boolean | import('../../lib/entries/opentelemetry').OtelSpansOptions} */ spans) {
  const events = defineEvents('app', { tool: { start: defineEvent(), stop: defineEvent(), exception: defineEvent() } });
  const telemetry = createTelemetry({ events, environment: 'production', log: { sinks: [] } });
  if (spans !== false) {
    await startOpenTelemetry(/** @type {never} */ (telemetry), {
      api,
      tracerProvider: provider,
      spans,
      logs: false,
      metrics: false,
      env: {},
    });
  }
  /** @type {import('./measure.mjs').Loop} */
  return (calls) => {
    for (let call = 0; call < calls; call++) {
      const name = NAMES[call & 3];
      seen[0] = (seen[0] + telemetry.measure(['app', 'tool'], { name, files: call & 7, dry: true }, () => 3)) | 0;
    }
  };
}

/** @type {import('./measure.mjs').Loop} */
const direct = (calls) => {
  for (let call = 0; call < calls; call++) {
    const attributes = { name: NAMES[call & 3], files: call & 7, dry: true };
    const result = tracer.startActiveSpan('app.tool', { attributes }, (span) => {
      try {
        return 3;
      } finally {
        span.end();
      }
    });
    seen[0] = (seen[0] + result) | 0;
  }
};

const loops = { told: await loopOf(true), bare: await loopOf({ attributes: 'none' }), untold: await loopOf(false), direct };
const before = ended;
loops.told(10);
assert.equal(ended - before, 10);
const taken = takeTurns(loops);
const peer = '`startActiveSpan` of the SDK';
report(
  [
    faster('`measure`, three attributes, told to OpenTelemetry', taken.told, peer, taken.direct),
    faster('the same, without attributes', taken.bare, peer, taken.direct),
    faster('the same, told to nobody', taken.untold, peer, taken.direct),
  ],
  { heard: false },
);
