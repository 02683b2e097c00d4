import type { Heatmap, History } from '../../wire/history';
import { wholeOf } from './event-series';

/** Rows that become one. */
const ROWS = 5;

const calmed = new WeakMap<Heatmap, { readonly history: History | undefined; readonly heat: Heatmap }>();

/**
 * A heatmap that can be read where little happens: five of its rows are one, whose counts are their sums, and percentiles are those of the
 * longer steps of the history. Percentiles of single seconds jump, and can't be averaged. The same for the same.
 */
export function calmer(heat: Heatmap, history: History | undefined): Heatmap {
  const known = calmed.get(heat);
  if (known !== undefined && known.history === history) return known.heat;
  const made = merged(heat, history);
  calmed.set(heat, { history, heat: made });
  return made;
}

function merged(heat: Heatmap, history: History | undefined): Heatmap {
  const step = heat.step_ms * ROWS;
  const times: number[] = [];
  const counts: number[][] = [];
  heat.times.forEach((time, at) => {
    const begin = Math.floor(time / step) * step;
    if (times.at(-1) !== begin) {
      times.push(begin);
      counts.push([]);
    }
    const row = counts.at(-1) as number[];
    heat.counts[at]?.forEach((count, range) => {
      row[range] = (row[range] ?? 0) + count;
    });
  });
  return { ...heat, step_ms: step, times, counts, percentiles: percentilesOf(times, step, heat, history) };
}

function percentilesOf(times: readonly number[], step: number, heat: Heatmap, history: History | undefined): Heatmap['percentiles'] {
  const whole = wholeOf(history);
  const column = (name: 'p50' | 'p95' | 'p99'): readonly (number | null)[] => {
    const values = whole?.columns[name];
    const factor = factorTo(heat.unit, whole?.unit ?? '');
    // Without a history in a unit of time there is no line.
    if (history === undefined || values === undefined || factor === undefined) return times.map(() => null);
    const scaled = (value: number | null | undefined): number | null => (value === null || value === undefined ? null : value * factor);
    const byRow = new Map(history.times.map((time, at) => [Math.floor(time / history.step_ms), scaled(values[at])]));
    return times.map((time) => byRow.get(Math.floor((time + step / 2) / history.step_ms)) ?? null);
  };
  return { p50: column('p50'), p95: column('p95'), p99: column('p99') };
}

const MS: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, ms: 1, s: 1000 };

/** What a number of one unit is multiplied by to be of another; the history is in the unit of the event, heat in ms. */
function factorTo(to: string, from: string): number | undefined {
  if (to === from) return 1;
  const [one, other] = [MS[from], MS[to]];
  return one === undefined || other === undefined ? undefined : one / other;
}
