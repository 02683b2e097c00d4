import { Exemplars } from './exemplars';
import { input } from './hdr';
import { Slab } from './slab';
import type { Exemplar, SeriesView, Tags } from './view';

const [SUM, LOST, SIZE] = [0, 1, 2] as const;
const slab = new Slab(SIZE);

/** A compensated sum (Neumaier 1974). */
export class SumSeries implements SeriesView {
  private samples = 0;
  private readonly values: Float64Array;
  private readonly at: number;
  private exemplars: Exemplars | undefined = undefined;

  constructor(
    readonly tags: Tags,
    public createdAt: number,
  ) {
    const { values, at } = slab.take();
    this.values = values;
    this.at = at;
  }

  /** Adds the value in `input`, a finite number. */
  recordInput(): void {
    const { values, at } = this;
    const value = input[0]!;
    this.samples++;
    const sum = values[at + SUM]!;
    const next = sum + value;
    values[at + LOST] = values[at + LOST]! + (Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum);
    values[at + SUM] = next;
  }

  noteExemplar(exemplar: Exemplar): void {
    this.exemplars ??= new Exemplars();
    this.exemplars.note(0, exemplar);
  }

  version(): number {
    return this.samples;
  }

  value(): number {
    const { values, at } = this;
    const sum = values[at + SUM]! + values[at + LOST]!;
    // Sums of absurd values overflow; what is shown stays a number.
    return Number.isNaN(sum) ? Number.MAX_VALUE : Math.max(-Number.MAX_VALUE, Math.min(sum, Number.MAX_VALUE));
  }

  raw(): readonly Float64Array[] {
    return [this.values.slice(this.at, this.at + SIZE)];
  }

  reading(): undefined {
    return undefined;
  }

  exemplar(): Exemplar | undefined {
    return this.exemplars?.at(0);
  }

  reset(now: number): void {
    this.samples++;
    this.values.fill(0, this.at, this.at + SIZE);
    this.createdAt = now;
    this.exemplars = undefined;
  }
}
