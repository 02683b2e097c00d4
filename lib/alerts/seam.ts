import type { AlertsOptions } from './options';
import type { AlertRule } from './rule';

/** Where alerts let `startTelemetry` at what only a start does. A symbol of all copies of the library. */
export const ALERTS_SEAM: unique symbol = Symbol.for('telemetry-bus/alerts-seam') as never;

export interface AlertsSeam {
  /**
   * Refuses what could not be used together with the rules that there are: `options` on top of the defaults, and further rules.
   *
   * @throws {TelemetryError} What `configure`, `addRules` and `start` would throw then.
   */
  check(options: AlertsOptions, rules: readonly (AlertRule | string)[]): void;
  /**
   * Uses these options on top of the defaults, whatever `configure` said before.
   *
   * @returns What brings the settings before back.
   * @throws {TelemetryError} As `configure`, and for rules whose target is gone; nothing is changed then.
   */
  replace(options: AlertsOptions): () => void;
}
