import type { Clock } from '../../core/clock';
import type { Warning } from '../../core/warning';
import type { Sink, SinkStats } from '../../sinks/sink';

/** When a file gives way to a new one. Both may be given; neither: never. */
export interface RotateOptions {
  /** A file never grows beyond, unless a single line is longer. Bytes, at least 1,024. */
  readonly maxBytes?: number;
  /** At the beginning of each hour or day, also when nothing is written. */
  readonly every?: 'hour' | 'day';
  /** Whose hours and days: `local` (default), `utc`, or a name such as `Europe/Berlin`. */
  readonly timeZone?: string;
}

/** Which rotated files stay. What exceeds one of the limits goes, the oldest first. */
export interface KeepOptions {
  /** How many. Default 10, at most 10,000; 0: none. */
  readonly files?: number;
  /** Milliseconds, or `30d`, `12h`, `90m`; counted from the last line of a file. */
  readonly maxAge?: number | string;
  /** Bytes of the file and its rotated ones together, at every moment, while they are compressed, too; at least twice `maxBytes`. */
  readonly totalBytes?: number;
}

/** A file that was put aside. */
export interface RotatedFile {
  readonly path: string;
  readonly bytes: number;
}

/** Lines that were lost, told once there is space again. */
export interface LossSummary {
  /** Lines by reason, since the last summary. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Lines by level, since the last summary. */
  readonly levels: Readonly<Record<string, number>>;
  /** Wall clock of the first and the last of them, in ms since the epoch. */
  readonly from: number;
  readonly to: number;
}

/** Options of {@link fileSink}. */
export interface FileSinkOptions {
  /** The file. Its folder is made when it is missing. */
  readonly path: string;
  /** Shown in statistics and warnings. Default: the file's name. */
  readonly name?: string;
  /** Each line is in the file before `write` returns. Default `false`: lines are written in batches, in the background. */
  readonly sync?: boolean;
  /** How long a line may wait for others, in ms. Default 50. */
  readonly flushAfterMs?: number;
  /** What may wait, in bytes. Default 8 MiB; all sinks together 32 MiB. Beyond, the lowest levels are dropped first. */
  readonly maxQueuedBytes?: number;
  readonly rotate?: RotateOptions;
  readonly keep?: KeepOptions;
  /** Rotated files are compressed in the background. Default `false`. */
  readonly compress?: boolean;
  /** Folder for rotated files, on the same file system. Default: beside the file. */
  readonly archive?: string;
  /** Told of each rotation. What it throws is a warning. */
  readonly onRotate?: (file: RotatedFile) => void;
  /** Permissions of files and of folders that are made; the umask can only take some away. Default 0o600 and 0o700. */
  readonly fileMode?: number;
  readonly dirMode?: number;
  /** Waits for the disk after each write: lines outlive a power cut. Default `false`. */
  readonly fsync?: boolean;
  /** Makes the line that says how many were lost, once there is space again; without it none is written. */
  readonly onLoss?: (summary: LossSummary) => string | undefined;
  /** Told of trouble, at most once per code and 10 s. Default: nobody. */
  readonly onWarning?: (warning: Warning) => void;
  /** Default: the system's. Decides about rotation by the clock. */
  readonly clock?: Clock;
}

/** What a file sink knows of itself. */
export interface FileSinkStats extends SinkStats {
  readonly path: string;
  /** `failing`: the last attempt to write failed, lines wait. `stalled`: a write takes long, lines wait. */
  readonly state: 'open' | 'failing' | 'stalled' | 'closed';
  /** Bytes that wait. */
  readonly queuedBytes: number;
  /** Bytes written to files since the sink was made. */
  readonly writtenBytes: number;
  /** Size of the file. */
  readonly fileBytes: number;
  readonly rotations: number;
  /** How often the file was opened again because somebody else moved, deleted or replaced it. */
  readonly reopens: number;
  /** Half lines found at the end of the file and closed with a newline. */
  readonly healed: number;
  /** How often a synchronous sink became buffered because a write took longer than 50 ms. */
  readonly demotions: number;
  /** Failed attempts by code. */
  readonly errors: Readonly<Record<string, number>>;
}

/** A sink that writes a file. */
export interface FileSink extends Sink {
  /** Absolute. */
  readonly path: string;
  /** Whether lines reach the file: neither failing nor stalled nor closed. */
  readonly isWorking: boolean;
  stats(): FileSinkStats;
  flush(): Promise<void>;
  /**
   * Writes what waits before it returns, for the end of a process. Lines that can't be written stay queued.
   *
   * @param deadlineMs - Gives up then. Default 1,000.
   */
  flushSync(deadlineMs?: number): void;
  /** Lets go of the file and opens its path again: for programs that move log files away and then send a signal. */
  reopen(): void;
  /** Rotates now, unless the file is empty. `undefined`: nothing was rotated. */
  rotate(): RotatedFile | undefined;
  close(): Promise<void>;
}
