import type { Ids } from './history';

/** A record of the log, as its default JSON line has it: redacted already. */
export type LogLine = Readonly<Record<string, unknown>>;

/** `GET /admin/logs/lines`: the last lines that the program logged, which are kept in memory. */
export interface LogLines {
  /** The oldest first. `seq` counts all lines of the process since this API was made, from 1. */
  readonly lines: readonly { readonly seq: number; readonly record: LogLine }[];
  /** Sequence number of the last line logged, whether it is shown or not. */
  readonly last_seq: number;
  /** Of the oldest line that is kept; what came before is in the files. */
  readonly oldest_seq: number;
  /** How many kept lines pass the filter. */
  readonly matched: number;
  readonly kept: number;
  /** Loggers and event names of the kept lines, for suggestions; at most 100 each. */
  readonly loggers: readonly string[];
  readonly events: readonly string[];
  /** `false`: the log of this bus can't be made, or has no level that lets anything through. */
  readonly has_log: boolean;
}

/** `GET /admin/logs/of/{id}`: everything that is known of one request, session, trace or error, from memory and, where that has nothing, from files. */
export interface Followed {
  readonly id: string;
  readonly records: readonly { readonly found_in: 'memory' | 'file'; readonly file?: string; readonly record: LogLine }[];
  readonly request: RequestRow | null;
  readonly searched: { readonly files: number; readonly is_complete: boolean };
}

/** One request that was answered. */
export interface RequestRow {
  /** When it was over, ms since the epoch. */
  readonly time: number;
  readonly method: string;
  /** Template of the route. */
  readonly route: string;
  /** Redacted; without the query. */
  readonly path: string;
  readonly status: number;
  readonly duration_ms: number;
  readonly class: string | null;
  readonly aborted: boolean;
  readonly ids: Ids;
}

/** `GET /admin/requests?which=recent|slow|failed`: of the last requests, the newest; of the slowest of the last hour, the slowest; of those with 500 and more, the newest. */
export interface Requests {
  readonly requests: readonly RequestRow[];
  /** How many passed since this API was made. */
  readonly total: number;
  readonly is_tracked: boolean;
}
