import { definitionOf } from '../core/definition';
import { type EventName, isEventName } from '../core/event';
import { checkOptions, isFunction, isRecord, optionInvalid } from '../core/options';
import { show } from '../core/show';
import { type Duration, parseDuration } from '../core/unit';
import type { GaugeDefinition } from './host';
import type { MeasureFunction, PolledGauge, PollerMeasurement, ReadingMeasurement } from './measurement';

/**
 * Options of a poller.
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `measurements` | what is measured, at most 1,000: named functions, or objects | needed |
 * | `period` | how often each of them is measured that says nothing else | 10 s |
 * | `jitter` | each time is put off by a random share of the period, up to this one, 0 to 1; never adding up | 0.05 |
 * | `initialDelay` | when the first runs begin; 0: as soon as the caller is done | 0 |
 * | `timeout` | after so long a run counts as failed | the period, at most 5 s |
 */
export interface PollerOptions {
  readonly measurements: readonly (PollerMeasurement | MeasureFunction)[];
  readonly period?: Duration;
  readonly jitter?: number;
  readonly initialDelay?: Duration;
  readonly timeout?: Duration;
}

/** A measurement whose options were checked. */
export interface MeasurementSettings {
  readonly name: string;
  readonly measure: MeasureFunction;
  readonly stop: (() => void) | undefined;
  readonly event: EventName | undefined;
  readonly periodMs: number;
  readonly timeoutMs: number;
  /** How many periods lie between runs of one that keeps failing, at most. */
  readonly backOffTicks: number;
  readonly gauges: readonly GaugeDefinition[];
}

export interface PollerSettings {
  readonly measurements: readonly MeasurementSettings[];
  readonly jitter: number;
  readonly initialDelayMs: number;
}

const WHERE = 'startPoller';
const MAX_MEASUREMENTS = 1000;
const MAX_GAUGES = 100;
const DEFAULT_PERIOD_MS = 10_000;
const LONGEST_DEFAULT_TIMEOUT_MS = 5000;
const DEFAULT_BACK_OFF_MS = 300_000;
const STALE_AFTER_PERIODS = 3;
/** What a duration can be. */
const LONGEST_MS = 2147483647;
const NAME = /^[A-Za-z\d][\w .:/$-]{0,99}$/;
const FUNCTION_NAME = /^[A-Za-z\d_$][\w .:/$-]{0,99}$/;

/** @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`, `EVENT_NAME_INVALID` */
export function readPollerOptions(options: PollerOptions): PollerSettings {
  checkOptions(WHERE, options, {
    measurements: [
      (value) => Array.isArray(value) && value.length <= MAX_MEASUREMENTS,
      `a list of at most ${MAX_MEASUREMENTS} measurements: named functions, or { name, measure, … }`,
    ],
    period: 'any',
    jitter: [(value) => typeof value === 'number' && value >= 0 && value <= 1, 'a share of the period, from 0 to 1'],
    initialDelay: 'any',
    timeout: 'any',
    bus: 'any',
  });
  const { measurements, period = DEFAULT_PERIOD_MS, jitter = 0.05, initialDelay = 0, timeout } = options ?? {};
  if (measurements === undefined) throw optionInvalid(`${WHERE}: measurements`, measurements, 'a list of measurements');
  const defaults = {
    periodMs: parseDuration(`${WHERE}: period`, period),
    timeout: timeout === undefined ? undefined : parseDuration(`${WHERE}: timeout`, timeout),
  };
  const names = new Set<string>();
  const settings = Array.from(measurements, (given, index) => {
    const read = readMeasurement(given, index, defaults);
    if (names.has(read.name)) throw optionInvalid(`${WHERE}: measurements`, read.name, 'a name for each measurement that no other one has');
    names.add(read.name);
    return read;
  });
  return {
    measurements: settings,
    jitter,
    initialDelayMs: initialDelay === 0 ? 0 : parseDuration(`${WHERE}: initialDelay`, initialDelay),
  };
}

interface Defaults {
  readonly periodMs: number;
  readonly timeout: Duration | undefined;
}

function readMeasurement(given: PollerMeasurement | MeasureFunction, index: number, defaults: Defaults): MeasurementSettings {
  const where = `${WHERE}: measurements[${index}]`;
  const options: PollerMeasurement = isFunction(given) ? { name: given.name, measure: given } : given;
  if (options === undefined) throw optionInvalid(where, options, 'a named function, or { name, measure, … }');
  const pattern = isFunction(given) ? FUNCTION_NAME : NAME;
  checkOptions(where, options, {
    name: [(name) => typeof name === 'string' && pattern.test(name), 'a name of 1 to 100 letters, digits and " _.:/$-", such as "queue"'],
    measure: 'function',
    period: 'any',
    timeout: 'any',
    backOff: 'any',
    stop: 'function',
    event: [isEventName, 'an event: [app, component, action]'],
    gauges: 'object',
    staleAfter: 'any',
  });
  const { name, measure, stop, event, backOff = DEFAULT_BACK_OFF_MS, ...rest } = options as ReadingMeasurement;
  if (name === undefined) throw optionInvalid(`${where}: name`, name, 'a name such as "queue"');
  if (measure === undefined) throw optionInvalid(`${where}: measure`, measure, 'a function');
  const named = `${WHERE}: ${show(name)}`;
  const periodMs = rest.period === undefined ? defaults.periodMs : parseDuration(`${named}: period`, rest.period);
  const timeout = rest.timeout ?? defaults.timeout ?? Math.min(periodMs, LONGEST_DEFAULT_TIMEOUT_MS);
  const timeoutMs = parseDuration(`${named}: timeout`, timeout);
  const backOffMs = backOff === false ? periodMs : parseDuration(`${named}: backOff`, backOff);
  return {
    name,
    measure,
    stop: stop && (() => stop()),
    event,
    periodMs,
    timeoutMs,
    backOffTicks: Math.max(1, Math.floor(backOffMs / periodMs)),
    gauges: readGauges(named, rest, { event, usualMs: Math.max(periodMs, timeoutMs) }),
  };
}

interface Polled {
  readonly event: EventName | undefined;
  /** How far apart two readings are when all is well. */
  readonly usualMs: number;
}

function readGauges(where: string, options: Partial<ReadingMeasurement>, { event, usualMs }: Polled): GaugeDefinition[] {
  const { gauges, staleAfter } = options;
  if (event === undefined) {
    const [without, value] = gauges === undefined ? ['staleAfter', staleAfter] : ['gauges', gauges];
    if (value !== undefined)
      throw optionInvalid(`${where}: ${without}`, value, `${without} together with event: gauges are kept of its measurements`);
    return [];
  }
  const expireAfterMs =
    staleAfter === undefined ? Math.min(STALE_AFTER_PERIODS * usualMs, LONGEST_MS) : parseDuration(`${where}: staleAfter`, staleAfter);
  const entries = Object.entries(gauges ?? {});
  if (entries.length > MAX_GAUGES) throw optionInvalid(`${where}: gauges`, entries.length, `at most ${MAX_GAUGES} gauges`);
  return entries.map(([measurement, gauge]) => readGauge(`${where}: gauges.${measurement}`, gauge, { event, measurement, expireAfterMs }));
}

function readGauge(
  where: string,
  gauge: PolledGauge | undefined,
  of: Pick<GaugeDefinition, 'event' | 'measurement' | 'expireAfterMs'>,
): GaugeDefinition {
  if (gauge === undefined || !isRecord(gauge))
    throw optionInvalid(where, gauge, 'an object of options, such as {} or { metric: "queue.size" }');
  checkOptions(where, gauge, { metric: 'string', unit: 'string', description: 'string', tags: 'strings' });
  const [app, component] = of.event;
  const {
    metric = `${app}.${component}.${of.measurement}`,
    unit,
    description,
    tags = definitionOf(of.event)?.tags ?? [],
  }: PolledGauge = gauge;
  return { ...of, name: metric, unit, description, tags: [...tags] };
}
