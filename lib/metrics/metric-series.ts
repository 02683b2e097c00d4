import { createLayout } from './bounds';
import { CounterSeries } from './counter-series';
import { stepsPer } from './default-bounds';
import { createShape } from './distribution';
import { DistributionSeries } from './distribution-series';
import { GaugeSeries } from './gauge-series';
import type { MetricDefinition } from './metric';
import { SumSeries } from './sum-series';
import type { Tags } from './view';

/** A series of a definition. */
export type MetricSeries = CounterSeries | SumSeries | GaugeSeries | DistributionSeries;

/** What makes the series of a definition. What they share is made once. */
export function seriesMaker({ type, unit, bounds, hdr, resolution }: MetricDefinition): (tags: Tags, now: number) => MetricSeries {
  if (type === 'counter') return (tags, now) => new CounterSeries(tags, now);
  if (type === 'sum') return (tags, now) => new SumSeries(tags, now);
  if (type === 'lastValue') return (tags, now) => new GaugeSeries(tags, now);
  const perUnit = stepsPer(unit, resolution);
  const shape = createShape(perUnit, bounds && createLayout(bounds, perUnit), hdr);
  return (tags, now) => new DistributionSeries(tags, now, shape);
}
