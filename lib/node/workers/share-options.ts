import { checkOptions, optionInvalid } from '../../core/options';
import { type Duration, parseDuration } from '../../core/unit';

/** Options of `shareMetrics`. */
export interface ShareOptions {
  /**
   * From one report that nobody asked for to the next: so much is missing at most of a worker that is killed. By the clock of
   * the bus. Milliseconds or text such as `'5s'`; at least 100 ms; default 5 s.
   */
  readonly interval?: Duration;
}

/** @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID` */
export function intervalOf(options: ShareOptions): number {
  checkOptions('shareMetrics', options, { interval: 'any' });
  const { interval = 5000 } = options;
  const intervalMs = parseDuration('shareMetrics: interval', interval);
  if (intervalMs < 100) throw optionInvalid('shareMetrics: interval', interval, 'at least 100 ms');
  return intervalMs;
}
