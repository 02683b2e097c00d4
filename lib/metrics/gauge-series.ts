import { input } from './hdr';
import { Slab } from './slab';
import type { SeriesView, Tags } from './view';

const [VALUE, SEEN, SIZE] = [0, 1, 2] as const;
const slab = new Slab(SIZE);

/** The latest value. */
export class GaugeSeries implements SeriesView {
  private samples = 0;
  private readonly values: Float64Array;
  private readonly at: number;

  constructor(
    readonly tags: Tags,
    public createdAt: number,
  ) {
    const { values, at } = slab.take();
    this.values = values;
    this.at = at;
  }

  /** Keeps the value in `input`, a finite number. */
  recordInput(): void {
    this.samples++;
    this.values[this.at + VALUE] = input[0]!;
  }

  /** Notes when it had a sample, in ms of the monotonic clock; for those that expire. */
  seen(now: number): void {
    this.values[this.at + SEEN] = now;
  }

  lastSeen(): number {
    return this.values[this.at + SEEN]!;
  }

  /** Only counters and buckets have exemplars. */
  noteExemplar(): void {}

  version(): number {
    return this.samples;
  }

  value(): number {
    return this.values[this.at + VALUE]!;
  }

  reading(): undefined {
    return undefined;
  }

  exemplar(): undefined {
    return undefined;
  }

  /** A gauge says what is; there is nothing to start anew. */
  reset(): void {}
}
