import type { Connection } from '../source';

/** What a collector does with what comes in. */
export interface Receiver {
  /** Takes what may be one of our messages; `false` for what is none. Never throws. */
  receive(connection: Connection, message: unknown): boolean;
  /** A worker has ended, and all that it sent has been received. */
  ended(connection: Pick<Connection, 'kind' | 'number'>): void;
}
