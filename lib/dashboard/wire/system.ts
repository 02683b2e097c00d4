/** The process, what it uses, and what became of its log lines. */

type Numbers = Readonly<Record<string, number>>;

/** What the machine and the process used at a time; what the platform can't tell is absent. Sizes in bytes, parts from 0 to 1. */
export interface SystemSample {
  /** ms since the epoch. */
  readonly time: number;
  readonly cpu?: { readonly utilization?: number; readonly process?: Numbers };
  /** Of the machine: `usage`, `limit`, `available`, `utilization`; `process`: `usage`, `heap_used`, `heap_total`, `external`, `limit`. */
  readonly memory?: {
    readonly usage?: number;
    readonly limit?: number;
    readonly available?: number;
    readonly utilization?: number;
    readonly process?: {
      readonly usage?: number;
      readonly heap_used?: number;
      readonly heap_total?: number;
      readonly external?: number;
      readonly limit?: number;
      readonly utilization?: number;
    };
  };
  /** By mount point. */
  readonly disk?: Readonly<
    Record<string, { readonly usage?: number; readonly limit?: number; readonly available?: number; readonly utilization?: number }>
  >;
  readonly openFiles?: { readonly count?: number; readonly limit?: number };
  /** TCP, by state. */
  readonly connections?: Numbers;
  /** `1m`, `5m`, `15m`. */
  readonly load?: Numbers;
  /** Delays `mean`, `p50`, `p99`, `max` in ms; `utilization`. */
  readonly eventLoop?: Numbers;
  /** What keeps the process alive, by type. */
  readonly handles?: Numbers;
  /** In s. */
  readonly uptime?: number;
}

/** accepted = written + queued + all of dropped. */
export interface Account {
  readonly accepted: number;
  readonly written: number;
  readonly queued: number;
  /** By reason. */
  readonly dropped: Numbers;
}

export interface SinkAccount extends Account {
  readonly name: string;
}

export interface StorageAccount extends Account {
  readonly store: string;
  readonly state: 'open' | 'failing' | 'slow' | 'closed';
  readonly failure?: string;
  readonly failures: number;
  readonly queuedBytes: number;
  readonly spool?: {
    readonly lines: number;
    readonly bytes: number;
    readonly segments: number;
    readonly corrupt: number;
    readonly errors: Numbers;
  };
  readonly recovered: number;
  readonly recoveredStored: number;
  readonly recoveredRefused: number;
  readonly pruned: number;
}

/** `GET /admin/system`. */
export interface SystemState {
  readonly process: {
    readonly node: string;
    readonly platform: string;
    readonly arch: string;
    readonly pid: number;
    /** In s. */
    readonly uptime: number;
    readonly started_at: number;
    readonly app?: string;
    readonly environment?: string;
    readonly instance?: string;
    readonly hostname?: string;
  };
  /** The oldest first; `null`: nobody takes any. */
  readonly samples: readonly SystemSample[] | null;
  /** `null`: a log can't be made. */
  readonly log: {
    readonly lines: number;
    /** Lines that stand for several that are the same. */
    readonly collapsed: number;
    readonly dropped: { readonly nested: number };
    readonly redaction: { readonly masked: number; readonly failedRules: readonly string[] };
    readonly sinks: readonly SinkAccount[];
  } | null;
  /** `null`: there is no database for errors. */
  readonly storage: StorageAccount | null;
}
