import type { TimeUnit } from '../core/unit';
import { createLayout } from './bounds';
import { CounterSeries } from './counter-series';
import { defaultBounds } from './default-bounds';
import { createShape, type DistributionShape } from './distribution';
import type { DistributionSeries } from './distribution-series';
import type { Tags } from './view';

/** Steps of the cells, which are microseconds, per unit. */
const US_PER_UNIT: Readonly<Record<TimeUnit, number>> = { ns: 1e-3, us: 1, ms: 1e3, s: 1e6 };
const kinds = new Map<TimeUnit, { readonly bounds: readonly number[]; readonly shape: DistributionShape }>();

function kindOf(unit: TimeUnit): { readonly bounds: readonly number[]; readonly shape: DistributionShape } {
  let kind = kinds.get(unit);
  if (kind === undefined) {
    const bounds = defaultBounds(unit);
    kind = { bounds, shape: createShape(US_PER_UNIT[unit], createLayout(bounds, US_PER_UNIT[unit]), true) };
    kinds.set(unit, kind);
  }
  return kind;
}

/** What all durations in a unit share. */
export const durationShape = (unit: TimeUnit): DistributionShape => kindOf(unit).shape;

/** The bounds of their classic buckets, in that unit. */
export const durationBounds = (unit: TimeUnit): readonly number[] => kindOf(unit).bounds;

/**
 * What is counted of an event by itself, all of it or that of one set of tags: how often, and from the first duration on how
 * long. `count` starts anew with each reset, `value` does not.
 */
export class EventSeries extends CounterSeries {
  durations: DistributionSeries | undefined = undefined;
  /** Durations over the event's first threshold and not over the second, and those over the second; since the last reset. */
  slow = 0;
  verySlow = 0;
  private earlier = 0;

  constructor(
    tags: Tags,
    createdAt: number,
    /** Called for the first duration; or with durations that were recorded elsewhere. */
    private readonly begin: (earlier?: DistributionSeries) => DistributionSeries,
  ) {
    super(tags, createdAt);
  }

  /** Records the duration in `input`, finite and not negative. */
  recordDuration(): void {
    this.durations ??= this.begin();
    this.durations.live.recordInput();
  }

  /** Begins with what another one has counted. */
  inherit(other: EventSeries): void {
    this.count = other.count;
    this.earlier = other.earlier;
    this.slow = other.slow;
    this.verySlow = other.verySlow;
    if (other.durations !== undefined) this.durations = this.begin(other.durations);
  }

  override value(): number {
    return this.earlier + this.count;
  }

  /** What is told since the last reset starts anew; what is exported goes on. */
  startAnew(): void {
    this.earlier += this.count;
    this.forget();
    this.durations?.startAnew();
  }

  override reset(now: number): void {
    super.reset(now);
    this.earlier = 0;
    this.forget();
    this.durations?.reset(now);
  }

  private forget(): void {
    this.count = 0;
    this.slow = 0;
    this.verySlow = 0;
  }
}
