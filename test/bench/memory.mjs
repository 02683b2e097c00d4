/**
 * Memory per series of durations: each of an event of its own, of one `latency` or at `worst` (durations from 0 to 24 h);
 * or `tagged-1`, `tagged-100`, `tagged-10000` series of one event by a tag, each with its counter.
 */
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { build } from 'hdr-histogram-js';
import prometheus from 'prom-client';
import { createTelemetry, defineEvent, defineEvents } from './library.mjs';
import { bytesInUse, logNormal, report, within } from './measure.mjs';
import { SilentReader } from './recorders.mjs';

/** Many, so that what else lives on the heap (compiled code and the like) is little beside each. */
const SERIES = 4_000;
const SAMPLES = 3_000;
/** Fewer where peers that take a microsecond for each are given 10,000 series. */
const TAGGED_SAMPLES = 1_000;
/** Distributions that differ; making one for each series would take longer than everything else. */
const KINDS = 50;
const DAY_MS = 86_400_000;
const KIB = 1024;

/** One operation's latencies each. */
const latencies = (/** @type {number} */ count) =>
  Array.from({ length: KINDS }, (_, kind) => logNormal({ count, median: 20, sigma: 1.2, seed: kind + 1 }));

/** 0, 24 h, and what lies between at even distances on a logarithmic scale from 1 µs: every part of the range is used. */
const everything = () => [[0, ...Array.from({ length: SAMPLES }, (_, index) => 0.001 * (DAY_MS / 0.001) ** (index / (SAMPLES - 1)))]];

/**
 * Bytes per series for what `open` makes and `record` fills. Everything made stays referenced until after the reading.
 *
 * @param {() => ((ms: number) => void)[]} open
 * @param {number[][]} samples
 */
function bytesPerSeries(open, samples) {
  const before = bytesInUse();
  const series = open();
  for (const [index, record] of series.entries()) for (const ms of samples[index % samples.length]) record(ms);
  const bytes = (bytesInUse() - before) / series.length;
  kept.push(series);
  return bytes;
}
/** @type {unknown[]} */
const kept = [];
const show = (/** @type {number} */ bytes) => `${(bytes / KIB).toFixed(1)} KiB`;

const hdr = (/** @type {number} */ count) =>
  Array.from({ length: count }, () => {
    const histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: DAY_MS * 1e3, numberOfSignificantValueDigits: 2 });
    kept.push(histogram);
    return (/** @type {number} */ ms) => histogram.recordValue(Math.round(ms * 1e3));
  });

/** A series for each event. */
function byEvent(/** @type {string} */ path, /** @type {number[][]} */ samples, /** @type {number} */ atMost) {
  const names = Array.from({ length: SERIES }, (_, index) => `event${index}`);
  const events = defineEvents('app', { memory: Object.fromEntries(names.map((name) => [name, defineEvent()])) });
  // The bus with its events exists either way; what metrics add to it is what is measured: handler, series, counts.
  const telemetry = createTelemetry({ events, environment: 'production' });
  const emitters = names.map((name) => telemetry.emitter(events.memory[name]));
  const ours = () => {
    telemetry.attachMetricsHandler();
    return emitters.map((emit) => (/** @type {number} */ duration) => emit({ duration }));
  };
  const prom = () => {
    const options = { help: 'durations', labelNames: ['event'], registers: [new prometheus.Registry()] };
    const histogram = new prometheus.Histogram({ name: 'durations', ...options });
    kept.push(histogram);
    return names.map((name) => {
      const bound = histogram.labels(name);
      return (/** @type {number} */ ms) => bound.observe(ms / 1e3);
    });
  };
  const bytes = bytesPerSeries(ours, samples);
  if (Object.keys(telemetry.getDurationStats()).length !== SERIES) throw new Error('Series are missing');
  return [
    within(path, bytes, { show, atMost, peer: 'hdr-histogram-js', theirs: bytesPerSeries(() => hdr(SERIES), samples) }),
    within('', bytes, { show, peer: 'prom-client (11 buckets)', theirs: bytesPerSeries(prom, samples) }),
  ];
}

/** As many series of one event, by a tag. Few series are on many buses, so that they are not lost among everything else. */
function byTag(/** @type {number} */ count) {
  const samples = latencies(TAGGED_SAMPLES);
  const groups = Math.ceil(1_000 / count);
  const models = Array.from({ length: count }, (_, index) => `model-${index}`);
  const each = (/** @type {(model: string, group: number) => (ms: number) => void} */ open) =>
    Array.from({ length: groups }, (_, group) => models.map((model) => open(model, group))).flat();

  const buses = Array.from({ length: groups }, () => {
    const events = defineEvents('app', { llm: { response: defineEvent({ tags: ['model'] }) } });
    const telemetry = createTelemetry({ events, environment: 'production', metrics: { maxSeries: count } });
    return { telemetry, emit: telemetry.emitter(events.llm.response) };
  });
  const ours = () => {
    for (const { telemetry } of buses) telemetry.attachMetricsHandler();
    return each((model, group) => {
      const { emit } = buses[group];
      const metadata = { model };
      return (duration) => emit({ duration }, metadata);
    });
  };

  // As many buckets as ours.
  const buckets = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
  const promGroups = Array.from({ length: groups }, () => {
    const options = { help: 'of the bench', labelNames: ['model'], registers: [new prometheus.Registry()] };
    return {
      counter: new prometheus.Counter({ name: 'events', ...options }),
      histogram: new prometheus.Histogram({ name: 'durations', buckets, ...options }),
    };
  });
  const prom = () =>
    each((model, group) => {
      const [events, durations] = [promGroups[group].counter.labels(model), promGroups[group].histogram.labels(model)];
      return (ms) => {
        events.inc();
        durations.observe(ms / 1e3);
      };
    });

  const meters = Array.from({ length: groups }, () => {
    const views = [{ instrumentName: '*', aggregationCardinalityLimit: count + 1 }];
    const meter = new MeterProvider({ readers: [new SilentReader()], views }).getMeter('bench');
    return { counter: meter.createCounter('events'), histogram: meter.createHistogram('durations') };
  });
  const otel = () =>
    each((model, group) => {
      const { counter, histogram } = meters[group];
      const attributes = { model };
      return (ms) => {
        counter.add(1, attributes);
        histogram.record(ms, attributes);
      };
    });

  const bytes = bytesPerSeries(ours, samples);
  for (const { telemetry } of buses) {
    const [{ series, folded }] = telemetry.getCardinality();
    if (series !== count || folded !== 0) throw new Error('Series are missing');
  }
  return [
    within(`memory per series by one tag, ${count.toLocaleString('en')} series`, bytes, {
      show,
      peer: 'prom-client (19 buckets)',
      theirs: bytesPerSeries(prom, samples),
    }),
    within('', bytes, { show, peer: 'OpenTelemetry SDK (15 buckets)', theirs: bytesPerSeries(otel, samples) }),
    within('', bytes, { show, peer: 'hdr-histogram-js', theirs: bytesPerSeries(() => hdr(count * groups), samples) }),
  ];
}

const mode = process.argv[2] ?? 'latency';
/** @type {Record<string, () => import('./measure.mjs').Row[]>} */
const scenarios = {
  latency: () => byEvent('memory per series, one latency', latencies(SAMPLES), 9 * KIB),
  worst: () => byEvent('memory per series, 0 to 24 h', everything(), 16 * KIB),
  'tagged-1': () => byTag(1),
  'tagged-100': () => byTag(100),
  'tagged-10000': () => byTag(10_000),
};
report(scenarios[mode](), { heard: false });
if (kept.length === 0) throw new Error('Nothing was kept');
