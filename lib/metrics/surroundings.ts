import type { Clock } from '../core/clock';
import type { Warning } from '../core/warning';
import type { RejectionReason } from './rejections';
import type { MetricView, SeriesView } from './view';

/** What metrics need of the bus they are on. */
export interface MetricSurroundings {
  readonly clock: Clock;
  warn(warning: Warning): void;
  /** Series that a metric may have unless its definition says otherwise. */
  maxSeries(): number;
  /** Whether samples are tied to traces and errors. A field, because every event looks at it. */
  readonly exemplars: boolean;
  /** A series was made; it may get a history. */
  met(metric: MetricView, series: SeriesView): void;
  /** A series expired. */
  gone(series: SeriesView): void;
  /** A metric has all the series it may have. */
  warnFull(name: string, limit: number): void;
  /** A sample of a metric went to the series for the rest. */
  folded(name: string): void;
  rejected(name: string, reason: RejectionReason): void;
}
