import { isFunction, isRecord, optionInvalid } from '../../../core/options';
import type { Metered, MetricSource } from '../../../metrics/seam';
import { Complaints } from '../../complaints';
import { sourceOf } from '../../metric-source';
import { runInSlices } from '../../slices';
import { Instruments, type Reading } from './instruments';
import type { OtelBatchCallback, OtelBatchResult, OtelMeter, OtelObservable } from './meter';
import { type OtelMetricsOptions, type Resolved, resolveCommon } from './options';
import type { Stream } from './stream';
import { Failures, streamsOf } from './streams';

const WHERE = 'observeMetrics';
const STEP = 32;

/**
 * Tells the metrics of a bus through a meter of `@opentelemetry/api`, where one cannot get at a reader. Events cost what they cost
 * without it: values are read when a reader collects.
 *
 * Counters, sums and last values become observable counters, up-down counters and gauges. OpenTelemetry has no observable
 * histogram: of distributions and summaries there are `<name>.count` and `<name>.sum`. `createMetricProducer` has the histograms, and
 * not the SDK's limit of 2,000 series per instrument nor its memory: an SDK goes on reporting a series that it was told of once.
 *
 * Metrics that appear later are found at the beginning of each collection and are part of it, the last one before the end included;
 * those that are heard of from other processes meanwhile are part of the next one. Without an SDK nothing happens at all.
 *
 * What cannot be read is left out and warned about at most once a minute; so is a metric whose name is taken. At most 10,000
 * instruments are made.
 *
 * @param meter - Of `metrics.getMeter(name)`, or of a `MeterProvider`.
 * @param telemetry - A bus of `createTelemetry`, or merged snapshots.
 * @returns A function that ends it: all callbacks are taken back. What an SDK was told stays in its reports as it was last.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`.
 * @example
 * const { metrics } = await import('@opentelemetry/api');
 * const end = observeMetrics(metrics.getMeter('coder'), telemetry);
 * end(); // => undefined
 */
export function observeMetrics(meter: OtelMeter, telemetry: Metered, options: OtelMetricsOptions = {}): () => void {
  const source = sourceOf(WHERE, telemetry);
  const resolved = resolveCommon(WHERE, options);
  if (!isMeter(meter)) throw optionInvalid(`${WHERE}: meter`, meter, 'a Meter of @opentelemetry/api');
  const bridge = new Bridge(meter, source, resolved);
  return () => bridge.end();
}

/**
 * Instruments have to be there before a collection begins, and a metric may be seen for the first time just before the last one. An
 * SDK runs the callbacks of single instruments before it looks which ones of many there are. So that of the anchor, which tells no
 * value, is the place to look for new metrics. Where an SDK has another order, they are part of the next collection.
 */
class Bridge {
  private readonly instruments: Instruments;
  private readonly complaints: Complaints;
  private readonly anchor: OtelObservable;
  private readonly look = (): void => this.prepare();
  private preparing: Promise<void> | undefined = undefined;
  private batch: { readonly callback: OtelBatchCallback; readonly observables: OtelObservable[] } | undefined = undefined;

  constructor(
    private readonly meter: OtelMeter,
    private readonly source: MetricSource,
    private readonly options: Pick<Resolved, 'include' | 'semanticNames'>,
  ) {
    this.instruments = new Instruments(meter);
    this.complaints = new Complaints(source);
    this.anchor = meter.createObservableGauge('telemetry.bridge.anchor', { description: 'Has no values: where metrics are looked for' });
    this.anchor.addCallback(this.look);
    this.register(this.instruments.count);
  }

  end(): void {
    this.anchor.removeCallback(this.look);
    this.remove();
  }

  /** A collection begins. */
  private prepare(): void {
    this.preparing = this.source.prepare?.();
    this.register(this.instruments.count);
  }

  /** Makes the instruments of metrics that are new, and asks to be called for them as well. @param before - How many there were. */
  private register(before: number): void {
    const failures = new Failures();
    const taken = new Set<string>();
    for (const stream of streamsOf(this.source, this.options, failures)) this.readingsOf(stream, taken, failures);
    this.complain(failures);
    if (this.instruments.count === before) return;
    this.remove();
    const observables = this.instruments.all();
    const asked = new Set(observables);
    const callback: OtelBatchCallback = (result) => this.observe(result, asked);
    this.batch = { callback, observables };
    this.meter.addBatchObservableCallback(callback, observables);
  }

  private remove(): void {
    if (this.batch !== undefined) this.meter.removeBatchObservableCallback(this.batch.callback, this.batch.observables);
    this.batch = undefined;
  }

  /** @param asked - Instruments whose values are taken; those of others are not. */
  private async observe(result: OtelBatchResult, asked: ReadonlySet<OtelObservable>): Promise<void> {
    const failures = new Failures();
    try {
      if (this.preparing !== undefined) await this.preparing;
      await runInSlices(this.tell(result, asked, failures));
    } catch (error) {
      failures.add('The metrics', error);
    }
    this.complain(failures);
  }

  private *tell(result: OtelBatchResult, asked: ReadonlySet<OtelObservable>, failures: Failures): Generator<void, void> {
    const taken = new Set<string>();
    let count = 0;
    for (const stream of streamsOf(this.source, this.options, failures)) {
      const readings = this.readingsOf(stream, taken, failures).filter(({ instrument }) => asked.has(instrument));
      if (readings.length === 0) continue;
      for (const series of [...stream.metric.series()]) {
        try {
          const attributes = stream.attributesOf(series.tags);
          for (const { instrument, read } of readings) {
            const value = read(series);
            if (value !== undefined) result.observe(instrument, value, attributes);
          }
        } catch (error) {
          failures.add(`A series of ${stream.metric.name}`, error);
        }
        if (++count % STEP === 0) yield;
      }
      yield;
    }
  }

  private readingsOf(stream: Stream, taken: Set<string>, failures: Failures): Reading[] {
    try {
      return this.instruments.readingsOf(stream, taken);
    } catch (error) {
      failures.add(`Metric ${stream.metric.name}`, error);
      return [];
    }
  }

  private complain({ errors }: Failures): void {
    if (errors[0] !== undefined) this.complaints.onceAMinute('metric', `For OpenTelemetry: ${(errors[0] as Error).message}`);
  }
}

const NEEDED = ['createObservableCounter', 'createObservableGauge', 'addBatchObservableCallback'] as const;
const isMeter = (meter: unknown): boolean =>
  (isRecord(meter) || isFunction(meter)) && NEEDED.every((name) => isFunction((meter as Partial<OtelMeter>)[name]));
