import { randomBytes } from 'node:crypto';
import { checkOptions, optionInvalid } from '../../core/options';
import { CHAIN_START, type Chain, createChain } from '../../security/chain';
import type { Sink } from '../../sinks/sink';
import type { FileSink } from '../file/options';
import { type ChainKey, chainHash } from './chain-key';
import { lastHash } from './last-hash';

/** Options of {@link chainedSink}. */
export interface ChainOptions {
  /** A secret of 16 bytes or more. With it, only who has it can chain lines; without it, anyone can who knows this library. */
  readonly key?: ChainKey;
  /** Hash of the last line there is. Default: read from the file, where the sink has one. */
  readonly previous?: string;
  /** Folder of rotated files, as the file sink was told. Default: beside the file. */
  readonly archive?: string;
}

const RULES = {
  key: 'any',
  previous: [(value: unknown) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value), '64 hexadecimal digits'],
  archive: 'string',
} as const;

/**
 * Chains the lines of a sink: each gets a last member `chain` with the writer's id, the line's number, the hash of the line before,
 * and its own hash over all of these and the line. `verifyFiles` and `telemetry-bus verify` show then whether a line was
 * changed, deleted, inserted or moved.
 *
 * With a key (HMAC-SHA-256) nobody without it can make a line that passes; it must lie where who may write the log can't read it.
 * Without a key (SHA-256) who can write the file can chain it anew from any line on: that shows accidents and careless hands, and
 * others only against a head recorded elsewhere.
 *
 * Several sinks may write one file, each with a chain of its own. The last lines of one are found missing only against its recorded
 * head, also where others wrote on behind them; see `verifyChain`.
 *
 * Lines that are no JSON object pass as they are, and are told by the verifier, as are lines that the sink had to drop. Each
 * line costs a few microseconds. Everything but `write` is the sink's own.
 *
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
 */
export function chainedSink(sink: FileSink, options?: ChainOptions): FileSink;
export function chainedSink(sink: Sink, options?: ChainOptions): Sink;
export function chainedSink(sink: Sink | FileSink, options: ChainOptions = {}): Sink {
  checkOptions('chainedSink', options, RULES);
  if (typeof (sink as Sink | null | undefined)?.write !== 'function') throw optionInvalid('chainedSink: sink', sink, 'a sink');
  const chain = chainOf(sink, options);
  const write = sealing(sink, chain);
  return isFileSink(sink) ? chainedFile(sink, write) : chainedOther(sink, write);
}

/** The same for a file, with the chain: for lines that the file's sink makes itself. */
export function chainFile(sink: FileSink, options: ChainOptions): { readonly sink: FileSink; readonly chain: Chain } {
  const chain = chainOf(sink, options);
  return { sink: chainedFile(sink, sealing(sink, chain)), chain };
}

const chainOf = (sink: Sink | FileSink, options: ChainOptions): Chain =>
  createChain(randomBytes(8).toString('hex'), previousOf(sink, options), chainHash(options.key, 'chainedSink: key'));

const sealing =
  (sink: Sink, chain: Chain): Sink['write'] =>
  (line, level, mark) =>
    sink.write(chain.seal(line), level, ...(mark === undefined ? [] : ([mark] as const)));

/** What the first line follows. Looked up now, where it may take long, and once more when that line comes. */
function previousOf(sink: Sink | FileSink, { previous, archive }: ChainOptions): () => string {
  if (previous !== undefined) return () => previous;
  if (!isFileSink(sink)) return () => CHAIN_START;
  const { path } = sink;
  const before = lastHash(path, archive);
  return () => lastHash(path, archive, true) ?? before ?? CHAIN_START;
}

const isFileSink = (sink: Sink | FileSink): sink is FileSink => typeof (sink as Partial<FileSink>).path === 'string' && 'reopen' in sink;

const chainedFile = (sink: FileSink, write: Sink['write']): FileSink =>
  Object.freeze<FileSink>({
    name: sink.name,
    path: sink.path,
    get isWorking() {
      return sink.isWorking;
    },
    write,
    stats: () => sink.stats(),
    flush: () => sink.flush(),
    flushSync: (deadlineMs) => sink.flushSync(deadlineMs),
    reopen: () => sink.reopen(),
    rotate: () => sink.rotate(),
    close: () => sink.close(),
  });

function chainedOther(sink: Sink, write: Sink['write']): Sink {
  const { stats, flush, close } = sink;
  return Object.freeze<Sink>({
    name: sink.name,
    get stream() {
      return sink.stream;
    },
    write,
    ...(stats === undefined ? {} : { stats: () => stats.call(sink) }),
    ...(flush === undefined ? {} : { flush: () => flush.call(sink) }),
    ...(close === undefined ? {} : { close: () => close.call(sink) }),
  });
}
