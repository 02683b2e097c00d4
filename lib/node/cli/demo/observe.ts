/** How the demo looks at itself: what an application would do to have its events counted, logged and shown. */
import type { Level } from '../../../core/level';
import type { MessageObject } from '../../../errors/messages/format';
import type { Sink } from '../../../sinks/sink';
import type { FileSink } from '../../index';
import type { AgentTelemetry } from './agent-telemetry';
import { watchAnswers } from './answer-watch';
import type { DemoDatabase } from './database';
import { createRates } from './rates';
import { finalTable, totalOf } from './summary';
import type { Plan, Progress, View } from './view';
import { warningFormat } from './warning-line';

/** Seconds of which the rate is remembered. */
const SECONDS = 60;

export interface Observed {
  readonly telemetry: AgentTelemetry;
  readonly log: FileSink;
  readonly view: View;
  readonly plan: Plan;
  /** Where errors are stored, if they are. */
  readonly database: DemoDatabase | undefined;
  /** Colours in warnings. */
  readonly colors: boolean;
}

/**
 * Attaches the built-in handlers and one of the demo's own, and shows what they see while something is done.
 *
 * The log takes every event at whatever level as default JSON, whatever the environment says, so that its lines can be
 * counted against the counters.
 *
 * @returns The progress at the end, the lines that the view was given then, and what the work returned.
 */
export async function observe<Result>(
  { telemetry, log, view, plan, colors, database }: Observed,
  work: (tell: (message: MessageObject) => void) => Promise<Result>,
): Promise<Progress & { readonly table: readonly string[]; readonly result: Result }> {
  telemetry.configureLog({
    level: 'debug',
    levels: {},
    sinks: [
      { sink: log, format: 'json', schema: 'default' },
      { sink: warningSink(view), level: 'warn', format: warningFormat(colors) },
    ],
  });
  telemetry.attachAll();
  const watch = watchAnswers(telemetry);
  const rates = createRates(SECONDS);
  const told = new Map<string, MessageObject>();
  const begin = performance.now();
  const progress = (): Progress => {
    const [elapsedMs, counters] = [performance.now() - begin, telemetry.getCounters()];
    rates.note(elapsedMs, totalOf(counters));
    const durations = telemetry.getDurationStats();
    const shown = { answers: watch.totals(), log: log.stats(), told: [...told.values()], stored: database?.count() };
    return { elapsedMs, counters, durations, rates: rates.list(), ...shown };
  };
  const tell = (message: MessageObject): void => {
    told.set(message.kind, message);
    view.tell(message);
  };
  view.begin(plan);
  const timer = setInterval(() => view.update(progress()), view.everyMs);
  try {
    const result = await work(tell);
    await database?.flush();
    const last = progress();
    const table = finalTable(plan, last);
    view.end(table);
    return { ...last, table, result };
  } finally {
    clearInterval(timer);
    watch.detach();
    telemetry.detachAll();
  }
}

/** Gives warnings to the view. */
const warningSink = (view: View): Sink => ({
  name: 'demo-view',
  write: (line: string, level: Level) => view.warn(line.slice(0, -1), level),
});
