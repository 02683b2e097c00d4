import { checkOptions, type OptionRule } from '../../core/options';
import { type MergeOptions, mergeSnapshots } from '../../metrics/transfer/merge';

/** Options of `collectWorkers`. All are optional. */
export interface CollectOptions extends MergeOptions {
  /** How long workers that do not answer are waited for, 1 to 60,000 ms; default 500. */
  readonly timeoutMs?: number;
  /** The largest encoded snapshot that is taken from a worker; default 16 MiB, at most 1 GiB. */
  readonly maxSnapshotBytes?: number;
  /** The same for the last ones of all workers together; default 256 MiB, at most 16 GiB. */
  readonly maxTotalBytes?: number;
}

const MEBI = 1_048_576;

const whole = (to: number): OptionRule => [
  (value: unknown) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= to,
  `a whole number from 1 to ${to}`,
];

const RULES: Readonly<Record<keyof CollectOptions, OptionRule>> = {
  timeoutMs: whole(60_000),
  maxSnapshotBytes: whole(1024 * MEBI),
  maxTotalBytes: whole(16_384 * MEBI),
  gauges: 'any',
  maxSeries: 'any',
};

/** The options, checked and complete. */
export interface CollectSettings {
  readonly timeoutMs: number;
  readonly maxSnapshotBytes: number;
  readonly maxTotalBytes: number;
  readonly merging: MergeOptions;
}

/** @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID` */
export function collectSettings(options: CollectOptions): CollectSettings {
  checkOptions('collectWorkers', options, RULES);
  const { timeoutMs = 500, maxSnapshotBytes = 16 * MEBI, maxTotalBytes = 256 * MEBI, gauges, maxSeries } = options;
  const merging = { ...(gauges !== undefined && { gauges }), ...(maxSeries !== undefined && { maxSeries }) };
  // Which knows what it takes.
  mergeSnapshots([], merging);
  return { timeoutMs, maxSnapshotBytes, maxTotalBytes, merging };
}
