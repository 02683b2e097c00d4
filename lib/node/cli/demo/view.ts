import type { Level } from '../../../core/level';
import type { MessageObject } from '../../../errors/messages/format';
import type { DurationStats } from '../../../index';
import type { SinkStats } from '../../../sinks/sink';
import type { AdminPlace } from './admin';
import type { AnswerTotals } from './answer-watch';
import type { Incident } from './incident';
import type { ReceivedAlert } from './receiver';
import type { Vitals } from './vitals';

/** What is known before a run begins. */
export interface Plan {
  readonly folder: string;
  /** Source files in it. */
  readonly files: number;
  readonly forMs: number;
  /** Where events are logged. */
  readonly logPath: string;
  /** Where errors are stored, and how to look one up there; or why they are not. */
  readonly database: DatabasePlace;
  /** Where Prometheus finds the metrics, if it may. */
  readonly metricsUrl?: string | undefined;
  /** Where the admin API is while it runs. */
  readonly admin?: AdminPlace | undefined;
  /** When the model is slow, if it is. */
  readonly incident?: Incident | undefined;
}

/** An alert that somebody was told of. */
export interface ShownAlert extends ReceivedAlert {
  /** Who: `127.0.0.1:40123`. */
  readonly place: string;
  /** When it arrived, since the beginning. */
  readonly atMs: number;
}

/** Where a demo stores errors. */
export interface DatabasePlace {
  /** As people know it: a file, a server without its password, or why there is none. */
  readonly name: string;
  /** A command that looks up an error by its id; `undefined` without a database. */
  readonly lookUp: ((errorId: string) => string) | undefined;
}

/** What `getCounters` and `getDurationStats` returned at one moment; durations of the agent only. */
export interface Metrics {
  readonly counters: Readonly<Record<string, number>>;
  readonly durations: Readonly<Record<string, DurationStats>>;
}

/** How far a run has come. */
export interface Progress extends Metrics {
  readonly elapsedMs: number;
  /** Events per second in each of the last seconds, the latest last. */
  readonly rates: readonly number[];
  readonly answers: AnswerTotals;
  /** The account of the log file. */
  readonly log: SinkStats;
  /** What people were told, the latest of each kind. */
  readonly told: readonly MessageObject[];
  /** The account of the database, where there is one. */
  readonly stored: StoredCount | undefined;
  /** Alerts that were received, the latest last; `undefined` where there is no incident. */
  readonly alerts?: readonly ShownAlert[] | undefined;
  /** How the machine and the model are, where that is watched. */
  readonly vitals?: Vitals | undefined;
}

/** What became of errors that were to be stored. */
export interface StoredCount {
  readonly written: number;
  /** Wait, or were not stored. */
  readonly missing: number;
}

/** Shows a run while it goes on. Called in the order of its members, those between `begin` and `end` any number of times; `warn` may come first. */
export interface View {
  /** How often it wants to be updated. */
  readonly everyMs: number;
  begin(plan: Plan): void;
  /** Takes a warning or an error, on one line without its end, controls escaped. */
  warn(line: string, level: Level): void;
  /** Takes what people are told when something failed. */
  tell(message: MessageObject): void;
  /** Takes an alert when it has been received. */
  alert(alert: ShownAlert): void;
  update(progress: Progress): void;
  /** Takes the lines that remain when the run is over. */
  end(lines: readonly string[]): void;
  /** Comes last in any case, also after an error. */
  close(): void;
}
