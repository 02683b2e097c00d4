import type { AlertSeverity } from '../../alerts/rule';
import { checkSecretOptions, type SecretRule, secretInvalid } from '../../alerts/secret';
import type { AlertTarget, NotificationKind } from '../../alerts/target';
import { isRecord } from '../../core/options';

/** Options that all targets have. */
export interface TargetOptions {
  /** Unique among the targets; letters, digits, `_`, `-`, at most 64. */
  readonly name?: string;
  /** Only from this severity on. Default: all. */
  readonly minSeverity?: AlertSeverity;
  /** Kinds of notifications that it takes. Without `summary`, what is beyond `limit` is counted only. Default: all. */
  readonly kinds?: readonly NotificationKind[];
  /** How many notifications within how many ms; what is more becomes one summary, if `kinds` has that. Default: 10 in 1 minute. */
  readonly limit?: { readonly most: number; readonly perMs: number };
}

/** Options of targets that send over the network. */
export interface NetworkOptions {
  /**
   * Hosts that may be sent to though they are private, also without TLS: names (`hooks.internal`), addresses (`127.0.0.1`), ranges
   * (`10.1.2.0/24`), at most 64. A name opens addresses of private networks and of this machine, and nothing else. Metadata
   * addresses are opened by an entry of their own only, link-local and other reserved ones by a range that lies within theirs.
   * Default: none.
   */
  readonly allowPrivate?: readonly string[];
  /** Certificates of authorities in PEM, instead of those that Node trusts. */
  readonly ca?: string | Buffer | readonly (string | Buffer)[];
}

const KINDS: readonly unknown[] = ['firing', 'resolved', 'reminder', 'record', 'summary', 'test'] satisfies readonly NotificationKind[];
const NAME = /^[\w-]{1,64}$/;
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0;

const RULES: Readonly<Record<keyof TargetOptions, SecretRule>> = {
  name: [(value) => typeof value === 'string' && NAME.test(value), 'letters, digits, "_", "-", at most 64'],
  minSeverity: [(value) => value === 'warning' || value === 'critical', 'warning or critical'],
  kinds: [(value) => Array.isArray(value) && value.every((kind) => KINDS.includes(kind)), `a list of ${KINDS.join(', ')}`],
  limit: [
    (value) => isRecord(value) && isCount(value.most) && isCount(value.perMs),
    'an object such as { most: 10, perMs: 60_000 }, of whole numbers from 1 on',
  ],
};

const isPem = (value: unknown): boolean => typeof value === 'string' || Buffer.isBuffer(value);

export const NETWORK_RULES: Readonly<Record<keyof NetworkOptions, SecretRule>> = {
  // Its entries are looked at by what reads them.
  allowPrivate: undefined,
  ca: [(value) => isPem(value) || (Array.isArray(value) && value.every(isPem)), 'certificates in PEM'],
};

/**
 * Refuses unknown options and those of a wrong kind. No value is repeated: a URL or token may have come to any place.
 *
 * @param rules - Those of the target itself.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`.
 */
export function checkTarget(where: string, options: unknown, rules: Readonly<Record<string, SecretRule>>): void {
  if (!isRecord(options)) throw secretInvalid(where, 'an object of options');
  checkSecretOptions(where, options, { ...rules, ...RULES });
}

/** What a target says of itself. Its secrets are in what `send` knows, where no printing of it gets at them. */
export function describeTarget(
  { name, minSeverity, kinds, limit }: TargetOptions,
  target: { readonly name: string; readonly place: string; readonly send: AlertTarget['send'] },
): AlertTarget {
  return {
    name: name ?? target.name,
    place: target.place,
    send: target.send,
    ...(minSeverity !== undefined && { minSeverity }),
    ...(kinds !== undefined && { kinds: [...kinds] }),
    ...(limit !== undefined && { limit: { most: limit.most, perMs: limit.perMs } }),
  };
}
