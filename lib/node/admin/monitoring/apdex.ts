import type { Apdex } from '../../../dashboard/wire/overview';

import type { Distribution } from '../../../metrics/distribution';
import { cellOfInput, input } from '../../../metrics/hdr';
import { converter } from '../../../metrics/units';
import type { AdminParts } from '../parts';
import { historiesOf } from './histories';

const REQUESTS = 'http.request.stop.duration';
const TOLERATED = 4;

interface Judged {
  readonly satisfied: number;
  readonly tolerating: number;
  readonly count: number;
}

/**
 * The Apdex of the last minute (60 to 70 s), from every duration of that time: satisfied up to the threshold, tolerating up to four times
 * of it. A duration is told from the threshold to within 1 %, in favour of who waited.
 *
 * @returns `null` where there is nothing to judge by: no history, requests that are not tracked and no other metric given, a metric that is
 * no distribution of times with quantiles, or one whose series the history does not all follow.
 */
export function apdexOf({ telemetry, tracking, monitoring }: Pick<AdminParts, 'telemetry' | 'tracking' | 'monitoring'>): Apdex | null {
  const asked = monitoring?.apdex.metric ?? (tracking() === undefined ? undefined : REQUESTS);
  const histories = historiesOf(telemetry);
  const history = histories.current();
  if (monitoring === undefined || asked === undefined || history === undefined) return null;
  const { thresholdMs } = monitoring.apdex;
  const found = histories.distribution(asked);
  if (found === undefined) return { score: null, threshold_ms: thresholdMs, metric: asked, count: 0 };
  const { metric, series } = found;
  const convert = fromMs(metric.unit);
  if (convert === undefined || !metric.hdr) return null;
  const sum = { satisfied: 0, tolerating: 0, count: 0 };
  for (const one of series) {
    const limit = convert(thresholdMs) * one.perUnit;
    const judged = history.readWindow(one, 'minute', (all) => judge(all, limit));
    // The Apdex of a part would be worse than none.
    if (judged === undefined) return null;
    sum.satisfied += judged.satisfied;
    sum.tolerating += judged.tolerating;
    sum.count += judged.count;
  }
  const score = sum.count === 0 ? null : Math.round(((sum.satisfied + sum.tolerating / 2) / sum.count) * 1e4) / 1e4;
  return { score, threshold_ms: thresholdMs, metric: metric.name, count: sum.count };
}

/** @param limit - In steps of the cells. */
function judge(all: Distribution, limit: number): Judged {
  const [satisfied, tolerated] = [cellOf(limit), cellOf(limit * TOLERATED)];
  const judged = { satisfied: 0, tolerating: 0, count: 0 };
  all.parts().cells?.each((cell, count) => {
    judged.count += count;
    if (cell <= satisfied) judged.satisfied += count;
    else if (cell <= tolerated) judged.tolerating += count;
  });
  return judged;
}

function cellOf(steps: number): number {
  input[0] = steps + 0.5;
  return cellOfInput();
}

function fromMs(unit: string | undefined): ((ms: number) => number) | undefined {
  try {
    return converter('apdex', 'ms', unit);
  } catch {
    return undefined;
  }
}
