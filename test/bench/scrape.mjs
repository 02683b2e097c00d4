/**
 * A page for Prometheus of `10000` or `100000` series, half of them counters and half durations: how long it takes, and, in
 * the modes that end in `-paused`, how long the event loop stands still meanwhile.
 *
 * As a server would answer: the page is encoded, and the loop turns after each piece that was handed to the socket.
 */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import prometheus from 'prom-client';
import { createTelemetry, defineEvent, defineEvents, dist } from './library.mjs';
import { logNormal, median, ratioOf, report } from './measure.mjs';
import { successor } from './recorders.mjs';

/** @type {typeof import('../../lib/exporters/prometheus/index')} */
const { createPrometheusExporter } = await import(pathToFileURL(resolve(dist, 'prometheus/index.js')).href);

const [, digits = '10000', paused] = /^(\d+)(-paused)?$/.exec(process.argv[2] ?? '10000') ?? [];
const SERIES = Number(digits);
const shown = SERIES.toLocaleString('en');
const EVENTS = SERIES / 1_000;
/** Values of the tag of each event: as many counters, and as many distributions. */
const TAGS = 500;
const SAMPLES = 20;
const VALUES = logNormal({ count: 4096, median: 20, sigma: 1.2 });
const SMALL = SERIES <= 10_000;
const [WARM_UPS, ROUNDS, SCRAPES] = SMALL ? [2, 15, 20] : [1, 3, 5];
/** The bounds of ours, in seconds. */
const BUCKETS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

const names = Array.from({ length: EVENTS }, (_, index) => `event${index}`);
const models = Array.from({ length: TAGS }, (_, index) => `model-${index}`);

/** Gives each series of each event some values, or one of so many series. */
function fill(/** @type {(event: number, model: string, ms: number) => void} */ record, samples = SAMPLES, step = 1) {
  let value = 0;
  for (let event = 0; event < EVENTS; event++) {
    for (let model = 0; model < TAGS; model += step) {
      for (let sample = 0; sample < samples; sample++) record(event, models[model], VALUES[value++ & 4095]);
    }
  }
}

function ours() {
  const events = defineEvents('app', { scrape: Object.fromEntries(names.map((name) => [name, defineEvent({ tags: ['model'] })])) });
  const telemetry = createTelemetry({ events, environment: 'production' });
  telemetry.attachMetricsHandler();
  const emitters = names.map((name) => telemetry.emitter(events.scrape[name]));
  const record = (/** @type {number} */ event, /** @type {string} */ model, /** @type {number} */ duration) =>
    emitters[event]({ duration }, { model });
  fill(record);
  return {
    record,
    open: (/** @type {import('../../lib/exporters/prometheus/index').PrometheusExporterOptions} */ options = {}) => {
      const exporter = createPrometheusExporter(telemetry, options);
      return async () => {
        const { body } = await exporter.fetch(new Request('http://localhost/metrics'));
        /** @type {Uint8Array[]} */
        const pieces = [];
        for await (const piece of /** @type {AsyncIterable<Uint8Array>} */ (body)) {
          pieces.push(piece);
          await turn();
        }
        return pieces;
      };
    },
  };
}

/** prom-client or its successor. */
function theirs(/** @type {typeof import('prom-client')} */ { Counter, Histogram, Registry }) {
  const register = new Registry();
  const options = { help: 'of the bench', labelNames: ['model'], registers: [register] };
  const metrics = names.map((name) => ({
    counter: new Counter({ name: `app_scrape_${name}_total`, ...options }),
    histogram: new Histogram({ name: `app_scrape_${name}_duration_seconds`, buckets: BUCKETS, ...options }),
  }));
  const record = (/** @type {number} */ event, /** @type {string} */ model, /** @type {number} */ ms) => {
    const { counter, histogram } = metrics[event];
    counter.inc({ model });
    histogram.observe({ model }, ms / 1e3);
  };
  fill(record);
  return {
    record,
    async scrape() {
      const pieces = [Buffer.from(await register.metrics())];
      await turn();
      return pieces;
    },
  };
}

const samplesOf = (/** @type {Uint8Array[]} */ pieces) =>
  Buffer.concat(pieces)
    .toString()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

/** Fails where the two pages do not say the same. */
async function check(/** @type {() => Promise<Uint8Array[]>} */ one, /** @type {() => Promise<Uint8Array[]>} */ other) {
  const countOf = (/** @type {string[]} */ lines) =>
    lines.filter((line) => /^\w+(_count|_total)\{/.test(line)).reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  const [mine, peer] = [samplesOf(await one()), samplesOf(await other())];
  assert.equal(mine.length, peer.length, `${mine.find((line) => !peer.includes(line))}`);
  assert.equal(countOf(mine), countOf(peer));
}

async function timeMs(/** @type {() => Promise<unknown>} */ scrape) {
  const begin = performance.now();
  await scrape();
  return performance.now() - begin;
}

const ms = (/** @type {number} */ value) => `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ms`;
const times = (/** @type {number} */ value) => `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ×`;

/** How long a scrape takes: of an exporter that has written nothing yet, and of one that wrote the page before. */
async function timings() {
  const { record, open } = ours();
  const prom = theirs(prometheus);
  const found = await successor();
  const next = typeof found === 'string' ? found : theirs(found);
  await check(open(), prom.scrape);

  const [all, few] = [open(), open()];
  /** @type {Record<string, () => Promise<unknown>>} */
  const scrapes = { few, prom: prom.scrape, cold: () => open()(), all };
  if (!SMALL) scrapes.roomy = open({ maxCacheBytes: 2 ** 30 });
  if (typeof next === 'object') scrapes.next = next.scrape;
  const rounds = Object.fromEntries(Object.keys(scrapes).map((name) => [name, /** @type {number[]} */ ([])]));
  for (let round = -WARM_UPS; round < ROUNDS; round++) {
    for (const [name, scrape] of Object.entries(scrapes)) {
      // Since its last page, each series has a new value, or one of 100 has.
      fill(record, 1, name === 'all' ? 1 : 100);
      if (name === 'few' || name === 'roomy') await scrape();
      fill(record, 1, name === 'all' ? 1 : 100);
      const took = await timeMs(scrape);
      if (round >= 0) rounds[name].push(took);
    }
  }

  const row = (
    /** @type {string} */ path,
    /** @type {string} */ mine,
    /** @type {string} */ peer,
    /** @type {string} */ other,
    atLeast = 0,
  ) => {
    const ratio = ratioOf({ ns: 0, rounds: rounds[other] }, { ns: 0, rounds: rounds[mine] });
    return {
      path,
      ours: ms(median(rounds[mine])),
      peer: `${peer} ${ms(median(rounds[other]))}`,
      ratio: times(ratio),
      promise: atLeast > 0 ? `${atLeast} ×` : '',
      kept: atLeast > 0 ? ratio >= atLeast : null,
    };
  };
  return [
    row(`scrape of ${shown} series, cold`, 'cold', 'prom-client', 'prom', SMALL ? 4 : 0),
    typeof next === 'object'
      ? row('', 'cold', '@prometheus-io/client', 'next')
      : { ...row('', 'cold', '', 'prom'), peer: `@prometheus-io/client ${next}`, ratio: '' },
    row('the same, all series have changed', 'all', 'prom-client', 'prom'),
    row('the same, one of 100 series has changed', 'few', 'prom-client', 'prom'),
    ...(SMALL ? [] : [row('the same, `maxCacheBytes` 2^30', 'roomy', 'prom-client', 'prom')]),
  ];
}

/** The longest time that a timer of 1 ms had to wait while something went on. */
async function longestPause(/** @type {() => Promise<unknown>} */ work) {
  let [last, longest] = [performance.now(), 0];
  const tick = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last - 1);
    last = now;
  };
  const timer = setInterval(tick, 1);
  await wait(5);
  longest = 0;
  await work();
  await wait(2);
  clearInterval(timer);
  return longest;
}

/** How long the event loop stands still. Nothing of a peer's is in the process before ours is done. */
async function pauses() {
  const { open } = ours();
  for (let warmUp = 0; warmUp < 3; warmUp++) await open()();
  const [cold, idle, prom] = [0, 0, 0].map(() => /** @type {number[]} */ ([]));
  for (let scrape = 0; scrape < SCRAPES; scrape++) {
    let took = 0;
    cold.push(await longestPause(async () => (took = await timeMs(open()))));
    idle.push(await longestPause(() => wait(took)));
  }
  const { scrape } = theirs(prometheus);
  await scrape();
  for (let count = 0; count < Math.min(SCRAPES, 5); count++) prom.push(await longestPause(scrape));

  const worst = Math.max(...cold);
  const typical = `median of their longest ${ms(median(cold))}`;
  return [
    {
      path: `longest pause, ${SCRAPES} cold scrapes of ${shown} series`,
      ours: ms(worst),
      peer: `prom-client ${ms(Math.max(...prom))}`,
      ratio: times(Math.max(...prom) / worst),
      promise: SMALL ? '≤ 5 ms' : '',
      kept: SMALL ? worst <= 5 : null,
    },
    { path: '', ours: typical, peer: `nothing to do, for as long ${ms(Math.max(...idle))}`, ratio: '', promise: '', kept: null },
  ];
}

report(await (paused ? pauses() : timings()), { heard: false });
