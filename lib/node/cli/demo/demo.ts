/**
 * The demo: a bus, the model, a cache and four sessions at a time on a source tree, for a bounded time.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { agentEvents } from '../../../catalogues/agent';
import { createTelemetry } from '../../../index';
import type { AgentTelemetry } from './agent-telemetry';
import { type AnswerTotals, watchAnswers } from './answer-watch';
import { createFileCache } from './file-cache';
import { startModel } from './model';
import { createModelClient, type ModelClient } from './model-client';
import { runSession, type SessionContext } from './session';
import { finalTable, introduction, type Metrics, statusLine, totalOf } from './summary';
import { createTaskQueue, type Task } from './tasks';
import { surveyTree } from './tree';

/** Options of {@link runDemo}. */
export interface DemoOptions {
  /** The source tree to work on. */
  readonly folder: string;
  /** How long. */
  readonly forMs: number;
  /** Takes one line, without its end. */
  readonly write: (line: string) => void;
  /** Ends the demo earlier. */
  readonly signal?: AbortSignal;
  /** Default: a bus of its own. */
  readonly telemetry?: AgentTelemetry;
}

/** What a run has come to. */
export interface DemoReport extends Metrics {
  readonly elapsedMs: number;
  readonly answers: AnswerTotals;
  /** The lines written at the end. */
  readonly table: readonly string[];
  /** Where the model was; closed by now. */
  readonly modelPort: number;
}

const SESSIONS_AT_A_TIME = 4;
/** Keeps sessions that fail at once from turning into a busy loop. */
const PAUSE_AFTER_FAILURE_MS = 250;

/**
 * Runs the demo to its end: until the time is over or the signal is aborted. Sessions under way are interrupted then.
 *
 * When the promise settles, the demo has ended its children and closed its timers, connections and server.
 *
 * @throws {Error} when the folder holds no source file.
 */
export async function runDemo(options: DemoOptions): Promise<DemoReport> {
  const { folder, forMs, write, signal, telemetry = createTelemetry({ events: agentEvents }) } = options;
  const end = endAfter(forMs, signal);
  try {
    const survey = await surveyTree(folder, end.signal);
    if (survey.files.length === 0 && !end.signal.aborted) throw new Error(`There is no JavaScript or TypeScript file in ${folder}`);
    for (const line of introduction(folder, forMs, survey.files.length)) write(line);
    return await observe(telemetry, write, (model) => {
      const context = { telemetry, model, cache: createFileCache(telemetry), root: folder, signal: end.signal };
      return workInParallel(createTaskQueue(survey), context);
    });
  } finally {
    end.now();
  }
}

/** Writes what the bus sees while something is done with the model, and what it saw when that is over. */
async function observe(
  telemetry: AgentTelemetry,
  write: DemoOptions['write'],
  work: (model: ModelClient) => Promise<void>,
): Promise<DemoReport> {
  const metrics = (): Metrics => ({ counters: telemetry.getCounters(), durations: telemetry.getDurationStats() });
  telemetry.attachMetricsHandler();
  const watch = watchAnswers(telemetry);
  const begin = performance.now();
  const stopStatus = everySecond(begin, metrics, write);
  try {
    const modelPort = await withModel(work);
    const totals = metrics();
    const table = finalTable(totals, watch.totals());
    for (const line of table) write(line);
    return { ...totals, elapsedMs: performance.now() - begin, answers: watch.totals(), table, modelPort };
  } finally {
    stopStatus();
    watch.detach();
  }
}

/** Has a model for as long as something is done with it. Returns the port it was at. */
async function withModel(work: (model: ModelClient) => Promise<void>): Promise<number> {
  const model = await startModel();
  const client = createModelClient(model.port);
  try {
    await work(client);
    return model.port;
  } finally {
    client.close();
    await model.close();
  }
}

/** Waits for every worker, also when one is broken, so that none is left behind. */
async function workInParallel(nextTask: () => Task, context: SessionContext): Promise<void> {
  const results = await Promise.allSettled(Array.from({ length: SESSIONS_AT_A_TIME }, () => workUntilEnd(nextTask, context)));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/** One session after the other. */
async function workUntilEnd(nextTask: () => Task, context: SessionContext): Promise<void> {
  const { signal } = context;
  while (!signal.aborted) {
    const isWell = await runSession(nextTask(), context);
    // Rejects when aborted, which the loop sees for itself.
    if (!isWell) await delay(PAUSE_AFTER_FAILURE_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Writes the status line each second. Returns what ends that. */
function everySecond(begin: number, metrics: () => Metrics, write: (line: string) => void): () => void {
  let last = { time: begin, total: 0 };
  const timer = setInterval(() => {
    const now = metrics();
    const next = { time: performance.now(), total: totalOf(now.counters) };
    write(statusLine(next.time - begin, (1000 * (next.total - last.total)) / (next.time - last.time), now));
    last = next;
  }, 1000);
  return () => clearInterval(timer);
}

/** A signal that is aborted after a time, with another signal, or on demand; whichever comes first clears up the rest. */
function endAfter(forMs: number, earlier: AbortSignal | undefined): { readonly signal: AbortSignal; readonly now: () => void } {
  const controller = new AbortController();
  const now = () => {
    clearTimeout(timer);
    earlier?.removeEventListener('abort', now);
    controller.abort();
  };
  const timer = setTimeout(now, forMs);
  if (earlier?.aborted) now();
  else earlier?.addEventListener('abort', now);
  return { signal: controller.signal, now };
}
