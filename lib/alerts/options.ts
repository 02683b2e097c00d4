import { checkOptions, isRecord, type OptionRule, optionInvalid } from '../core/options';
import { type Duration, parseDuration } from '../core/unit';
import { type ReadyTarget, readTargets } from './delivery/ready-target';
import type { DeliverySettings } from './delivery/target-queue';
import type { RecordOptions, RecordSettings } from './records/record-watch';
import { secretInvalid } from './secret';
import type { AlertTarget } from './target';
import type { TellingSettings } from './telling/desk';
import { readWait } from './waits';

/**
 * How alerts work. Durations are milliseconds, or text such as `'5m'`; where it says so, 0 means at once.
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `every` | how often the rules are looked at; from 100 ms to 1 hour | `'10s'` |
 * | `targets` | where alerts are told, at most 20 | the log |
 * | `groupWait` | what fires waits so long for other groups of its rule, or 0 | 0 |
 * | `groupInterval` | further groups of a rule that is told already wait so long, or 0, unless the rule says otherwise | `'5m'` |
 * | `dedupe` | that the same alert fires is not told twice within this time, or 0 | `'5m'` |
 * | `remindEvery` | what still fires is told again, unless its rule says otherwise; `false`: never | `'4h'` |
 * | `records` | tells of lines of level critical; see {@link RecordOptions} | `false` |
 * | `maxQueued` | how many notifications wait for a target, 1 to 10,000 | 100 |
 * | `timeout` | of one attempt to deliver | `'5s'` |
 * | `retries` | further attempts after the first, 0 to 20 | 5 |
 */
export interface AlertsOptions {
  readonly every?: Duration;
  readonly targets?: readonly AlertTarget[];
  readonly groupWait?: Duration;
  readonly groupInterval?: Duration;
  readonly dedupe?: Duration;
  readonly remindEvery?: Duration | false;
  readonly records?: RecordOptions | false;
  readonly maxQueued?: number;
  readonly timeout?: Duration;
  readonly retries?: number;
}

/** Options, read. */
export interface AlertsSettings extends TellingSettings, DeliverySettings {
  readonly stepMs: number;
  readonly targets: readonly ReadyTarget[];
  readonly records: RecordSettings | undefined;
}

const isNames = (value: unknown): boolean => Array.isArray(value) && value.every((name) => typeof name === 'string');

const LONGEST_MS = 365 * 864e5;
const HOUR_MS = 36e5;

const whole = (least: number, most: number): OptionRule => [
  (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
  `a whole number from ${least} to ${most.toLocaleString('en-US')}`,
];
const RECORDS: OptionRule = [(value) => value === false || isRecord(value), 'an object of options, or false'];
/** Which options `configure` takes. */
export const ALERTS_RULES: Readonly<Record<keyof AlertsOptions, OptionRule>> = {
  every: 'any',
  targets: 'any',
  groupWait: 'any',
  groupInterval: 'any',
  dedupe: 'any',
  remindEvery: 'any',
  records: RECORDS,
  maxQueued: whole(1, 10_000),
  timeout: 'any',
  retries: whole(0, 20),
};

/** @param targets - Where alerts are told unless something else is configured. */
export const defaultSettings = (targets: readonly AlertTarget[]): AlertsSettings => ({
  stepMs: 10_000,
  targets: readTargets('alerts: targets', targets),
  groupWaitMs: 0,
  groupIntervalMs: 300_000,
  dedupeMs: 300_000,
  remindEveryMs: 4 * HOUR_MS,
  records: undefined,
  maxQueued: 100,
  timeoutMs: 5000,
  retries: 5,
});

/**
 * What the settings are with these options; those that are not given stay.
 *
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
 */
export function changeSettings(before: AlertsSettings, options: AlertsOptions): AlertsSettings {
  const where = 'alerts.configure';
  // Somebody may give the URL itself.
  if (typeof options === 'string') throw secretInvalid(where, 'an object of options');
  checkOptions(where, options, ALERTS_RULES);
  const { every, targets, groupWait, groupInterval, dedupe, remindEvery, records, maxQueued, timeout, retries } = options;
  const time = (name: string, value: Duration | undefined, known: number): number =>
    value === undefined ? known : readWait(`${where}: ${name}`, value);
  return {
    stepMs: every === undefined ? before.stepMs : readStep(`${where}: every`, every),
    targets: targets === undefined ? before.targets : readTargets(`${where}: targets`, targets),
    groupWaitMs: time('groupWait', groupWait, before.groupWaitMs),
    groupIntervalMs: time('groupInterval', groupInterval, before.groupIntervalMs),
    dedupeMs: time('dedupe', dedupe, before.dedupeMs),
    remindEveryMs:
      remindEvery === undefined
        ? before.remindEveryMs
        : remindEvery === false
          ? false
          : parseDuration(`${where}: remindEvery`, remindEvery, LONGEST_MS),
    records: records === undefined ? before.records : records === false ? undefined : readRecords(`${where}: records`, records),
    maxQueued: maxQueued ?? before.maxQueued,
    timeoutMs: timeout === undefined ? before.timeoutMs : parseDuration(`${where}: timeout`, timeout),
    retries: retries ?? before.retries,
  };
}

function readStep(where: string, every: unknown): number {
  const ms = parseDuration(where, every);
  if (ms < 100 || ms > HOUR_MS || !Number.isInteger(ms)) throw optionInvalid(where, every, 'whole milliseconds, from 100 ms to 1 hour');
  return ms;
}

function readRecords(where: string, options: RecordOptions): RecordSettings {
  checkOptions(where, options, { every: 'any', targets: 'any', maxFingerprints: whole(1, 1000) });
  // Somebody may put the URL of a target here.
  if (options.targets !== undefined && !isNames(options.targets)) throw secretInvalid(`${where}: targets`, 'a list of names of targets');
  const { every = '5m', targets, maxFingerprints = 1000 } = options;
  return { everyMs: parseDuration(`${where}: every`, every), targets: targets && [...targets], maxFingerprints };
}
