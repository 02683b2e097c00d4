/** Bytes the library allocates per emission: `idle`, `one` handler, `tuple`, or `metrics` attached. */
import { createTelemetry, defineEvent, defineEvents } from './library.mjs';
import { bytesPerCall, logNormal, report, seen, within } from './measure.mjs';

const CALLS = 2e7;
/** What measuring itself leaves behind, spread over the calls. */
const NOISE = 0.05;
const show = (/** @type {number} */ value) => `${Math.abs(value) < NOISE ? '0' : value.toFixed(1)} bytes`;
const limit = { show, atMost: NOISE, promise: '0 bytes' };

const events = defineEvents('app', { llm: { response: defineEvent() }, tool: { stop: defineEvent() } });
const telemetry = createTelemetry({ events, environment: 'production' });
const responded = telemetry.emitter(events.llm.response);
const stopped = telemetry.emitter(events.tool.stop);
const METADATA = { sessionId: 's1' };
// Payloads are made beforehand: what the caller allocates is not the library's.
const PAYLOADS = logNormal({ count: 4096, median: 20, sigma: 1.2 }).map((duration) => ({ duration }));
const MASK = PAYLOADS.length - 1;

const emitting = (/** @type {number} */ calls) => {
  for (let call = 0; call < calls; call += 2) {
    responded(PAYLOADS[call & MASK], METADATA);
    stopped(PAYLOADS[(call + 1) & MASK], METADATA);
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
  metrics() {
    telemetry.attachMetricsHandler();
    const bytes = bytesPerCall(emitting, CALLS);
    if (!telemetry.getCounters()['app.tool.stop']) throw new Error('Nothing was counted');
    report([within('bytes per event, counter + duration', bytes, limit)], { heard: false });
  },
};

scenarios[process.argv[2] ?? 'idle']();
