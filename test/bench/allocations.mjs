/** Bytes the library allocates per emission: `idle`, `one` handler, or metrics attached, also by `execute` and `tagged`. */
import { createTelemetry, defineEvent, defineEvents } from './library.mjs';
import { bytesPerCall, logNormal, report, seen, within } from './measure.mjs';

const CALLS = 2e7;
/** What measuring itself leaves behind, spread over the calls. */
const NOISE = 0.05;
const show = (/** @type {number} */ value) => `${Math.abs(value) < NOISE ? '0' : value.toFixed(1)} bytes`;
const limit = { show, atMost: NOISE, promise: '0 bytes' };

const mode = process.argv[2] ?? 'idle';
const options = mode.startsWith('tagged') ? { tags: /** @type {const} */ (['model']) } : {};
const events = defineEvents('app', { llm: { response: defineEvent(options) }, tool: { stop: defineEvent(options) } });
const telemetry = createTelemetry({ events, environment: 'production' });
const responded = telemetry.emitter(events.llm.response);
const stopped = telemetry.emitter(events.tool.stop);
const METADATA = { sessionId: 's1' };
// Payloads are made beforehand: what the caller allocates is not the library's.
const PAYLOADS = logNormal({ count: 4096, median: 20, sigma: 1.2 }).map((duration) => ({ duration }));
const MASK = PAYLOADS.length - 1;
const TAGGED = ['m1', 'm2', 'm3', 'm4'].map((model) => ({ model, sessionId: 's1' }));

const emitting = (/** @type {number} */ calls) => {
  for (let call = 0; call < calls; call += 2) {
    responded(PAYLOADS[call & MASK], METADATA);
    stopped(PAYLOADS[(call + 1) & MASK], METADATA);
  }
};
const executing = (/** @type {number} */ calls) => {
  for (let call = 0; call < calls; call += 2) {
    telemetry.execute(events.llm.response, PAYLOADS[call & MASK], METADATA);
    telemetry.execute(events.tool.stop, PAYLOADS[(call + 1) & MASK], METADATA);
  }
};
const emittingTagged = (/** @type {number} */ calls) => {
  for (let call = 0; call < calls; call += 2) {
    responded(PAYLOADS[call & MASK], TAGGED[(call >> 1) & 3]);
    stopped(PAYLOADS[(call + 1) & MASK], TAGGED[(call >> 1) & 3]);
  }
};
const executingTagged = (/** @type {number} */ calls) => {
  for (let call = 0; call < calls; call += 2) {
    telemetry.execute(events.llm.response, PAYLOADS[call & MASK], TAGGED[(call >> 1) & 3]);
    telemetry.execute(events.tool.stop, PAYLOADS[(call + 1) & MASK], TAGGED[(call >> 1) & 3]);
  }
};
const listen = () => {
  const handler = () => {
    seen[0] = (seen[0] + 1) | 0;
  };
  telemetry.attachMany('one', [events.llm.response, events.tool.stop], handler);
};

const scenarios = {
  idle() {
    report([within('bytes per emission, no handler', bytesPerCall(emitting, CALLS), limit)], { heard: false });
  },
  one() {
    listen();
    report([within('bytes per emission, one handler', bytesPerCall(emitting, CALLS), { show })]);
  },
  metrics: () => withMetrics('bytes per event, counter + duration', emitting),
  'metrics-execute': () => withMetrics('the same, `execute`', executing),
  tagged: () => withMetrics('bytes per event, counter + duration, one tag', emittingTagged),
  'tagged-execute': () => withMetrics('the same, `execute`', executingTagged),
};

scenarios[mode]();

function withMetrics(/** @type {string} */ path, /** @type {import('./measure.mjs').Loop} */ loop) {
  telemetry.attachMetricsHandler();
  const bytes = bytesPerCall(loop, CALLS);
  const filter = mode.startsWith('tagged') ? { tags: { model: 'm2' } } : undefined;
  if (!telemetry.getCounters(filter)['app.tool.stop']) throw new Error('Nothing was counted');
  report([within(path, bytes, limit)], { heard: false });
}
