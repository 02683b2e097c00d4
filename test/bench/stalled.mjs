/** One repetition of stall.mjs: emits events in slices, and tells how long each took. Standard output is a pipe nobody reads. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { open, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { createTelemetry, defineEvent, defineEvents, dist } from './library.mjs';
import { describedAt, MASK, measuredAt, ourEvent, pinoEvent } from './lines.mjs';
import { seen } from './measure.mjs';

const [mode, count, folder] = process.argv.slice(2);
const events = Number(count);
const FLUSH_AFTER_MS = 50;
/** Per turn of the event loop. */
const SLICE = 1_000;

/** @type {typeof import('../../lib/node/index')} */
const { fileSink, startTelemetry } = await import(pathToFileURL(resolve(dist, 'node/index.js')).href);
const catalogue = defineEvents('shop', { llm: { response: defineEvent(), slow: defineEvent({ level: 'warn' }) } });

/** @typedef {{ emit: (call: number) => void, check?: () => void }} Subject `check`: that nothing was taken, and all is accounted for. */

/** What an application gets that logs to its console. */
async function ours() {
  const telemetry = createTelemetry({ events: catalogue });
  const options = { app: 'shop', environment: /** @type {const} */ ('production'), env: {}, values: { logToFile: false } };
  const started = await startTelemetry({ bus: telemetry, console: { format: 'json' }, onWarning: () => undefined, ...options });
  return {
    responded: telemetry.emitter(catalogue.llm.response),
    slowed: telemetry.emitter(catalogue.llm.slow),
    check() {
      const { accepted, written, queued, dropped } = started.stats().accounting;
      assert.equal(accepted, events);
      assert.equal(written + queued + dropped.overflow, events);
      // What a pipe holds.
      assert.ok(written < 1_000 && dropped.overflow > 0);
    },
  };
}

/** @type {Record<string, () => Promise<Subject>>} */
const subjects = {
  async console() {
    const { responded, check } = await ours();
    return { emit: (call) => responded(measuredAt(call & MASK), describedAt(call & MASK)), check };
  },
  async levels() {
    const { responded, slowed, check } = await ours();
    const emit = (/** @type {number} */ call) => (call % 10 === 0 ? slowed : responded)(measuredAt(call & MASK), describedAt(call & MASK));
    return { emit, check };
  },
  async empty() {
    const telemetry = createTelemetry({ events: catalogue });
    const responded = telemetry.emitter(catalogue.llm.response);
    telemetry.attach('empty', catalogue.llm.response, () => {
      seen[0] = (seen[0] + 1) | 0;
    });
    return { emit: (call) => responded(measuredAt(call & MASK), describedAt(call & MASK)) };
  },
  async pino() {
    const { pino } = await import('pino');
    const destination = pino.destination({ dest: 1, sync: false });
    /** @type {import('./measure.mjs').Loop} */
    const loop = (await pinoEvent({}, destination)).loop;
    return { emit: (call) => loop(1, call) };
  },
  async file() {
    const path = join(folder, `${process.pid}.log`);
    const sink = fileSink({ path, flushAfterMs: FLUSH_AFTER_MS });
    const { loop } = ourEvent(undefined, undefined, /** @type {never} */ (sink));
    // What a disk that does not answer looks like from here: the one thread for writing in the background is busy. It
    // opens a pipe at whose other end nobody ever comes.
    const nobody = join(folder, `${process.pid}.fifo`);
    execFileSync('mkfifo', [nobody]);
    open(nobody, 'r', () => undefined);
    // The first batch has to be on its way: while none is, and the disk is quick, much at a time is written at once.
    loop(1);
    await wait(4 * FLUSH_AFTER_MS);
    return {
      emit: (call) => loop(1, call),
      check() {
        const { accepted, queued, dropped } = sink.stats();
        assert.equal(statSync(path).size, 0);
        assert.equal(queued + (dropped.overflow ?? 0), accepted);
      },
    };
  },
};

// The threads that wait for ever would keep the process from ending by itself.
process.once('uncaughtExceptionMonitor', (error) => process.send?.({ error: String(error) }));

const { emit, check } = await subjects[mode]();
/** Written to before anything is measured, so that its memory is not counted. */
const took = new Float64Array(events).fill(1);
const delay = monitorEventLoopDelay({ resolution: 1 });
const turn = () => new Promise((done) => setImmediate(done));
await turn();
globalThis.gc?.();

const before = process.memoryUsage.rss();
let most = before;
delay.enable();
for (let call = 0; call < events; ) {
  for (const end = Math.min(call + SLICE, events); call < end; call++) {
    const began = performance.now();
    emit(call);
    took[call] = performance.now() - began;
  }
  if (call % (50 * SLICE) === 0) most = Math.max(most, process.memoryUsage.rss());
  await turn();
}
delay.disable();
most = Math.max(most, process.memoryUsage.rss());
check?.();
took.sort();
const at = (/** @type {number} */ part) => took[Math.min(events - 1, Math.floor(part * events))] * 1e6;
process.send?.({ p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1), loop: delay.percentile(99), grown: most - before });
