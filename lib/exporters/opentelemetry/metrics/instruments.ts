import type { SeriesView } from '../../../metrics/view';
import type { OtelMeter, OtelObservable } from './meter';
import type { Stream } from './stream';

/** One number of each series of a metric, with the instrument that it is told by. */
export interface Reading {
  readonly name: string;
  readonly instrument: OtelObservable;
  read(series: SeriesView): number | undefined;
}

/** The SDK keeps each instrument as long as it lives. */
const MAX_INSTRUMENTS = 10_000;

/** Instruments of metrics, made when they are first needed and kept. */
export class Instruments {
  private readonly made = new Map<string, OtelObservable>();

  constructor(private readonly meter: OtelMeter) {}

  /** Changes when there is a new one. */
  get count(): number {
    return this.made.size;
  }

  all(): OtelObservable[] {
    return [...this.made.values()];
  }

  /**
   * What is told of a metric.
   *
   * @param taken - Names that other metrics have in the same collection; gets those of this one.
   * @throws When a name is taken, or there are too many instruments.
   */
  readingsOf(stream: Stream, taken: Set<string>): Reading[] {
    const readings = this.make(stream);
    const clash = readings.find(({ name }) => taken.has(name));
    if (clash !== undefined) throw new Error(`the name ${clash.name} is taken by another one`);
    for (const { name } of readings) taken.add(name);
    return readings;
  }

  private make({ metric, name, unit, description, convert }: Stream): Reading[] {
    if (metric.type === 'counter' || metric.type === 'sum' || metric.type === 'lastValue') {
      const kind = metric.type === 'lastValue' ? 'Gauge' : metric.monotonic ? 'Counter' : 'UpDownCounter';
      const instrument = this.instrument(kind, name, { description, unit, valueType: metric.type === 'counter' ? 0 : 1 });
      return [{ name, instrument, read: (series) => convert(series.value()) }];
    }
    const [countName, sumName] = [`${name}.count`, `${name}.sum`];
    const count = this.instrument('Counter', countName, {
      description: `${description} (how many)`.trimStart(),
      unit: '{event}',
      valueType: 0,
    });
    const sum = this.instrument('Counter', sumName, { description: `${description} (together)`.trimStart(), unit, valueType: 1 });
    const sumOf = (series: SeriesView): number | undefined => {
      const reading = series.reading();
      return reading && convert(reading.sum);
    };
    return [
      { name: countName, instrument: count, read: (series) => series.value() },
      { name: sumName, instrument: sum, read: sumOf },
    ];
  }

  private instrument(
    kind: 'Counter' | 'UpDownCounter' | 'Gauge',
    name: string,
    options: Parameters<OtelMeter['createObservableGauge']>[1],
  ): OtelObservable {
    const key = `${kind} ${name} ${options?.unit}`;
    let instrument = this.made.get(key);
    if (instrument === undefined) {
      if (this.made.size >= MAX_INSTRUMENTS) throw new Error(`there are ${MAX_INSTRUMENTS} instruments already`);
      instrument = this.meter[`createObservable${kind}`](name, options);
      this.made.set(key, instrument);
    }
    return instrument;
  }
}
