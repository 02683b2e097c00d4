import { baseUnitOf } from './units';
import type { MetricType } from './view';

/** What decides how a metric is called outside. */
export interface Nameable {
  readonly name: string;
  readonly type: MetricType;
  readonly monotonic: boolean;
  readonly unit: string | undefined;
}

/**
 * The name of a metric as Prometheus wants it: letters, digits and `_`, the base unit at its end (`coder.llm.response.duration`
 * in ms is `coder_llm_response_duration_seconds`), without the `_total` that counters are written with.
 *
 * @see https://prometheus.io/docs/practices/naming/
 */
export function exportNameOf({ name, type, monotonic, unit }: Nameable): string {
  let safe = name.replace(/[^A-Za-z0-9_]/g, '_');
  if (isCounter(type, monotonic)) safe = safe.replace(/_total$/, '');
  const suffix = baseUnitOf(unit) ?? (unit ?? '').replace(/[^A-Za-z0-9_]/g, '_');
  if (suffix === '' || safe.endsWith(`_${suffix}`) || safe.endsWith(`_${suffix}s`)) return safe;
  return `${safe}_${suffix}`;
}

/** Whether a metric is a counter outside: it only rises. */
const isCounter = (type: MetricType, monotonic: boolean): boolean => type === 'counter' || (type === 'sum' && monotonic);

/** What the samples of a metric have after its name. Two metrics that share a whole name can't be told apart outside. */
export const suffixesOf = ({ type, monotonic }: Nameable): readonly string[] => SUFFIXES[isCounter(type, monotonic) ? 'counter' : type];

const SUFFIXES: Readonly<Record<MetricType, readonly string[]>> = {
  counter: ['', '_total', '_created'],
  sum: [''],
  lastValue: [''],
  summary: ['', '_count', '_sum', '_created'],
  distribution: ['', '_bucket', '_count', '_sum', '_created'],
};

/** Six letters and digits that tell a name from others (FNV-1a), always the same for the same name. */
export function hashOf(name: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  return (hash >>> 0).toString(36).padStart(6, '0').slice(-6);
}
