/** Into how many slices a window is cut at most. */
const MOST_SLICES = 720;

/**
 * How a window moves over time.
 *
 * Time is cut into slices, aligned to multiples of their length. A slice is as long as the step of the engine, and the window at
 * `now` is the whole slices that ended last and fill it: `[end - windowMs, end)`, where `end` is the last multiple of the step up to
 * `now`. A window that is no multiple of the step is rounded up to one.
 *
 * A window of more than 720 steps (2 hours, for steps of 10 s) has longer slices, so that it takes no more memory: it begins at a multiple of
 * its slice, and reaches up to one slice further back than it says (2 minutes for 24 hours). It ends at `now` all the same. So does any
 * window that is asked for what happened up to now.
 */
export class SlidingWindow {
  readonly windowMs: number;
  readonly sliceMs: number;
  private readonly slices: number;
  private readonly isCoarse: boolean;

  constructor(
    windowMs: number,
    stepMs: number,
    private readonly madeAt: number,
  ) {
    const steps = Math.max(1, Math.ceil(windowMs / stepMs));
    const perSlice = Math.ceil(steps / MOST_SLICES);
    this.windowMs = steps * stepMs;
    this.sliceMs = perSlice * stepMs;
    this.slices = Math.ceil(steps / perSlice);
    this.isCoarse = perSlice > 1;
  }

  slotOf(now: number): number {
    return Math.floor(now / this.sliceMs);
  }

  /** The slots that count, from the first up to but without the last. @param isNow - With the one that runs. */
  rangeAt(now: number, isNow = false): readonly [first: number, end: number] {
    const last = this.slotOf(now);
    return this.isCoarse || isNow ? [last - this.slices, last + 1] : [last - this.slices, last];
  }

  /** Whether it was watched from its beginning on. */
  isWhole(now: number, isNow = false): boolean {
    const end = this.isCoarse || isNow ? now : this.rangeAt(now)[1] * this.sliceMs;
    return end - this.windowMs >= this.madeAt;
  }
}

/** Sums by slice, the empty ones left out: as much memory as there are slices in which something happened, at most 721. */
export class SliceSums {
  private readonly slots: number[] = [];
  private readonly sums: number[] = [];
  private head = 0;

  constructor(private readonly window: SlidingWindow) {}

  add(amount: number, now: number): void {
    const { slots, sums, window } = this;
    const slot = window.slotOf(now);
    const last = slots.length - 1;
    if (slots[last] === slot) {
      sums[last]! += amount;
      return;
    }
    // Where nobody reads, it must not grow either.
    if (this.size > MOST_SLICES) this.dropBefore(window.rangeAt(now)[0]);
    slots.push(slot);
    sums.push(amount);
  }

  /** The sum of the window. Added up anew each time, so that no rounding error outlives its slice. @param isNow - With the slice that runs. */
  at(now: number, isNow = false): number {
    const { slots, sums } = this;
    const [first, end] = this.window.rangeAt(now, isNow);
    this.dropBefore(first);
    let sum = 0;
    for (let index = this.head; index < slots.length && slots[index]! < end; index++) sum += sums[index]!;
    return sum;
  }

  /** Whether nothing is left that counts now or will. */
  isEmptyAt(now: number): boolean {
    this.dropBefore(this.window.rangeAt(now)[0]);
    return this.size === 0;
  }

  private get size(): number {
    return this.slots.length - this.head;
  }

  private dropBefore(first: number): void {
    const { slots, sums } = this;
    while (this.head < slots.length && slots[this.head]! < first) this.head++;
    if (this.head < 32 || this.head * 2 < slots.length) return;
    slots.splice(0, this.head);
    sums.splice(0, this.head);
    this.head = 0;
  }
}
