import { checkSecretOptions, type SecretRule, secretInvalid } from '../../alerts/secret';
import { type Clock, systemClock } from '../../core/clock';
import { isFunction, isRecord, type OptionRule } from '../../core/options';
import { type Warning, warnOnConsole } from '../../core/warning';
import {
  CLOSE_DEADLINE,
  type DeliverySettings,
  MIB,
  QUEUED_BYTES,
  SPOOL,
  type SpoolOptions,
  spoolSettings,
  whole,
} from '../delivery/delivery-settings';
import { checkHeaders } from './http/headers';

/** Options that all shipping sinks have. */
export interface ShippingOptions {
  /** Shown in statistics and warnings, 1 to 64 characters. */
  readonly name?: string;
  /** Of each request, such as `authorization`. At most 64. Never shown. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Lets credentials go over `http:` to other hosts than this one: when something else encrypts them. Default `false`. */
  readonly allowInsecure?: boolean;
  /** Authorities to trust instead of those of Node, in PEM. */
  readonly ca?: string | Buffer | readonly (string | Buffer)[];
  /** Default `gzip`. */
  readonly compression?: 'gzip' | 'none';
  /** How long a request may take until it is answered, in ms, up to 10 minutes. Default 10,000. */
  readonly timeoutMs?: number;
  /** How long a line may wait for others, in ms, up to 60,000; never once 1,000 lines or 1 MiB wait. Default 500. */
  readonly gatherMs?: number;
  /** Where lines wait on disk while the receiver does not take them; `false` (the default): nowhere, they wait in memory only. */
  readonly spool?: SpoolOptions | false;
  /** What may wait in memory, in bytes, 64 KiB to 1 GiB; an eighth is kept for critical lines. Default 8 MiB. */
  readonly maxQueuedBytes?: number;
  /** How long `close` sends, in ms, up to 10 minutes. Default 5000. */
  readonly closeDeadlineMs?: number;
  /** Told of trouble: `SINK_FAILED`, `SINK_LOST`, each subject at most once a minute. Default: the console. */
  readonly onWarning?: (warning: Warning) => void;
  /** Default: that of the system. Decides when to send. */
  readonly clock?: Clock;
}

/** The options, checked and complete, but for those of the request. */
export interface ShippingSettings extends DeliverySettings {
  readonly name: string;
  readonly gatherMs: number;
  readonly compression: 'gzip' | 'none';
  readonly onWarning: (warning: Warning) => void;
  readonly clock: Clock;
}

/** 10 minutes. */
export const MAX_TIMEOUT_MS = 600_000;
const MAX_GATHER_MS = 60_000;

/** As rules of options that may hold secrets, put there by mistake: their values are not repeated. */
const secret = (rule: OptionRule): SecretRule => rule as Exclude<OptionRule, string>;
const isClock = (value: unknown): boolean =>
  isRecord(value) && ['monotonicTime', 'systemTime', 'setTimer'].every((method) => isFunction(value[method]));

export const SHIPPING_RULES: Readonly<Record<keyof ShippingOptions, SecretRule>> = {
  name: [(value) => typeof value === 'string' && /^[\x20-\x7e]{1,64}$/.test(value), 'text of 1 to 64 printable characters of ASCII'],
  headers: undefined,
  allowInsecure: [(value) => typeof value === 'boolean', 'boolean'],
  ca: undefined,
  compression: [(value) => value === 'gzip' || value === 'none', 'gzip|none'],
  timeoutMs: secret(whole(1, MAX_TIMEOUT_MS)),
  gatherMs: secret(whole(1, MAX_GATHER_MS)),
  spool: secret(SPOOL),
  maxQueuedBytes: secret(QUEUED_BYTES),
  closeDeadlineMs: secret(CLOSE_DEADLINE),
  onWarning: [isFunction, 'function'],
  clock: [isClock, 'a clock: { monotonicTime, systemTime, setTimer }'],
};

/** @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`. None repeats a value: it may be a URL in place of the options. */
export function checkShippingOptions(where: string, options: unknown, rules: Readonly<Record<string, SecretRule>>): void {
  if (!isRecord(options)) throw secretInvalid(where, 'an object of options');
  checkSecretOptions(where, options, rules);
}

/** Completes options whose kinds were checked. @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID` */
export function shippingSettings(where: string, name: string, options: ShippingOptions): ShippingSettings {
  if (options.headers !== undefined) checkHeaders(`${where}: headers`, options.headers);
  const spool = options.spool ?? false;
  const missing = (): Error => secretInvalid(`${where}: spool: folder`, 'the path of a folder');
  return {
    name: options.name ?? name,
    gatherMs: options.gatherMs ?? 500,
    compression: options.compression ?? 'gzip',
    onWarning: options.onWarning ?? warnOnConsole,
    clock: options.clock ?? systemClock(),
    spool: spool === false ? undefined : spoolSettings(`${where}: spool`, spool, undefined, missing),
    maxQueuedBytes: options.maxQueuedBytes ?? 8 * MIB,
    closeDeadlineMs: options.closeDeadlineMs ?? 5000,
  };
}
