/** What a worker is: a thread of this process, a worker of `node:cluster`, or a child of `fork` that was added. */
export type WorkerKind = 'thread' | 'cluster' | 'process';

/**
 * `live`: it answers. `silent`: it did not answer in time and is not waited for until it says something; what it said last
 * counts. `gone`: it ended; what it counted counts on, its gauges don't.
 */
export type WorkerState = 'live' | 'silent' | 'gone';

/** What is known of one `shareMetrics` of a worker. */
export interface WorkerInfo {
  /** Made anew whenever it starts. */
  readonly id: string;
  readonly kind: WorkerKind;
  /** The id of the thread, or of the process. */
  readonly number: number;
  readonly state: WorkerState;
  /** When it last said something, in ms since the epoch. */
  readonly lastSeen: number;
  /** How large its last snapshot was. */
  readonly bytes: number;
  /** Snapshots that were taken from it. */
  readonly snapshots: number;
  /** Messages of it that were refused; why is in `stats()` and in warnings. */
  readonly refused: number;
}

/**
 * Why a message was refused: `malformed`; of another `version`; a snapshot that is `too_large`, or `invalid`; `stale`, because
 * a newer one is here; `late`, after its sender said that nothing follows; `too_many` workers, or too many calls in one; `no_room` for their snapshots.
 */
export type RefusalReason = 'malformed' | 'version' | 'too_large' | 'invalid' | 'stale' | 'late' | 'too_many' | 'no_room';
