/**
 * One counter and one duration per event, two events taking turns: `bound` beforehand or found by `execute`, without tags
 * or `tagged` by one that has four values by turns.
 */
import { createTelemetry, defineEvent, defineEvents } from './library.mjs';
import { faster, report, takeTurns } from './measure.mjs';
import { hdrObjects, loopsOf, MASK, MODELS, openTelemetry, perfHooks, promClient, successor, VALUES } from './recorders.mjs';

const mode = process.argv[2] ?? 'bound';
const METADATA = { sessionId: 's1' };

const options = mode.startsWith('tagged') ? { tags: /** @type {const} */ (['model']) } : {};
const events = defineEvents('app', { llm: { response: defineEvent(options) }, tool: { stop: defineEvent(options) } });

const telemetry = createTelemetry({ events, environment: 'production' });
telemetry.attachMetricsHandler();
const responded = telemetry.emitter(events.llm.response);
const stopped = telemetry.emitter(events.tool.stop);

/**
 * Loops of ours: the objects a caller writes are part of what it takes to emit, as the arguments of inc() and observe() are.
 *
 * @type {Record<string, import('./measure.mjs').Loop>}
 */
const ours = {
  bound(calls) {
    for (let call = 0; call < calls; call += 2) {
      responded({ duration: VALUES[call & MASK] }, METADATA);
      stopped({ duration: VALUES[(call + 1) & MASK] }, METADATA);
    }
  },
  definition(calls) {
    for (let call = 0; call < calls; call += 2) {
      telemetry.execute(events.llm.response, { duration: VALUES[call & MASK] }, METADATA);
      telemetry.execute(events.tool.stop, { duration: VALUES[(call + 1) & MASK] }, METADATA);
    }
  },
  tuple(calls) {
    for (let call = 0; call < calls; call += 2) {
      telemetry.execute(['app', 'llm', 'response'], { duration: VALUES[call & MASK] }, METADATA);
      telemetry.execute(['app', 'tool', 'stop'], { duration: VALUES[(call + 1) & MASK] }, METADATA);
    }
  },
  tagged(calls) {
    for (let call = 0; call < calls; call += 2) {
      const model = MODELS[(call >> 1) & 3];
      responded({ duration: VALUES[call & MASK] }, { model });
      stopped({ duration: VALUES[(call + 1) & MASK] }, { model });
    }
  },
  taggedDefinition(calls) {
    for (let call = 0; call < calls; call += 2) {
      const model = MODELS[(call >> 1) & 3];
      telemetry.execute(events.llm.response, { duration: VALUES[call & MASK] }, { model });
      telemetry.execute(events.tool.stop, { duration: VALUES[(call + 1) & MASK] }, { model });
    }
  },
  taggedTuple(calls) {
    for (let call = 0; call < calls; call += 2) {
      const model = MODELS[(call >> 1) & 3];
      telemetry.execute(['app', 'llm', 'response'], { duration: VALUES[call & MASK] }, { model });
      telemetry.execute(['app', 'tool', 'stop'], { duration: VALUES[(call + 1) & MASK] }, { model });
    }
  },
};

/** @typedef {import('./measure.mjs').Loop | string} Peer - Its loop, or why there is none. */

/**
 * @param {string} path
 * @param {import('./measure.mjs').Loop} loop
 * @param {Record<string, Peer>} peers
 * @param {number} [atLeast] - Promised: how many times as fast as the first peer.
 */
function compare(path, loop, peers, atLeast) {
  /** @type {Record<string, import('./measure.mjs').Loop>} */
  const loops = { ours: loop };
  for (const [name, peer] of Object.entries(peers)) if (typeof peer === 'function') loops[name] = peer;
  const times = takeTurns(loops);
  return Object.entries(peers).map(([name, peer], index) => {
    const [shown, promised] = index === 0 ? [path, { atLeast }] : ['', {}];
    if (typeof peer === 'function') return faster(shown, times.ours, name, times[name], promised);
    return { ...faster(shown, times.ours, name, times.ours), peer: `${name} ${peer}`, ratio: '' };
  });
}

const prom = await promClient();
const found = await successor();
const next = typeof found === 'string' ? found : loopsOf(found);
const NEXT = '@prometheus-io/client';
const nextBy = (/** @type {keyof typeof prom} */ way) => (typeof next === 'string' ? next : next[way]());

/** @type {Record<string, () => import('./measure.mjs').Row[]>} */
const scenarios = {
  bound: () =>
    compare(
      'counter + duration, two events live',
      ours.bound,
      {
        'prom-client, bound': prom.bound(),
        [`${NEXT}, bound`]: nextBy('bound'),
        'OpenTelemetry SDK': openTelemetry(false),
        'a number and perf_hooks': perfHooks(),
        'a number and hdr-histogram-js': hdrObjects(),
      },
      12,
    ),
  execute: () => [
    ...compare('the same, `execute` by definition', ours.definition, {
      'prom-client, labels object': prom.labels(),
      [`${NEXT}, labels object`]: nextBy('labels'),
    }),
    ...compare('the same, `execute` by tuple', ours.tuple, { 'prom-client, labels object': prom.labels() }),
  ],
  tagged: () =>
    compare(
      'counter + duration, one tag',
      ours.tagged,
      {
        'OpenTelemetry SDK, one attribute': openTelemetry(true),
        'prom-client, bound to each value': prom.taggedBound(),
        'prom-client, labels object': prom.taggedLabels(),
        [`${NEXT}, bound to each value`]: nextBy('taggedBound'),
        [`${NEXT}, labels object`]: nextBy('taggedLabels'),
      },
      2.5,
    ),
  'tagged-execute': () => [
    ...compare('the same, `execute` by definition', ours.taggedDefinition, {
      'OpenTelemetry SDK, one attribute': openTelemetry(true),
      'prom-client, labels object': prom.taggedLabels(),
    }),
    ...compare('the same, `execute` by tuple', ours.taggedTuple, { 'OpenTelemetry SDK, one attribute': openTelemetry(true) }),
  ],
};

const rows = scenarios[mode]();
const filter = mode.startsWith('tagged') ? { tags: { model: 'm2' } } : undefined;
if (Object.values(telemetry.getCounters(filter)).filter((count) => count > 1_000).length !== 2) throw new Error('Nothing was counted');
report(rows, { heard: false });
