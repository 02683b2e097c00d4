import { isLevel, LEVELS } from '../../core/level';
import { isRecord, type OptionRule } from '../../core/options';
import { SINK_RULES, type SinkOptions } from '../../log/options';
import type { FileSinkOptions } from '../file/options';

type Written = Pick<
  FileSinkOptions,
  'sync' | 'rotate' | 'keep' | 'compress' | 'archive' | 'fsync' | 'onRotate' | 'flushAfterMs' | 'maxQueuedBytes'
>;
type Taken = Pick<SinkOptions, 'level' | 'maxLevel' | 'loggers' | 'where' | 'format' | 'schema'>;

/**
 * Options of a stream. What is left out is as the preset says; `keep` is merged key by key, `rotate` is replaced.
 *
 * A stream that no preset has takes the lines tagged with its name (`defineEvent({ stream })`, `logger(name, { stream })`),
 * or, with one of `level`, `maxLevel`, `loggers`, `where`, all lines these let through.
 *
 * | option | meaning | default of an own stream |
 * | --- | --- | --- |
 * | `enabled` | whether there is a file | `true`; `diagnostic` as `ENABLE_DIAGNOSTIC` |
 * | `file` | its name in the log directory, or an absolute path | `<name>.log` |
 * | `level`, `maxLevel` | lines from and up to these levels | all |
 * | `loggers` | lines of these loggers and those below | all |
 * | `where` | records it says yes to | all |
 * | `format`, `schema` | how a record is written | JSON, `LOG_SCHEMA` |
 * | `sync` | each line is in the file before the call returns | `false` |
 * | `rotate`, `keep` | when files are rotated, which stay | `LOG_MAX_BYTES`, `LOG_BACKUP_COUNT` (50 MB × 10) |
 * | `compress`, `archive` | gzip rotated files; put them elsewhere | no |
 * | `fsync` | waits for the disk with each write | `false` |
 * | `onRotate` | told of each rotation | |
 * | `flushAfterMs` | how long a line may wait, in ms | 50 |
 * | `maxQueuedBytes` | what may wait, in bytes | 8 MiB |
 * | `chain` | a hash in each line ties it to the one before, see `chainedSink`; `{ keyFile }`: with the key in that file, else with `SECURITY_CHAIN_KEY` if that is set | `false` |
 */
export interface StreamOptions extends Taken, Written {
  readonly enabled?: boolean;
  readonly file?: string;
  readonly chain?: boolean | { readonly keyFile: string };
}

/** Streams by name; `false`: without it, `true`: as it is by default. */
export type StreamsOptions = Readonly<Record<string, StreamOptions | boolean>>;

const LEVEL: OptionRule = [isLevel, LEVELS.join('|')];

/** What the file sink checks itself is `any` here. */
export const STREAM_RULES: Readonly<Record<keyof StreamOptions, OptionRule>> = {
  enabled: 'boolean',
  file: 'string',
  level: LEVEL,
  maxLevel: LEVEL,
  loggers: SINK_RULES.loggers!,
  where: 'function',
  format: [(value) => typeof value === 'string' || typeof value === 'function', "a format's name, a pattern, or a function"],
  schema: 'default|pino|ecs|otel',
  sync: 'boolean',
  rotate: 'object',
  keep: 'object',
  compress: 'boolean',
  archive: 'string',
  fsync: 'boolean',
  onRotate: 'function',
  flushAfterMs: 'any',
  maxQueuedBytes: 'any',
  chain: [(value) => typeof value === 'boolean' || (isRecord(value) && typeof value.keyFile === 'string'), 'true, false, or { keyFile }'],
};
