import { definitionOf } from '../core/definition';
import { type EventName, isEventName, keyOf } from '../core/event';
import { checkOptions, type OptionRule, optionInvalid } from '../core/options';
import type { DurationSummary, PerformanceHost } from './host';
import { roundedUp } from './round';
import type { SlowTally } from './tally';
import { elapsedText } from './text';
import type { ThresholdsInMs } from './thresholds';

/** Durations that one set of thresholds judges: those of a class, or of an event. */
export interface MeasuredDurations {
  readonly class?: string | undefined;
  /** Dotted key. */
  readonly event?: string | undefined;
  /** `undefined` while there are none. */
  readonly durations: DurationSummary | undefined;
  /** What holds now. */
  readonly thresholds?: ThresholdsInMs | undefined;
  /** What came of it. */
  readonly judged?: SlowTally | undefined;
}

/** Where recorded durations come from; a `SlowWatch` is one. */
export interface CalibrationSource {
  measured(): readonly MeasuredDurations[];
}

/** A percentile that is known of recorded durations. */
export type KnownPercentile = 'p50' | 'p95' | 'p99' | 'p999';

/**
 * Options of `calibrateThresholds`. All are optional.
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `minCount` | fewer durations than that make no proposal | 100 |
 * | `warn` | the percentile that `warn` comes from | `p99` |
 * | `error` | the percentile that `error` comes from, not below that of `warn` | `p999` |
 * | `factor` | `error` is at least so many times `warn`, 1 to 100 | 2 |
 */
export interface CalibrationOptions {
  readonly minCount?: number;
  readonly warn?: KnownPercentile;
  readonly error?: KnownPercentile;
  readonly factor?: number;
}

/** What is proposed for one set of thresholds, with the numbers it comes from. All times in ms; zeros while there are no durations. */
export interface ThresholdProposal extends DurationSummary {
  readonly class: string | undefined;
  readonly event: string | undefined;
  /** What holds now, and how many of the durations it found slow and very slow. */
  readonly current: ThresholdsInMs | undefined;
  readonly judged: SlowTally | undefined;
  /** `undefined`: `reason` says why there is no proposal. */
  readonly proposed: { readonly warn: number; readonly error: number } | undefined;
  /** How it was reached, in a sentence with numbers. */
  readonly reason: string;
  /**
   * At most so many of the durations are over the proposed `warn`, those over `error` included: as many as lie above the
   * highest percentile that the threshold reaches. `undefined` without a proposal.
   */
  readonly wouldBeSlow: number | undefined;
  /** At most so many are over the proposed `error`. */
  readonly wouldBeVerySlow: number | undefined;
}

const PER_MILLE: Readonly<Record<KnownPercentile, number>> = { p50: 500, p95: 950, p99: 990, p999: 999 };
const NAMES: Readonly<Record<KnownPercentile, string>> = { p50: 'p50', p95: 'p95', p99: 'p99', p999: 'p99.9' };
/** The longest that a threshold can be; see `parseDuration`. */
const MAX_THRESHOLD_MS = 2147483647;
const NO_DURATIONS: DurationSummary = { count: 0, min: 0, max: 0, mean: 0, p50: 0, p95: 0, p99: 0, p999: 0 };
const WHERE = 'calibrateThresholds';

const PERCENTILE = Object.keys(PER_MILLE).join('|');
const RULES: Readonly<Record<string, OptionRule>> = {
  minCount: [(value) => Number.isSafeInteger(value) && (value as number) >= 1, 'a whole number from 1 on'],
  warn: PERCENTILE,
  error: PERCENTILE,
  factor: [(value) => typeof value === 'number' && value >= 1 && value <= 100, 'a number from 1 to 100'],
};

/**
 * Proposes thresholds from recorded durations, for each class and each event that is watched.
 *
 * `warn` is the 99th percentile, and `error` the 99.9th or twice `warn`, whichever is longer; both rounded up to two
 * significant digits. So about one operation in a hundred, at most, is worth a line, and what is an error is rare and also
 * far from what is usual. Percentiles, because a mean hides the tail that thresholds are about, and a multiple of it means
 * something else for each shape of it (Beyer et al., Site Reliability Engineering, 2016, chapter 4); the 99th, as the DataStax
 * driver for Cassandra has it for what it calls a slow query (`DEFAULT_SLOW_QUERY_THRESHOLD_PERCENTILE`).
 *
 * Fewer than 100 durations make no proposal: below that, the 99th percentile (nearest rank) is the longest of them. Below 1,000,
 * the 99.9th is; the reason says so.
 *
 * @param source - A watch of `watchSlow`.
 * @param options - See {@link CalibrationOptions}.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
 * @example
 * const durations = { count: 5000, min: 80, max: 9100, mean: 700, p50: 610, p95: 1900, p99: 4512, p999: 8200 };
 * const [tools] = calibrateThresholds({ measured: () => [{ class: 'tools', durations }] });
 * tools?.proposed; // => { warn: 4600, error: 9200 }
 * tools?.wouldBeSlow; // => 50
 */
export function calibrateThresholds(source: CalibrationSource, options: CalibrationOptions = {}): ThresholdProposal[] {
  checkOptions(WHERE, options, RULES);
  const { minCount = 100, warn = 'p99', error = 'p999', factor = 2 } = options;
  if (PER_MILLE[error] < PER_MILLE[warn]) throw optionInvalid(`${WHERE}: error`, error, `a percentile that is not below warn, ${warn}`);
  const rules = { minCount, warn, error, factor };
  return source.measured().map((measured) => propose(measured, rules));
}

/**
 * The durations that the metrics handler recorded of events, as a source for `calibrateThresholds`: no watch is needed.
 *
 * @param host - The bus.
 * @param events - Definitions or tuples.
 * @throws {TelemetryError} `OPTION_INVALID` for what is no list of events.
 */
export function recordedDurations(host: Pick<PerformanceHost, 'durationsOf'>, events: readonly EventName[]): CalibrationSource {
  if (!Array.isArray(events) || !events.every(isEventName)) {
    throw optionInvalid('recordedDurations: events', events, 'a list of events, such as [coder.llm.response]');
  }
  return {
    measured: () =>
      events.map((event) => ({ event: keyOf(event), durations: host.durationsOf(event), thresholds: definitionOf(event)?.slow })),
  };
}

function propose(
  { class: name, event, durations, thresholds, judged }: MeasuredDurations,
  rules: Required<CalibrationOptions>,
): ThresholdProposal {
  const found = summaryOf(durations ?? NO_DURATIONS);
  const current = thresholds?.warn === undefined && thresholds?.error === undefined ? undefined : { ...thresholds };
  const known = { class: name, event, ...found, current, judged };
  const none = (reason: string): ThresholdProposal => ({
    ...known,
    proposed: undefined,
    reason,
    wouldBeSlow: undefined,
    wouldBeVerySlow: undefined,
  });

  const { minCount, factor } = rules;
  const { count } = found;
  if (count < minCount) return none(`${count} durations, and at least ${minCount} are needed`);
  const usual = found[rules.warn];
  if (!(usual > 0)) return none(`${NAMES[rules.warn]} is 0: nothing tells slow from fast`);
  const warn = roundedUp(usual);
  const isRare = found[rules.error] > factor * warn;
  const error = roundedUp(isRare ? found[rules.error] : factor * warn);
  if (error > MAX_THRESHOLD_MS) return none(`${elapsedText(error)} is longer than a threshold can be`);
  const doubt = count * (1000 - PER_MILLE[rules.error]) < 1000 ? `, the longest of only ${count}` : '';
  return {
    ...known,
    proposed: { warn, error },
    reason: `warn: ${NAMES[rules.warn]} of ${count} durations; error: ${isRare ? `their ${NAMES[rules.error]}${doubt}` : `${factor} times warn`}`,
    wouldBeSlow: atMostOver(found, warn),
    wouldBeVerySlow: atMostOver(found, error),
  };
}

/** These fields and no others: a host may know more. */
const summaryOf = ({ count, min, max, mean, p50, p95, p99, p999 }: DurationSummary): DurationSummary => ({
  count,
  min,
  max,
  mean,
  p50,
  p95,
  p99,
  p999,
});

/** How many durations can be over a threshold at most: those above the highest percentile that it reaches (nearest rank). */
function atMostOver(durations: DurationSummary, threshold: number): number {
  if (threshold >= durations.max) return 0;
  const reached = Object.entries(PER_MILLE).filter(([name]) => durations[name as KnownPercentile] <= threshold);
  const perMille = Math.max(0, ...reached.map(([, rank]) => rank));
  return durations.count - Math.ceil((durations.count * perMille) / 1000);
}
