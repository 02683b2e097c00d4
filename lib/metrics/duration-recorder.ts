import { createShape, Distribution } from './distribution';
import { type DurationStats, durationStats } from './durations';
import { input } from './hdr';

/** Durations in ms, kept as metrics keep them, for parts of this library that are no metric. */
export interface DurationRecorder {
  /** @param ms - A finite number from 0 on. */
  record(ms: number): void;
  /** `undefined` while nothing was recorded. */
  summary(): DurationStats | undefined;
  reset(): void;
}

const SHAPE = /* @__PURE__ */ createShape(1e3, undefined, true);

/** Makes a recorder. Some kilobytes, some 10 ns a duration. */
export function createDurations(): DurationRecorder {
  let durations = new Distribution(SHAPE);
  return {
    record(ms) {
      input[0] = ms;
      durations.recordInput();
    },
    summary: () => durationStats(durations, 'ms'),
    reset() {
      durations.release();
      durations = new Distribution(SHAPE);
    },
  };
}
