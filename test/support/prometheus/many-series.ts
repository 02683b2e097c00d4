import { type FakeMetric, fakeMetric } from './source';

/** A metric of so many series. */
export function manySeries(count: number): FakeMetric {
  const metric = fakeMetric({ name: 'many' });
  for (let index = 0; index < count; index++) metric.add({ id: `${index}`, padding: 'x'.repeat(50) }, index);
  return metric;
}

/** Makes every reading take so long, in ms, and calls back. */
export function slow(metric: FakeMetric, ms: number, onRead: () => void = () => {}): FakeMetric {
  for (const series of metric.all) {
    const { value } = series;
    Object.assign(series, {
      value() {
        const until = performance.now() + ms;
        while (performance.now() < until);
        onRead();
        return value();
      },
    });
  }
  return metric;
}
