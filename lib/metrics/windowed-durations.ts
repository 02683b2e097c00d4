import { createShape, Distribution } from './distribution';
import { type DurationStats, durationStats } from './durations';
import { input } from './hdr';
import { PackRing } from './history/pack-ring';
import { pack } from './packed';

/** Durations of the last while, in ms, for parts of this library that are no metric. */
export interface WindowedDurationRecorder {
  /** @param ms - A finite number from 0 on. @param now - Monotonic time. */
  record(ms: number, now: number): void;
  /** Those of the window that ends now, the running slice included; `undefined` when there are none. */
  summary(now: number): DurationStats | undefined;
  release(): void;
}

const SHAPE = /* @__PURE__ */ createShape(1e3, undefined, true);

/**
 * Makes one. The window moves by slices: what is told is of the running slice and the whole ones before it that fill the window.
 *
 * @param windowMs - A multiple of `sliceMs`.
 */
export function createWindowedDurations(windowMs: number, sliceMs: number): WindowedDurationRecorder {
  const slices = Math.max(1, Math.round(windowMs / sliceMs));
  const ended = new PackRing(slices);
  const running = new Distribution(SHAPE);
  const all = new Distribution(SHAPE);
  let slot = 0;

  function moveTo(now: number): void {
    const next = Math.floor(now / sliceMs);
    if (next === slot) return;
    if (running.count > 0) ended.put(slot, pack(running));
    running.clear();
    slot = next;
  }

  return {
    record(ms, now) {
      moveTo(now);
      input[0] = ms;
      running.recordInput();
    },
    summary(now) {
      moveTo(now);
      all.clear();
      ended.mergeInto(all, slot - slices);
      all.merge(running);
      return durationStats(all, 'ms');
    },
    release() {
      running.release();
      all.release();
      ended.clear();
    },
  };
}
