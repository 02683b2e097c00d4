import type { OtelAttributes } from './data';

/** What is used of a `Meter` of `@opentelemetry/api`, told by its structure. */
export interface OtelMeter {
  createObservableCounter(name: string, options?: OtelInstrumentOptions): OtelObservable;
  createObservableUpDownCounter(name: string, options?: OtelInstrumentOptions): OtelObservable;
  createObservableGauge(name: string, options?: OtelInstrumentOptions): OtelObservable;
  addBatchObservableCallback(callback: OtelBatchCallback, observables: OtelObservable[]): void;
  removeBatchObservableCallback(callback: OtelBatchCallback, observables: OtelObservable[]): void;
}

interface OtelInstrumentOptions {
  description?: string;
  unit?: string;
  valueType?: 0 | 1;
}

/** An instrument that is asked for its values. */
export interface OtelObservable {
  addCallback(callback: () => void): void;
  removeCallback(callback: () => void): void;
}

/** Takes the values of one collection. */
export interface OtelBatchResult {
  observe(instrument: OtelObservable, value: number, attributes?: OtelAttributes): void;
}

export type OtelBatchCallback = (result: OtelBatchResult) => void | Promise<void>;
