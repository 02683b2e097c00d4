import type { Warning } from '../core/warning';
import type { Sink } from '../sinks/sink';
import type { Logger } from './logger';
import type { LogOptions } from './options';
import type { LineToRender } from './render';
import type { StreamWriter } from './stream-writer';

/** Where a bus lets `startTelemetry` at its log. A symbol of all copies of the library: the bus may be another copy's. */
export const LOG_SEAM: unique symbol = Symbol.for('telemetry-bus/log-seam') as never;

/** What can be done with the log of a bus besides what `Telemetry` shows. */
export interface LogSeam {
  /** As `configureLog`, but nothing earlier calls said is kept. */
  replace(options: LogOptions, onWarning: (warning: Warning) => void): void;
  /** A logger that does not look for its caller, which is some part of this library. */
  logger(name: string): Logger;
  readonly streams: () => StreamWriter;
  /** Makes a line as a sink would be given it, and gives it to none. Its logger is `<app>.telemetry`. */
  render(line: LineToRender, sink: Sink): string;
}

export interface Seamed {
  readonly [LOG_SEAM]?: LogSeam;
}
