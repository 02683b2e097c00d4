/** Handlers of the bus, and the log files. */

export interface HandlerRow {
  /** Names it in paths. */
  readonly key: string;
  readonly id: string;
  readonly match: 'exact' | 'prefix';
  /** Names, or prefixes; `*` for all. At most 100. */
  readonly events: readonly string[];
  readonly events_total: number;
  readonly on_error: 'detach' | 'keep' | 'breaker';
  readonly failures: number;
  /** `open`: a breaker holds it back. */
  readonly state: 'attached' | 'open';
  /** One of the library, which can't be detached here. */
  readonly is_own: boolean;
  /** `null`: it was not called since it is measured. */
  readonly cost: {
    readonly calls: number;
    readonly timed: number;
    readonly mean_us: number;
    readonly max_us: number;
    /** Of the time that passed, 0 to 1. */
    readonly share: number;
  } | null;
}

/** `GET /admin/handlers`. */
export interface Handlers {
  readonly handlers: readonly HandlerRow[];
  readonly total: number;
  /** ISO. */
  readonly measured: { readonly since: string; readonly until: string };
}

export interface LogFile {
  readonly name: string;
  readonly stream: string;
  readonly bytes: number;
  /** ISO. */
  readonly modified: string;
  readonly compressed: boolean;
}

/** `GET /admin/files`. */
export interface LogFiles {
  readonly files: readonly LogFile[];
  readonly total: number;
}
