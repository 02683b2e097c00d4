import type { FileSinkOptions } from '../../../lib/node/file/options';
import type { StartOptions } from '../../../lib/node/start-options';

/** Lines for one file. */
export interface StreamPlan {
  /** Options of the sink, apart from functions. */
  readonly sink: Omit<FileSinkOptions, 'onRotate' | 'onLoss' | 'onWarning' | 'clock'>;
  /** Stands in each line; default 1. */
  readonly writer?: number;
  /** The first number, and how many; default 1 and without end. */
  readonly from?: number;
  readonly count?: number;
  /** Lines per second; without it as many as the file takes, 100 in each turn. */
  readonly perSecond?: number;
  /** All lines in the first turn. */
  readonly atOnce?: boolean;
  /** Of a line, in bytes. Default 100. */
  readonly length?: number;
}

/** How a program ends when all lines are handed over. */
export type Ending =
  /** Does nothing more. */
  | 'empty'
  /** Stays until it is told to go, or killed. */
  | 'stay'
  | 'close'
  | 'exit'
  | 'exit in rotation'
  | 'abort'
  | 'throw'
  | 'reject';

/** What the program `writer` does. */
export interface WriterPlan {
  readonly streams: readonly StreamPlan[];
  /** Where it says how many lines of each stream it handed over. */
  readonly marker: string;
  readonly ending?: Ending;
  /** Its own handler of SIGTERM ends it by `process.exit(0)`. */
  readonly exitOnTerm?: boolean;
  /** Goes on after uncaught exceptions. */
  readonly surviveErrors?: boolean;
  /** Prints its statistics this often, in ms. */
  readonly tellMs?: number;
  /** Says on stderr, at once, when a synchronous file becomes buffered; see {@link STALLED}. */
  readonly saysStalls?: boolean;
}

/** What a program says of a disk, or a processor, that kept a synchronous line waiting: from then on lines may be lost with it. */
export const STALLED = 'STALLED\n';

/** What the program `service` does. */
export interface ServicePlan {
  /** In JSON: no functions, and nothing else that it does not have. */
  readonly options: Pick<StartOptions, 'logDir' | 'console' | 'environment' | 'streams' | 'signals' | 'level' | 'values' | 'reopenOn'>;
  readonly count: number;
  /** How many lines in each turn; default 100. */
  readonly perTurn?: number;
  /** Each so many lines one is an error, and the others are of debug. */
  readonly errorEach?: number;
  /** Does not wait for the files. */
  readonly overload?: boolean;
  readonly ending: 'empty' | 'stay' | 'exit' | 'throw' | 'reject' | 'stop';
  /** Its own handler of SIGTERM ends it by this code, and one more for each time that it was called. */
  readonly onTerm?: number;
  readonly surviveErrors?: boolean;
  readonly tellMs?: number;
  /** As with the writer. */
  readonly saysStalls?: boolean;
}
