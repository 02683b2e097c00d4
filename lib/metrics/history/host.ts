import type { WholeDistribution } from '../metrics';
import type { History } from './history';
import type { TrackWatcher } from './row-tap';

/** What dashboards use of the histories of a bus. */
export interface HistoryHost {
  /** The one there is now; `undefined` for a bus without. Another one after `configureMetrics({ history })`. */
  current(): History | undefined;
  /** Tells of the distributions that are followed, by this history and by those that come after it; one watcher at a time. */
  watch(watcher: TrackWatcher | undefined): void;
  /** A distribution by the name of its metric, or of an event that has durations; `undefined` for one that has recorded nothing yet. */
  distribution(name: string): WholeDistribution | undefined;
}
