import { createShape, Distribution, type DistributionShape } from './distribution';
import { Exemplars } from './exemplars';
import type { DurationHistogram } from './hdr';
import type { DistributionReading, Exemplar, SeriesView, Tags } from './view';

/** Who takes what was recorded meanwhile, from time to time: the history. */
export interface Harvester {
  /** What the current interval holds besides `live`, thrown away. */
  forget(): void;
}

/**
 * A series of a summary or distribution.
 *
 * Recording touches one distribution, `live`. In a series that nobody follows it holds everything. In one with a history
 * it holds the current second, and once a second the history adds it to `rest`: that costs the hot path nothing. What was
 * recorded before a reset lives on as totals and buckets, because what is exported must not fall.
 */
export class DistributionSeries implements SeriesView {
  readonly live: Distribution;
  private rest: Distribution | undefined = undefined;
  private before: Distribution | undefined = undefined;
  private harvester: Harvester | undefined = undefined;
  private exemplars: Exemplars | undefined = undefined;
  /** What versions went up to before a reset or a change of the unit: none comes twice. */
  private past = 0;

  constructor(
    readonly tags: Tags,
    public createdAt: number,
    private shape: DistributionShape,
  ) {
    this.live = new Distribution(shape);
  }

  /** From now on `live` is only what came since the last `harvest`. */
  follow(harvester: Harvester): void {
    this.harvester = harvester;
    this.rest ??= new Distribution(this.shape);
  }

  /** Moves what is in `live` to the rest, after `take` has seen it. */
  harvest(take: (live: Distribution) => void): void {
    take(this.live);
    this.rest?.merge(this.live);
    this.live.clear();
  }

  /** Gives everything since the last reset. What `read` is given is only good for as long as it runs. */
  sinceReset<Result>(read: (all: Distribution) => Result): Result {
    if (this.rest === undefined || this.rest.count === 0) return read(this.live);
    return together([this.rest, this.live], this.shape, read);
  }

  version(): number {
    return this.past + this.value();
  }

  value(): number {
    return this.live.count + (this.rest?.count ?? 0) + (this.before?.count ?? 0);
  }

  reading(): DistributionReading {
    const { before, rest, live, shape } = this;
    const quantiles = (perMilles: readonly number[]): number[] => this.sinceReset((all) => all.quantiles(perMilles));
    if (before === undefined && rest === undefined) return readingOf(live, live.buckets(), quantiles);
    const parts = [before, rest, live].filter((part) => part !== undefined);
    return together(parts, withoutCells(shape), (all) => readingOf(all, all.buckets().slice(), quantiles));
  }

  get cells(): ((visit: (cell: number, count: number) => void) => void) | undefined {
    return this.shape.hdr ? this.visitCells : undefined;
  }

  get perUnit(): number {
    return this.shape.perUnit;
  }

  raw(): readonly Float64Array[] {
    const since = this.sinceReset((all) => all.raw());
    return this.before === undefined ? [since] : [since, this.before.raw()];
  }

  histogram(): DurationHistogram {
    return this.sinceReset((all) => all.histogram());
  }

  recordInput(): void {
    this.live.recordInput();
  }

  noteExemplar(exemplar: Exemplar): void {
    const bounds = this.shape.layout?.bounds;
    if (bounds === undefined) return;
    this.exemplars ??= new Exemplars();
    this.exemplars.note(
      bounds.findIndex((bound) => exemplar.value <= bound),
      exemplar,
    );
  }

  exemplar(bucket = 0): Exemplar | undefined {
    return this.exemplars?.at(bucket);
  }

  /** Takes what another one has recorded. */
  absorb(other: DistributionSeries): void {
    other.sinceReset((all) => this.live.merge(all));
    const { before } = other;
    if (before === undefined) return;
    this.before ??= new Distribution(withoutCells(this.shape));
    this.before.merge(before);
  }

  /** What is exported starts anew. */
  reset(now: number): void {
    this.past = this.version() + 1;
    this.before?.release();
    this.before = undefined;
    this.createdAt = now;
    this.exemplars = undefined;
    this.empty();
  }

  /** What is told since the last reset starts anew; what is exported goes on. */
  startAnew(): void {
    const before = (this.before ??= new Distribution(withoutCells(this.shape)));
    this.sinceReset((all) => before.merge(all));
    this.empty();
  }

  private visitCells(visit: (cell: number, count: number) => void): void {
    this.sinceReset((all) => all.parts().cells?.each(visit));
  }

  private empty(): void {
    this.live.clear();
    this.rest?.clear();
    this.harvester?.forget();
  }

  /** Goes on in another unit; see `Distribution.convertTo`. */
  convertTo(shape: DistributionShape): void {
    this.past++;
    this.live.convertTo(shape);
    this.rest?.convertTo(shape);
    this.before?.convertTo(withoutCells(shape));
    this.shape = shape;
    this.harvester?.forget();
  }
}

function readingOf(all: Distribution, buckets: Float64Array, quantiles: DistributionReading['quantiles']): DistributionReading {
  const { count, sum, min, max, mean, stddev } = all.totalsNow();
  return { count, sum, min, max, mean, stddev, buckets, quantiles };
}

/** Reads several distributions as one. */
function together<Result>(parts: readonly Distribution[], shape: DistributionShape, read: (all: Distribution) => Result): Result {
  const all = new Distribution(shape);
  for (const part of parts) all.merge(part);
  const result = read(all);
  all.release();
  return result;
}

const bare = new WeakMap<DistributionShape, DistributionShape>();

/** The shape with totals and buckets only. */
function withoutCells(shape: DistributionShape): DistributionShape {
  let found = bare.get(shape);
  if (found === undefined) bare.set(shape, (found = createShape(shape.perUnit, shape.layout, false)));
  return found;
}
