/** What a worker does, in this order. */
export interface Order {
  /** Begins anew, for exporters as well. */
  readonly reset?: boolean;
  /** So many events of one name. */
  readonly count?: number;
  /** A part of the known data. */
  readonly record?: readonly [part: number, parts: number];
  /** So many series of one metric. */
  readonly names?: number;
  /** Messages to its parent, as they are. */
  readonly sends?: readonly unknown[];
  /** So many events in each of its threads. */
  readonly inThreads?: number;
  /** What a gauge is set to. */
  readonly level?: number;
  /** Waits, and lets nothing else run, until its first number is not 0. */
  readonly gate?: Int32Array;
  readonly send?: boolean;
  readonly stop?: boolean;
  /** Tells its parent, once all that is done. */
  readonly say?: string;
  readonly then?: 'hang' | 'exit' | 'throw' | 'end';
}

/** What it does first. */
export interface Plan extends Order {
  /** How often it calls `shareMetrics`; once unless said otherwise. */
  readonly shares?: number;
  readonly interval?: number;
  /** It shares what it collects from workers of its own. */
  readonly collects?: boolean;
  /** Threads of its own that do the same. */
  readonly threads?: number;
  /** Whether it takes orders later, and lives until it is told to end. */
  readonly listens?: boolean;
}
