import type { TelemetryConfig } from '../config/load';
import type { Warning } from '../core/warning';
import { readLevel } from '../log/gate';
import type { SinkOptions } from '../log/options';
import type { Sink } from '../sinks/sink';
import type { FileSink, LossSummary } from './file/options';
import { isGiven } from './log-directory';
import type { ConsoleOptions } from './start-options';
import { type StdoutSink, stdoutSink } from './stdout/stdout-sink';
import { textFormatOf } from './streams/plan';
import type { Preset } from './streams/preset';

export interface ConsoleParts {
  readonly options: ConsoleOptions | boolean | undefined;
  readonly config: TelemetryConfig;
  readonly preset: Preset;
  /** The file of the stream `app`, if there is one. */
  readonly file: FileSink | undefined;
  readonly isStopped: () => boolean;
  readonly onWarning: (warning: Warning) => void;
  readonly onLoss: (sink: Sink, summary: LossSummary) => string | undefined;
}

/**
 * The console as a sink of the log, if lines go there. With `LOG_TO_CONSOLE=false` they do while the app file can't be
 * written: a service that logs nowhere can't be helped.
 */
export function consoleOutput({ options, config, preset, file, isStopped, onWarning, onLoss }: ConsoleParts): SinkOptions | undefined {
  if (options === false) return undefined;
  const { stderrFrom = config.logStderrFrom, ...shown } = typeof options === 'object' ? options : {};
  const sink: StdoutSink = stdoutSink({
    stderrFrom: readLevel('startTelemetry: console: stderrFrom', stderrFrom),
    onWarning,
    onLoss: (summary) => onLoss(sink, summary),
  });
  const isText = preset.console === 'text' && (!isGiven(config, 'logFormat') || config.logFormat === 'text');
  const format = shown.format ?? (isText ? textFormatOf(preset, config) : undefined);
  const output: SinkOptions = { ...shown, ...(format !== undefined && { format }), sink };
  if (options === true || config.logToConsole || file === undefined) return output;
  return { ...output, when: () => !file.isWorking && !isStopped() };
}
