import { resolve } from 'node:path';
import { checkOptions, isRecord, type OptionRule } from '../../core/options';
import type { SpoolSettings } from './spool/spool';

/** Where lines wait on disk while their receiver does not take them. */
export interface SpoolOptions {
  /** Made when it is missing, readable for its owner only. Only programs that deliver to the same receiver may share it. */
  readonly folder?: string;
  /** What this process may have in it, with what it took over from others. 64 KiB to 64 GiB; default 64 MiB. */
  readonly maxBytes?: number;
}

/** What every delivery is told. */
export interface DeliverySettings {
  readonly spool: SpoolSettings | undefined;
  readonly maxQueuedBytes: number;
  readonly closeDeadlineMs: number;
}

const KIB = 1024;
export const MIB: number = KIB * KIB;
const GIB = KIB * MIB;

/** Accepts whole numbers within limits. */
export const whole = (from: number, to: number): OptionRule => [
  (value) => Number.isInteger(value) && (value as number) >= from && (value as number) <= to,
  `a whole number from ${from} to ${to}`,
];

export const isFalseOr = (value: unknown): boolean => value === false || isRecord(value);

export const QUEUED_BYTES: OptionRule = whole(64 * KIB, GIB);
export const CLOSE_DEADLINE: OptionRule = whole(1, 600_000);
export const SPOOL: OptionRule = [isFalseOr, 'an object such as { folder: "logs/telemetry-spool" }, or false'];

const SPOOL_RULES: Readonly<Record<keyof SpoolOptions, OptionRule>> = {
  folder: [(value) => typeof value === 'string' && value !== '' && !value.includes('\0'), 'the path of a folder'],
  maxBytes: whole(64 * KIB, 64 * GIB),
};

/**
 * @param folder - Where it is unless the options say so.
 * @param missing - Makes the error where nobody says so.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
 */
export function spoolSettings(where: string, options: SpoolOptions, folder: string | undefined, missing: () => Error): SpoolSettings {
  checkOptions(where, options, SPOOL_RULES);
  const chosen = options.folder ?? folder;
  if (chosen === undefined) throw missing();
  return { folder: resolve(chosen), maxBytes: options.maxBytes ?? 64 * MIB };
}
