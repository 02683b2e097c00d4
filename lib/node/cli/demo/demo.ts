/**
 * The demo: a bus, the model, a cache and four sessions at a time on a source tree, for a bounded time.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { agentEvents } from '../../../catalogues/agent';
import { createPrometheusExporter } from '../../../exporters/prometheus/index';
import { createTelemetry, type TelemetryOptions } from '../../../index';
import { escapeText } from '../../../log/formats/escape';
import { trackHttp } from '../../http/index';
import { type FileSink, type MetricsServer, serveMetrics } from '../../index';
import { type DemoAdmin, openAdmin } from './admin';
import type { AgentTelemetry } from './agent-telemetry';
import { watchAnswers } from './answer-watch';
import { type DemoDatabase, NO_DATABASE, openDatabase } from './database';
import { createFileCache } from './file-cache';
import { type Incident, incidentOf } from './incident';
import { type StandInModel, startModel } from './model';
import { createModelClient, type ModelClient } from './model-client';
import { openNotes } from './notes';
import { observe } from './observe';
import { sessionsPanel } from './panel';
import { runSession, type SessionContext } from './session';
import { createTaskQueue, type Task } from './tasks';
import { surveyTree } from './tree';
import type { Progress, View } from './view';
import { type VitalsWatch, watchVitals } from './vitals';
import { withIncident } from './with-incident';

/** Options of {@link runDemo}. */
export interface DemoOptions {
  /** The source tree to work on. */
  readonly folder: string;
  /** How long. */
  readonly forMs: number;
  /** Takes every event as a line of JSON. */
  readonly log: FileSink;
  readonly view: View;
  /**
   * Where errors are stored: a file for SQLite, or the address of a PostgreSQL server; `undefined` for a file beside the log.
   * Without SQLite in Node and without an address nothing is stored.
   */
  readonly database?: string | undefined;
  /** Where Prometheus finds the metrics while the demo runs, on the loopback. Default: nowhere. */
  readonly metricsPort?: number | undefined;
  /** Port of the admin API, on the loopback. Default: a free one. */
  readonly adminPort?: number | undefined;
  /** When the model is slow. Default: for a third of the time, in runs of 12 s and more; `null`: never. */
  readonly incident?: Incident | null;
  /** Colours in warnings. Default: none. */
  readonly colors?: boolean;
  /** Ends the demo earlier. */
  readonly signal?: AbortSignal;
  /** Default: a bus of its own. Its log is configured anew. */
  readonly telemetry?: AgentTelemetry;
}

/** What a run has come to. */
export interface DemoReport extends Progress {
  /** The lines shown at the end. */
  readonly table: readonly string[];
  /** Where the model was; closed by now. */
  readonly modelPort: number;
}

const SESSIONS_AT_A_TIME = 4;
/** Keeps sessions that fail at once from turning into a busy loop. */
const PAUSE_AFTER_FAILURE_MS = 250;
const MOST_TURNS = 1_000;

/**
 * Runs the demo to its end: until the time is over or the signal is aborted. Sessions under way are interrupted then.
 *
 * When the promise settles, the demo has ended its children and closed its timers, connections, server and view.
 *
 * @throws {Error} when the folder holds no source file.
 * @throws {TelemetryError} `CONFIG_INVALID` when an environment variable is wrong.
 */
export async function runDemo(options: DemoOptions): Promise<DemoReport> {
  const { folder, forMs, log, view, signal } = options;
  const telemetry = options.telemetry ?? createBus(view);
  const end = endAfter(forMs, signal);
  const notes = openNotes();
  const incident = options.incident === undefined ? incidentOf(forMs) : (options.incident ?? undefined);
  const onWarning = warningsTo(view);
  const answers = watchAnswers(telemetry);
  let [metrics, admin, database, vitals]: [MetricsServer?, DemoAdmin?, DemoDatabase?, VitalsWatch?] = [];
  try {
    if (options.metricsPort !== undefined) metrics = await serveMetrics(createPrometheusExporter(telemetry), { port: options.metricsPort });
    const survey = await surveyTree(folder, end.signal);
    if (survey.files.length === 0 && !end.signal.aborted) throw new Error(`There is no JavaScript or TypeScript file in ${folder}`);
    database = await openDatabase(telemetry, options.database, log.path);
    const place = database?.place ?? NO_DATABASE;
    if (incident !== undefined) vitals = watchVitals(log.path, onWarning);
    const panels = [sessionsPanel(telemetry, answers.totals)];
    admin = await openAdmin({ telemetry, port: options.adminPort ?? 0, forMs, vitals, storage: database?.storage, panels });
    const places = { logPath: log.path, database: place, metricsUrl: metrics?.url, admin };
    const plan = { folder, files: survey.files.length, forMs, ...places, incident };
    const { result, ...shown } = await observe({ telemetry, log, view, plan, answers, database, colors: options.colors ?? false }, (show) =>
      withModel(telemetry, ({ model, client }) =>
        withIncident({ incident, telemetry, model, vitals, show }, () => {
          const cache = createFileCache(telemetry);
          const context = { telemetry, model: client, cache, root: folder, notes: notes.path, tell: show.tell, signal: end.signal };
          return workInParallel(createTaskQueue(survey), context);
        }),
      ),
    );
    return { ...shown, modelPort: result };
  } finally {
    end.now();
    answers.detach();
    await metrics?.close();
    await admin?.close();
    vitals?.stop();
    await database?.close();
    notes.remove();
    view.close();
  }
}

/** What a bus has to say of itself is a warning among the others: the console belongs to the view. */
const warningsTo =
  (view: View): NonNullable<TelemetryOptions['onWarning']> =>
  ({ code, message }) =>
    view.warn(escapeText(`telemetry-bus: ${message} [${code}]`), 'warn');

const createBus = (view: View): AgentTelemetry => createTelemetry({ events: agentEvents, onWarning: warningsTo(view) });

/** What is done with a model. */
type WithModel = (parts: { readonly model: StandInModel; readonly client: ModelClient }) => Promise<void>;

/**
 * Has a model for as long as something is done with it, and tracks what it is asked. Returns the port it was at.
 *
 * Without access records: each line of the log is an event, so that it can be counted.
 */
async function withModel(telemetry: AgentTelemetry, work: WithModel): Promise<number> {
  using tracking = trackHttp(telemetry, { accessLog: false, routes: ['/'] });
  const model = await startModel(Math.random, tracking.listener);
  const client = createModelClient(model.port);
  try {
    await work({ model, client });
    return model.port;
  } finally {
    client.close();
    await model.close();
    // Requests that were cut off are over a moment after their connections; their events are counted, too.
    for (let turn = 0; turn < MOST_TURNS && tracking.stats().inFlight > 0; turn++) await delay(1);
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
