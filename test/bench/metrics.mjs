/** One counter and one duration per event, two events taking turns. */
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import prometheus from 'prom-client';
import { createTelemetry, defineEvent, defineEvents } from './library.mjs';
import { faster, logNormal, report, takeTurns } from './measure.mjs';

/** Latencies in ms; a power of two of them, so that the next is a mask away. */
const VALUES = logNormal({ count: 4096, median: 20, sigma: 1.2 });
const MASK = VALUES.length - 1;
const METADATA = { sessionId: 's1' };

function ours() {
  const events = defineEvents('app', { llm: { response: defineEvent() }, tool: { stop: defineEvent() } });
  const telemetry = createTelemetry({ events, environment: 'production' });
  telemetry.attachMetricsHandler();
  const responded = telemetry.emitter(events.llm.response);
  const stopped = telemetry.emitter(events.tool.stop);
  const count = () => Object.values(telemetry.getCounters()).reduce((sum, counter) => sum + counter, 0);
  return {
    count,
    // The object a caller writes is part of what it takes to emit, as the arguments of inc() and observe() are.
    loop: (/** @type {number} */ calls) => {
      for (let call = 0; call < calls; call += 2) {
        responded({ duration: VALUES[call & MASK] }, METADATA);
        stopped({ duration: VALUES[(call + 1) & MASK] }, METADATA);
      }
    },
  };
}

function promClient() {
  const register = new prometheus.Registry();
  const options = { labelNames: ['event'], registers: [register] };
  const counter = new prometheus.Counter({ name: 'events', help: 'events', ...options });
  const histogram = new prometheus.Histogram({ name: 'durations', help: 'durations', ...options });
  const [responses, stops] = ['llm.response', 'tool.stop'].map((event) => counter.labels(event));
  const [responseTimes, stopTimes] = ['llm.response', 'tool.stop'].map((event) => histogram.labels(event));
  return (/** @type {number} */ calls) => {
    for (let call = 0; call < calls; call += 2) {
      responses.inc();
      responseTimes.observe(VALUES[call & MASK]);
      stops.inc();
      stopTimes.observe(VALUES[(call + 1) & MASK]);
    }
  };
}

/** Storage exists once there is a reader; this one never reads by itself. */
class SilentReader extends MetricReader {
  async onForceFlush() {}
  async onShutdown() {}
}

function openTelemetry(/** @type {boolean} */ tagged) {
  const meter = new MeterProvider({ readers: [new SilentReader()] }).getMeter('bench');
  const [responses, stops] = ['llm.response', 'tool.stop'].map((name) => meter.createCounter(name));
  const [responseTimes, stopTimes] = ['llm.response.duration', 'tool.stop.duration'].map((name) => meter.createHistogram(name));
  if (!tagged) {
    return (/** @type {number} */ calls) => {
      for (let call = 0; call < calls; call += 2) {
        responses.add(1);
        responseTimes.record(VALUES[call & MASK]);
        stops.add(1);
        stopTimes.record(VALUES[(call + 1) & MASK]);
      }
    };
  }
  return (/** @type {number} */ calls) => {
    for (let call = 0; call < calls; call += 2) {
      const model = { model: 'm1' };
      responses.add(1, model);
      responseTimes.record(VALUES[call & MASK], model);
      const tool = { tool: 'grep' };
      stops.add(1, tool);
      stopTimes.record(VALUES[(call + 1) & MASK], tool);
    }
  };
}

const { loop, count } = ours();
const times = takeTurns({ ours: loop, prom: promClient(), otel: openTelemetry(false), tagged: openTelemetry(true) });
if (count() === 0) throw new Error('Nothing was counted');
report(
  [
    faster('counter + duration, two events live', times.ours, 'prom-client, bound', times.prom, { atLeast: 12 }),
    faster('', times.ours, 'OpenTelemetry SDK', times.otel),
    {
      ...faster('counter + duration, one tag', times.ours, 'OpenTelemetry SDK, one attribute', times.tagged, { promise: '2.5 × (part 4)' }),
      ours: 'part 4',
      ratio: '',
    },
  ],
  { heard: false },
);
