import type { Clock } from '../core/clock';
import type { ErrorMark, ErrorPlace } from '../core/error-mark';
import type { Warning } from '../core/warning';

/** An error that was told of. */
export interface SeenError {
  readonly error: unknown;
  /** `false`: a line of level error or critical told of none. */
  readonly hasError: boolean;
  readonly mark: ErrorMark;
  readonly place: ErrorPlace;
}

/** What security events use of their bus. */
export interface SecurityHost {
  readonly clock: Clock;
  /** Writes a record of the stream `security`: `Security event: <name>`, in C6's fields, at the level its severity says. Throws when there can be no log. */
  write(name: string, fields: object): void;
  /** Calls back for every error of the bus, in the call that told of it. Returns what ends it. */
  onError(listener: (seen: SeenError) => void): () => void;
  warn(warning: Warning): void;
}
