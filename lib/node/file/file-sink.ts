import { basename, dirname, resolve } from 'node:path';
import { type Clock, systemClock } from '../../core/clock';
import { TelemetryError } from '../../core/errors';
import { checkOptions, isFunction, optionInvalid } from '../../core/options';
import { writeAtExit } from '../exit-hook';
import { type Compressor, createCompressor } from './compress';
import type { Family, Retention } from './family';
import { FileWriter } from './file-writer';
import { Later } from './later';
import { LogFile } from './log-file';
import { codeOf } from './open-file';
import type { FileSink, FileSinkOptions, RotatedFile } from './options';
import { keepOptions, rotateOptions } from './retention';
import { applyRetention } from './rotate-names';
import { Warner } from './warner';

const MIB = 1_048_576;
/** By the clock and by age, quiet files are looked after this often, in ms; a wall clock that jumps is noticed by then. */
const TICK_MS = 60_000;

const isWhole =
  (min: number, max: number) =>
  (value: unknown): boolean =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max;

const MODE = [isWhole(0, 0o777), 'permissions from 0 to 0o777'] as const;
const RULES = {
  path: [(value: unknown) => typeof value === 'string' && value !== '' && !value.includes('\0'), 'a path'],
  name: 'string',
  sync: 'boolean',
  flushAfterMs: [isWhole(1, 10_000), 'a whole number from 1 to 10,000'],
  maxQueuedBytes: [isWhole(65_536, 1024 * MIB), 'whole bytes from 65,536 to 1 GiB'],
  rotate: 'object',
  keep: 'object',
  compress: 'boolean',
  archive: 'string',
  onRotate: 'function',
  fileMode: MODE,
  dirMode: MODE,
  fsync: 'boolean',
  onLoss: 'function',
  onWarning: 'function',
  clock: [(value: unknown) => isFunction((value as Clock | null)?.systemTime), 'a clock'],
} as const;

/** What passes by itself: the file will be there later. Everything else needs somebody to do something. */
const PASSING: readonly string[] = ['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'EIO', 'EINTR', 'EAGAIN', 'ESTALE'];

/**
 * Creates a sink that appends to a file and rotates it.
 *
 * Lines are written in batches, in the background: nothing waits longer than 50 ms, and a line
 * costs some 400 ns.
 * With `sync` each line is in the file before `write` returns, at the price of a system call. What the system has taken
 * outlives the process, however it ends; what waits is written when the process ends in any way it hears of (`exit`, an
 * uncaught exception), within a second.
 *
 * Where the file can't be written (a full disk, a folder that is gone, no descriptors), lines wait within
 * `maxQueuedBytes`; then the lowest levels are dropped first and counted. It is tried again by itself, at least twice a
 * second. When somebody else moves, deletes or cuts the file, that is noticed within 200 ms of writing. Several processes
 * may share a file and its rotation.
 *
 * Refused are symbolic links, files with several names, pipes and devices; nothing is overwritten, and nothing deleted but
 * `<file>.<number>` and `<file>.<number>.gz`.
 *
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`; `SINK_OPEN_FAILED` when the file can't be opened, unless
 * that passes by itself (a full disk, too many open files).
 * @example
 * const file = fileSink({ path: join(folder, 'app.log'), rotate: { maxBytes: 10_485_760 }, keep: { files: 5 } });
 * telemetry.configureLog({ level: 'info', sinks: [{ sink: file, format: 'json' }] });
 * telemetry.logger('bot').info('ready');
 * await file.flush();
 * file.stats().written; // => 1
 * await file.close();
 */
export function fileSink(options: FileSinkOptions): FileSink {
  checkOptions('fileSink', options, RULES);
  if (options?.path === undefined) throw optionInvalid('fileSink: path', undefined, 'a path');
  const path = resolve(options.path);
  const { name = basename(path), clock = systemClock(), fileMode = 0o600, dirMode = 0o700, compress = false } = options;
  const rotation = rotateOptions('fileSink: rotate', options.rotate);
  const retention = keepOptions('fileSink: keep', options.keep);
  const maxBytes = sizeLimit(rotation.maxBytes, retention);
  const folder = options.archive === undefined ? dirname(path) : resolve(dirname(path), options.archive);
  const family: Family = { active: path, folder, fileMode, dirMode };
  const later = new Later();
  const warner = new Warner(name, options.onWarning, later);

  const file = new LogFile({
    ...rotation,
    family,
    maxBytes,
    retention,
    clock,
    onRotate(rotated) {
      compressor?.poke();
      if (options.onRotate !== undefined) later.add(() => tellRotated(rotated, options.onRotate, warner));
    },
    onRotateFailed: (error) => writer.report('rotating', error),
    onDeleted: (lines) => writer.deleted(lines),
  });
  const writer = new FileWriter(file, {
    name,
    path,
    isSync: options.sync ?? false,
    flushAfterMs: options.flushAfterMs ?? 50,
    maxQueuedBytes: options.maxQueuedBytes ?? 8 * MIB,
    fsync: options.fsync ?? false,
    onLoss: options.onLoss,
    warner,
    later,
    async onClose() {
      cancelTick();
      leave();
      await compressor?.stop();
    },
    onAbandon: () => compressor?.abandon(),
  });
  const compressor = compress ? compressorOf(family, retention, maxBytes, warner) : undefined;

  open(file, path, writer);
  const leave = writeAtExit(writer);
  compressor?.poke();
  // Nobody may write for hours, and files grow old all the same.
  const needsTick = rotation.every !== undefined || retention.maxAgeMs !== undefined;
  let cancelTick: () => void = () => undefined;
  function tick(): void {
    writer.rotateByClock();
    keepRetention(family, retention, maxBytes ?? file.size, clock, writer);
    cancelTick = clock.setTimer(tick, Math.max(1, Math.min(TICK_MS, file.untilBoundary)));
  }
  keepRetention(family, retention, maxBytes ?? file.size, clock, writer);
  if (needsTick) cancelTick = clock.setTimer(tick, Math.max(1, Math.min(TICK_MS, file.untilBoundary)));

  return Object.freeze<FileSink>({
    name,
    path,
    get isWorking() {
      return writer.state === 'open';
    },
    write: (line, level) => writer.write(line, level),
    stats: () => writer.stats(),
    flush: () => writer.flush(),
    flushSync: (deadlineMs = 1000) => writer.flushSync(deadlineMs),
    reopen: () => writer.reopen(),
    rotate: () => writer.rotate(),
    close: () => writer.close(),
  });
}

/** Where only the bytes of all files are limited, a file takes half of them: one is written, one is kept. */
function sizeLimit(maxBytes: number | undefined, { totalBytes, files }: Retention): number | undefined {
  if (totalBytes === undefined) return maxBytes;
  if (maxBytes === undefined) return files === 0 ? totalBytes : Math.floor(totalBytes / 2);
  // The file that is written may grow to its limit: room for a full one is left at any moment.
  const least = files === 0 ? maxBytes : 2 * maxBytes;
  if (totalBytes >= least) return maxBytes;
  throw optionInvalid('fileSink: keep: totalBytes', totalBytes, `at least ${least}: a file that is written, and one that is kept`);
}

function open(file: LogFile, path: string, writer: FileWriter): void {
  try {
    file.open();
  } catch (error) {
    const { message } = error as NodeJS.ErrnoException;
    if (PASSING.includes(codeOf(error))) {
      writer.openFailed(error);
      return;
    }
    const fix = 'Choose another path, or change what is there; the file must be a regular one that this process may write';
    throw new TelemetryError('SINK_OPEN_FAILED', `The log file ${path} can't be opened`, message, fix, { cause: error });
  }
}

const compressorOf = (family: Family, retention: Retention, maxBytes: number | undefined, warner: Warner): Compressor =>
  createCompressor({
    family,
    retention,
    reserveBytes: maxBytes ?? 0,
    onProblem: (code, message) => warner.warn('SINK_FAILED', `compressing ${code}`, `${message}. It is tried again.`),
  });

function tellRotated(rotated: RotatedFile, onRotate: FileSinkOptions['onRotate'], warner: Warner): void {
  try {
    onRotate?.(rotated);
  } catch (error) {
    warner.warn('SINK_FAILED', 'onRotate', `onRotate threw: ${String((error as Error)?.message ?? error).slice(0, 200)}.`);
  }
}

function keepRetention(family: Family, retention: Retention, activeBytes: number, clock: Clock, writer: FileWriter): void {
  try {
    applyRetention(family, retention, activeBytes, clock.systemTime());
  } catch (error) {
    writer.report('deleting old files', error as NodeJS.ErrnoException);
  }
}
