import { type DataPoint, type MetricData, MetricReader } from '@opentelemetry/sdk-metrics';

/** A reader that collects when it is asked to. */
export class ManualReader extends MetricReader {
  /** Collects; fails for errors. */
  async metrics(): Promise<MetricData[]> {
    const { resourceMetrics, errors } = await this.collect();
    if (errors.length > 0) throw errors[0];
    return resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics);
  }

  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

export function named(metrics: readonly MetricData[], name: string): MetricData {
  const found = metrics.find(({ descriptor }) => descriptor.name === name);
  if (found === undefined) throw new Error(`There is no ${name}, but ${metrics.map(({ descriptor }) => descriptor.name).join(', ')}`);
  return found;
}

/** The point of the series with these attributes, and no others; without any, the one that has none. */
export function pointOf<Value>(data: MetricData, attributes: Readonly<Record<string, unknown>> = {}): DataPoint<Value> {
  const wanted = textOf(attributes);
  const found = (data.dataPoints as readonly DataPoint<unknown>[]).filter((point) => textOf(point.attributes) === wanted);
  if (found.length !== 1) throw new Error(`${data.descriptor.name} has ${found.length} points ${wanted}`);
  return found[0] as DataPoint<Value>;
}

const textOf = (attributes: object): string => JSON.stringify(Object.entries(attributes).sort(([one], [other]) => (one < other ? -1 : 1)));

/** ms since the epoch. */
export const msOf = ([seconds, nanoseconds]: readonly [number, number]): number => seconds * 1000 + nanoseconds / 1e6;
