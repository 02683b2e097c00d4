import { checkOptions, isRecord, type OptionRule, optionInvalid } from '../../core/options';
import { type Duration, parseDuration } from '../../core/unit';
import type { MetricView } from '../../metrics/view';

/** Options of `startStatsd`. All are optional. */
export interface StatsdOptions {
  /** Name or address of the receiver. A name is resolved at the first flush, and again after errors. Default `127.0.0.1`. */
  readonly host?: string;
  /** Its UDP port. Default 8125. */
  readonly port?: number;
  /** Stands before every name, with a dot. Letters, digits, `_`, `-` and dots between them. Default none. */
  readonly prefix?: string;
  /** From one flush to the next, by the clock of the bus. Milliseconds or text such as `'10s'`; at least 100 ms. Default 10 s. */
  readonly interval?: Duration;
  /**
   * `dogstatsd`: tags at the end of a line, `|#model:m1,env:prod`. `none`: without tags, for receivers that take a colon
   * for the next value; the series of a metric become one. Default `dogstatsd`.
   */
  readonly tagFormat?: 'dogstatsd' | 'none';
  /** Tags of every line; those of a series win. At most 50. Not with `tagFormat: 'none'`. */
  readonly tags?: Readonly<Record<string, string>>;
  /** The payload of a datagram. 512 to 65,507 bytes; default 1432, which fits into an Ethernet frame. */
  readonly maxDatagramBytes?: number;
  /** Picks metrics; default all. One that it throws for is left out. */
  readonly include?: (metric: MetricView) => boolean;
}

/** What a StatsD exporter has done. */
export interface StatsdStats {
  /** Flushes that ended. */
  readonly flushes: number;
  /** Intervals without a flush, because the one before had not ended. */
  readonly skipped: number;
  /** Datagrams that were handed to the system without an error. */
  readonly datagrams: number;
  readonly bytes: number;
  readonly lines: number;
  /** Errors by code, such as `ECONNREFUSED`, `ENOTFOUND`. */
  readonly errors: Readonly<Record<string, number>>;
  /** Lines that were left out: `too_long` for a datagram, or with a value that is `not_finite`. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Datagrams that wait or are being sent. */
  readonly queued: number;
  /** The limit in force: `maxDatagramBytes`, or what is left of it after the system refused a size. */
  readonly maxDatagramBytes: number;
}

/** A running StatsD exporter. */
export interface Statsd extends AsyncDisposable {
  /**
   * Sends what there is now. Settles when the system has taken or refused it; never rejects. While a flush runs, another
   * one follows it, the same for all who ask meanwhile. After `stop` it does nothing.
   */
  flush(): Promise<void>;
  stats(): StatsdStats;
  /**
   * Ends the intervals, flushes once more for at most a second, and closes the socket. Nothing is sent afterwards. Never
   * rejects; a second call gives the same promise.
   */
  stop(): Promise<void>;
}

/** The least that every network carries, less headers; also what a limit is never lowered below. */
export const MIN_DATAGRAM_BYTES = 512;
const MAX_TAGS = 50;

const whole =
  (from: number, to: number) =>
  (value: unknown): boolean =>
    Number.isInteger(value) && (value as number) >= from && (value as number) <= to;
const matches =
  (pattern: RegExp) =>
  (value: unknown): boolean =>
    typeof value === 'string' && value.length <= 253 && pattern.test(value);

const RULES: Readonly<Record<keyof StatsdOptions, OptionRule>> = {
  host: [matches(/^[\w.:%-]+$/), 'the name or the address of a host'],
  port: [whole(1, 65_535), 'a port, 1 to 65535'],
  prefix: [matches(/^[\w-]+(\.[\w-]+)*$/), 'words of letters, digits, "_" and "-", joined by dots'],
  interval: 'any',
  tagFormat: 'dogstatsd|none',
  tags: [isTags, `an object of at most ${MAX_TAGS} strings by name`],
  maxDatagramBytes: [whole(MIN_DATAGRAM_BYTES, 65_507), `a whole number of bytes, ${MIN_DATAGRAM_BYTES} to 65507`],
  include: 'function',
};

function isTags(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const entries = Object.entries(value);
  return entries.length <= MAX_TAGS && entries.every(([name, text]) => name !== '' && typeof text === 'string');
}

/** The options, checked and complete. */
export interface StatsdSettings {
  readonly host: string;
  readonly port: number;
  /** With its dot, or empty. */
  readonly prefix: string;
  readonly intervalMs: number;
  /** Names and values of constant tags; `undefined` without tags at all. */
  readonly tags: readonly (readonly [name: string, value: string])[] | undefined;
  readonly maxDatagramBytes: number;
  readonly include: (metric: MetricView) => boolean;
}

/** @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID` */
export function statsdSettings(options: StatsdOptions): StatsdSettings {
  checkOptions('startStatsd', options, RULES);
  const { host = '127.0.0.1', port = 8125, prefix, interval = 10_000, tagFormat = 'dogstatsd', tags = {} } = options;
  const intervalMs = parseDuration('startStatsd: interval', interval);
  if (intervalMs < 100) throw optionInvalid('startStatsd: interval', interval, 'at least 100 ms');
  const constant = Object.entries(tags);
  if (tagFormat === 'none' && constant.length > 0) {
    throw optionInvalid('startStatsd: tags', tags, "none with tagFormat 'none', which sends no tags");
  }
  return {
    host,
    port,
    prefix: prefix === undefined ? '' : `${prefix}.`,
    intervalMs,
    tags: tagFormat === 'none' ? undefined : constant,
    maxDatagramBytes: options.maxDatagramBytes ?? 1432,
    include: options.include ?? (() => true),
  };
}
