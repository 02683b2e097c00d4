import { labelKey, type ParsedSample, refuse } from './exposition';

/** Checks what the samples of a histogram owe each other, for each set of labels. */
export function checkHistogram(name: string, samples: readonly ParsedSample[]): void {
  const series = new Map<string, ParsedSample[]>();
  for (const sample of samples) {
    const key = labelKey(sample.labels, 'le');
    series.set(key, [...(series.get(key) ?? []), sample]);
  }
  for (const [key, own] of series) {
    const line = name + key;
    const buckets = own.filter((sample) => sample.name === `${name}_bucket`);
    let [bound, count] = [Number.NEGATIVE_INFINITY, 0];
    for (const { labels, value } of buckets) {
      const le = labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le);
      if (!(le > bound)) refuse('buckets out of order', line);
      if (!(value >= count)) refuse('buckets that are not cumulative', line);
      if (!Number.isInteger(value)) refuse('part of a count', line);
      [bound, count] = [le, value];
    }
    if (bound !== Number.POSITIVE_INFINITY) refuse('no bucket +Inf', line);
    const total = own.find((sample) => sample.name === `${name}_count`)?.value;
    const sum = own.find((sample) => sample.name === `${name}_sum`)?.value;
    if ((total === undefined) !== (sum === undefined)) refuse('a count without a sum, or a sum without a count', line);
    if (total !== undefined && total !== count) refuse('+Inf is not the count', line);
  }
}
