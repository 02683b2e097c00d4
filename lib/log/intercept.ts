import type { Interceptor } from './pipeline';

/** Where a bus lets its records be taken before they reach a sink: for `captureRecords`. */
export const INTERCEPT: unique symbol = Symbol.for('telemetry-bus/intercept') as never;

export interface Interceptable {
  readonly [INTERCEPT]?: (interceptor: Interceptor) => () => void;
}
