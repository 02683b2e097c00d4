import { Distribution } from '../distribution';
import { type Packed, pack } from '../packed';
import type { Window } from '../tag-filter';
import { PackRing } from './pack-ring';
import { MINUTES_PER_PART, PARTS_PER_HOUR, TENS_PER_MINUTE, type Timeline } from './timeline';
import type { Workshop } from './workshop';

/**
 * The last minute and the last hour of a distribution, in parts: the running 10 s open, six times 10 s packed, the minutes
 * since the last whole five packed, twelve times five minutes packed.
 */
export class Intervals {
  /** The running 10 s, without the running second. */
  private readonly running: Distribution;
  private readonly tens = new PackRing(TENS_PER_MINUTE);
  private readonly minutes = new PackRing(MINUTES_PER_PART);
  private readonly parts = new PackRing(PARTS_PER_HOUR);
  /** Whose minutes are in `minutes`. */
  private part = -1;

  constructor(readonly workshop: Workshop) {
    this.running = new Distribution(workshop.shape);
  }

  get byteLength(): number {
    const packed = this.tens.byteLength + this.minutes.byteLength + this.parts.byteLength;
    return packed + (this.running.parts().cells?.byteLength ?? 0);
  }

  add(second: Distribution): void {
    this.running.merge(second);
  }

  /** Ends 10 s, after `read` has seen them. */
  endTen(slot: number, read: (ten: Distribution) => void): void {
    read(this.running);
    this.tens.put(slot, packUnlessEmpty(this.running));
    this.running.clear();
  }

  /** Ends a minute. What `read` is given is only good for as long as it runs. */
  endMinute(slot: number, read: (minute: Distribution) => void): void {
    const part = Math.floor(slot / MINUTES_PER_PART);
    if (part !== this.part) this.endPart(part);
    const minute = this.workshop.blank();
    this.tens.mergeInto(minute, slot * TENS_PER_MINUTE);
    read(minute);
    this.minutes.put(slot, packUnlessEmpty(minute));
  }

  /** All that a window holds, only good until the next call. @param second - The running second. */
  read(window: Window, timeline: Timeline, second: Distribution): Distribution {
    const { first } = timeline.firstOf(window);
    const all = this.workshop.blank();
    if (window === 'hour') {
      this.parts.mergeInto(all, first / MINUTES_PER_PART);
      this.minutes.mergeInto(all, first);
    }
    this.tens.mergeInto(all, window === 'hour' ? timeline.minutes.open * TENS_PER_MINUTE : first);
    all.merge(this.running);
    all.merge(second);
    return all;
  }

  clear(): void {
    this.running.clear();
    for (const ring of [this.tens, this.minutes, this.parts]) ring.clear();
    this.part = -1;
  }

  release(): void {
    this.clear();
    this.running.release();
  }

  /** Five minutes are merged when the next five begin to have one: late, but the hour reads them as well from minutes. */
  private endPart(next: number): void {
    const all = this.workshop.blank();
    this.minutes.mergeInto(all, 0);
    if (this.part >= 0) this.parts.put(this.part, packUnlessEmpty(all));
    this.minutes.clear();
    this.part = next;
  }
}

const packUnlessEmpty = (distribution: Distribution): Packed | undefined => (distribution.count === 0 ? undefined : pack(distribution));
