import type { Distribution } from '../distribution';
import type { DistributionTrack } from './distribution-track';
import type { Timeline } from './timeline';

/** Is shown the rows of a series as they end, and keeps of them what the history does not. */
export interface RowTap {
  /** What it takes in memory. */
  readonly byteLength: number;
  /** @param row - Only good for as long as the call takes. */
  write(place: number, row: Distribution): void;
}

/** Hears which distributions a history follows. */
export interface TrackWatcher {
  /** One that is followed already, or from now on. */
  added(track: DistributionTrack, timeline: Timeline): void;
  /** It is followed no more. */
  removed(track: DistributionTrack): void;
}
