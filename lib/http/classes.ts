import type { Duration } from '../core/unit';

/** As `SlowThresholds` of the performance engine. */
export interface SlowThresholdsLike {
  readonly warn?: Duration;
  readonly error?: Duration;
}

/** Requests that call tools take longer than others. */
export const DEFAULT_CLASSES: Readonly<Record<'non-tools' | 'tools', SlowThresholdsLike>> = Object.freeze({
  'non-tools': { warn: '5s', error: '10s' },
  tools: { warn: '30s', error: '60s' },
});
