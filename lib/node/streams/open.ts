import type { Variables } from '../../config/environment';
import type { TelemetryConfig } from '../../config/load';
import type { Clock } from '../../core/clock';
import { isTelemetryError, TelemetryError } from '../../core/errors';
import { messageOf } from '../../log/exception';
import { readChainKey } from '../chain/chain-key';
import { chainFile } from '../chain/chained-sink';
import { fileSink } from '../file/file-sink';
import type { FileSink, FileSinkOptions, LossSummary } from '../file/options';
import type { PlannedStream } from './plan';

/** A stream that writes. */
export interface OpenStream extends PlannedStream {
  readonly sink: FileSink;
}

/** What the files of all streams have in common. */
export interface FileParts {
  readonly config: TelemetryConfig;
  readonly env: Variables | undefined;
  readonly clock: Clock | undefined;
  readonly onWarning: NonNullable<FileSinkOptions['onWarning']>;
  /** Makes the line about lines that were lost. */
  readonly onLoss: (sink: FileSink, summary: LossSummary) => string | undefined;
}

/**
 * Opens the files of all streams, or none.
 *
 * @throws {TelemetryError} rejecting: `SINK_OPEN_FAILED`, one for all files that can't be opened; `OPTION_INVALID`.
 */
export async function openStreams(planned: readonly PlannedStream[], parts: FileParts): Promise<readonly OpenStream[]> {
  const open: OpenStream[] = [];
  const refused: { readonly stream: PlannedStream; readonly error: unknown }[] = [];
  for (const stream of planned) {
    try {
      open.push({ ...stream, sink: openFile(stream, parts) });
    } catch (error) {
      refused.push({ stream, error });
    }
  }
  if (refused.length === 0) return open;
  await Promise.allSettled(open.map(({ sink }) => sink.close()));
  const other = refused.find(({ error }) => !isTelemetryError(error) || error.code !== 'SINK_OPEN_FAILED');
  throw other === undefined ? openFailed(refused) : other.error;
}

function openFile({ name, path, writes }: PlannedStream, { config, env, clock, onWarning, onLoss }: FileParts): FileSink {
  const { sync, rotate, keep, compress, archive, fsync, onRotate, flushAfterMs, maxQueuedBytes } = writes;
  const given = { compress, archive, fsync, onRotate, flushAfterMs, maxQueuedBytes, clock };
  let chained: Chained | undefined;
  const sink: FileSink = fileSink({
    ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<FileSinkOptions>),
    path,
    name,
    sync: sync ?? false,
    rotate,
    keep,
    fileMode: config.logFileMode,
    dirMode: config.logDirMode,
    onWarning,
    onLoss(summary) {
      const line = onLoss(chained?.sink ?? sink, summary);
      // It is a line of the file like others.
      return line === undefined ? undefined : (chained?.chain.seal(line) ?? line);
    },
  });
  try {
    chained = chainOf(sink, writes, env);
    return chained?.sink ?? sink;
  } catch (error) {
    void sink.close();
    throw error;
  }
}

type Chained = ReturnType<typeof chainFile>;

function chainOf(sink: FileSink, { chain, archive }: PlannedStream['writes'], env: Variables = process.env): Chained | undefined {
  if (chain === undefined || chain === false) return undefined;
  const key = chain === true ? env.SECURITY_CHAIN_KEY || undefined : readChainKey(chain.keyFile);
  return chainFile(sink, { ...(key !== undefined && { key }), ...(archive !== undefined && { archive }) });
}

function openFailed(refused: readonly { readonly stream: PlannedStream; readonly error: unknown }[]): TelemetryError {
  const lines = refused.map(
    ({ stream, error }) => `  ${stream.name}, ${stream.path}: ${isTelemetryError(error) ? error.why : messageOf(error)}`,
  );
  const many = refused.length === 1 ? "A log file can't be opened" : `${refused.length} log files can't be opened`;
  return new TelemetryError(
    'SINK_OPEN_FAILED',
    many,
    `Nothing was started:\n${lines.join('\n')}\nWhat is listed stays as it is`,
    'Remove what is in the way or give permission, name another folder (LOG_DIR), or start without files (LOG_TO_FILE=false)',
    { cause: refused[0]?.error },
  );
}
