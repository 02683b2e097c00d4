import { checkOptions, isRecord, type OptionRule, optionInvalid } from '../../../core/options';
import { type Duration, parseDuration } from '../../../core/unit';
import { checkPanel, type Panel } from './panel';

/**
 * Options of the monitoring page.
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `apdex.metric` | the distribution that the Apdex is taken of | durations of requests, where they are tracked |
 * | `apdex.threshold` | who was answered within it is satisfied, within four times of it still tolerates; text such as `'500ms'`, or ms | `'500ms'` |
 * | `panels` | panels of the application, at most 20; see {@link Panel} | none |
 * | `streams` | how many may follow the event stream at a time, 1 to 1,024; others are told 503 | 64 |
 */
export interface MonitoringOptions {
  readonly apdex?: { readonly metric?: string; readonly threshold?: Duration };
  readonly panels?: readonly Panel[];
  readonly streams?: number;
}

/** Options that were checked. */
export interface MonitoringSettings {
  readonly apdex: { readonly metric: string | undefined; readonly thresholdMs: number };
  readonly panels: readonly Panel[];
  readonly streams: number;
}

const MAX_PANELS = 20;
const MAX_STREAMS = 1024;
const MAX_METRIC_CHARS = 200;
const MAX_THRESHOLD_MS = 3_600_000;

const isMetric = (value: unknown): boolean => typeof value === 'string' && value !== '' && value.length <= MAX_METRIC_CHARS;

const RULES: Readonly<Record<keyof MonitoringOptions, OptionRule>> = {
  apdex: 'object',
  panels: [(value) => Array.isArray(value) && value.length <= MAX_PANELS, `at most ${MAX_PANELS} panels of { id, title, read }`],
  streams: [
    (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAX_STREAMS,
    `a whole number, 1 to ${MAX_STREAMS}`,
  ],
};

const APDEX_RULES: Readonly<Record<string, OptionRule>> = {
  metric: [isMetric, `the name of a metric, at most ${MAX_METRIC_CHARS} characters`],
  threshold: 'any',
};

/**
 * Checks options.
 *
 * @returns `undefined` for `false`: the page and all that belongs to it is not there.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
 */
export function readMonitoringOptions(where: string, given: boolean | MonitoringOptions = true): MonitoringSettings | undefined {
  if (given === false) return undefined;
  if (given !== true && !isRecord(given)) throw optionInvalid(where, given, 'true, false, or an object of options');
  const options: MonitoringOptions = given === true ? {} : given;
  checkOptions(where, options, RULES);
  const { apdex = {}, panels = [], streams = 64 } = options;
  checkOptions(`${where}.apdex`, apdex, APDEX_RULES);
  const thresholdMs = parseDuration(`${where}.apdex: threshold`, apdex.threshold ?? '500ms', MAX_THRESHOLD_MS);
  const ids = new Set<string>();
  // A copy has no holes.
  [...panels].forEach((panel: unknown, at) => {
    const place = `${where}.panels[${at}]`;
    checkPanel(place, panel);
    if (ids.has(panel.id)) throw optionInvalid(`${place}: id`, panel.id, 'an id that no other panel has');
    ids.add(panel.id);
  });
  return Object.freeze({ apdex: Object.freeze({ metric: apdex.metric, thresholdMs }), panels: Object.freeze([...panels]), streams });
}
