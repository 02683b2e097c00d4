/** How the demo looks at itself: what an application would do to have its events counted, logged and shown. */
import type { Level } from '../../../core/level';
import type { MessageObject } from '../../../errors/messages/format';
import type { Sink } from '../../../sinks/sink';
import type { FileSink } from '../../index';
import type { AgentTelemetry } from './agent-telemetry';
import type { AnswerWatch } from './answer-watch';
import type { DemoDatabase } from './database';
import { createRates } from './rates';
import type { ReceivedAlert } from './receiver';
import { finalTable, totalOf } from './summary';
import type { Plan, Progress, ShownAlert, View } from './view';
import type { Vitals } from './vitals';
import { warningFormat } from './warning-line';

/** Seconds of which the rate is remembered. */
const SECONDS = 60;
/** There are two, unless the machine is very slow as well. */
const MOST_ALERTS = 10;

export interface Observed {
  readonly telemetry: AgentTelemetry;
  readonly log: FileSink;
  readonly view: View;
  readonly plan: Plan;
  /** What the handler of the demo's own adds up. */
  readonly answers: Pick<AnswerWatch, 'totals'>;
  /** Where errors are stored, if they are. */
  readonly database: DemoDatabase | undefined;
  /** Colours in warnings. */
  readonly colors: boolean;
}

/** Takes what the work has to show. */
export interface Shows {
  /** What people are told when something failed. */
  tell(message: MessageObject): void;
  /** An alert that arrived at a place. */
  alert(alert: ReceivedAlert, place: string): void;
  /** How the machine is, whenever it is asked. */
  vitals(now: () => Vitals): void;
}

/**
 * Attaches the built-in handlers, and shows what they see while something is done.
 *
 * The log takes every event at whatever level as default JSON, whatever the environment says, so that its lines can be
 * counted against the counters.
 *
 * @returns The progress at the end, the lines that the view was given then, and what the work returned.
 */
export async function observe<Result>(
  { telemetry, log, view, plan, colors, answers, database }: Observed,
  work: (show: Shows) => Promise<Result>,
): Promise<Progress & { readonly table: readonly string[]; readonly result: Result }> {
  telemetry.configureLog({
    app: 'demo',
    level: 'trace',
    levels: {},
    sinks: [
      { sink: log, format: 'json', schema: 'default' },
      // Who looks at the page reads on and on: that is in the log, and would push what the agent says from the screen.
      { sink: warningSink(view), level: 'warn', format: warningFormat(colors), where: ({ event }) => event !== 'sensitive_read' },
    ],
  });
  telemetry.configureMetrics({ history: true });
  telemetry.attachAll();
  const rates = createRates(SECONDS);
  const told = new Map<string, MessageObject>();
  let alerts: readonly ShownAlert[] = [];
  let vitals: (() => Vitals) | undefined;
  const begin = performance.now();
  const progress = (): Progress => {
    const [elapsedMs, counters, durations] = [performance.now() - begin, telemetry.getCounters(), ofAgent(telemetry.getDurationStats())];
    rates.note(elapsedMs, totalOf(counters));
    const shown = { answers: answers.totals(), log: log.stats(), told: [...told.values()], stored: database?.count() };
    const received = plan.incident && { alerts, vitals: vitals?.() };
    return { elapsedMs, counters, durations, rates: rates.list(), ...shown, ...received };
  };
  const show: Shows = {
    tell(message) {
      told.set(message.kind, message);
      view.tell(message);
    },
    alert(received, place) {
      const alert = { ...received, place, atMs: performance.now() - begin };
      alerts = [...alerts, alert].slice(-MOST_ALERTS);
      view.alert(alert);
    },
    vitals(now) {
      vitals = now;
    },
  };
  view.begin(plan);
  const timer = setInterval(() => view.update(progress()), view.everyMs);
  try {
    const result = await work(show);
    await database?.flush();
    const last = progress();
    const table = finalTable(plan, last);
    view.end(table);
    return { ...last, table, result };
  } finally {
    clearInterval(timer);
    telemetry.detachAll();
  }
}

/** How long an alert fired is no duration of the agent: beside it all bars would be short. */
const ofAgent = (durations: Progress['durations']): Progress['durations'] =>
  Object.fromEntries(Object.entries(durations).filter(([key]) => !key.startsWith('telemetry.')));

/** Gives warnings to the view. */
const warningSink = (view: View): Sink => ({
  name: 'demo-view',
  write: (line: string, level: Level) => view.warn(line.slice(0, -1), level),
});
