import type { MetricsSnapshot } from '../../metrics/transfer/stored-snapshot';
import type { Question } from './message';
import type { WorkerInfo, WorkerKind, WorkerState } from './worker-info';

/** Where reports come from, and how questions get there. */
export interface Connection {
  readonly kind: WorkerKind;
  /** The id of the thread, or of the process. */
  readonly number: number;
  /** Sends a question. @param onFailure - Called when it did not leave. */
  ask(question: Question, onFailure: () => void): void;
}

/** One `shareMetrics` somewhere, and what it said last. */
export class Source {
  state: WorkerState = 'live';
  lastSeen = 0;
  /** Of its latest message. */
  number = -1;
  snapshot: MetricsSnapshot | undefined = undefined;
  bytes = 0;
  snapshots = 0;
  refused = 0;
  /** The latest question it was sent, the latest it answered, and the one that it is to be sent once it has. */
  asked = 0;
  answered = 0;
  wanted = 0;

  constructor(
    readonly id: string,
    readonly connection: Connection,
  ) {}

  info(): WorkerInfo {
    const { id, connection, state, lastSeen, bytes, snapshots, refused } = this;
    return { id, kind: connection.kind, number: connection.number, state, lastSeen, bytes, snapshots, refused };
  }
}
