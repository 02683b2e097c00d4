import { Exemplars } from './exemplars';
import type { Exemplar, SeriesView, Tags } from './view';

/** How often something happened. */
export class CounterSeries implements SeriesView {
  count = 0;
  exemplars: Exemplars | undefined = undefined;
  /** What versions went up to before a reset: none comes twice. */
  protected past = 0;

  constructor(
    readonly tags: Tags,
    public createdAt: number,
  ) {}

  recordInput(): void {
    this.count++;
  }

  noteExemplar(exemplar: Exemplar): void {
    this.exemplars ??= new Exemplars();
    this.exemplars.note(0, exemplar);
  }

  version(): number {
    return this.past + this.value();
  }

  value(): number {
    return this.count;
  }

  reading(): undefined {
    return undefined;
  }

  exemplar(): Exemplar | undefined {
    return this.exemplars?.at(0);
  }

  reset(now: number): void {
    this.past = this.version() + 1;
    this.count = 0;
    this.createdAt = now;
    this.exemplars = undefined;
  }
}
