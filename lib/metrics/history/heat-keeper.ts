import type { DistributionTrack } from './distribution-track';
import { Heat } from './heat';
import type { HistoryHost } from './host';
import type { TrackWatcher } from './row-tap';
import type { Timeline } from './timeline';
import type { Column } from './track';

/** Heats that a bus may have, at 148 kB each. */
export const MAX_HEATS = 16;
/** Seconds that tell which one is busy. */
const RECENT_ROWS = 60;

/** The heat of a metric over time; all arrays have the length of `times`. */
export interface HeatReading {
  readonly metric: string;
  /** Of the percentiles. */
  readonly unit: string | undefined;
  /** How many steps of `HEAT_EDGES` make one unit. */
  readonly perUnit: number;
  readonly stepMs: number;
  /** When the rows began, ms since the epoch, ascending. */
  readonly times: readonly number[];
  /** By time, the counts by range: windows on what goes on changing. `undefined` where nobody could look. */
  readonly rows: readonly (Uint32Array | undefined)[];
  readonly p50: readonly (number | null)[];
  readonly p95: readonly (number | null)[];
  readonly p99: readonly (number | null)[];
}

interface Kept {
  readonly heat: Heat;
  readonly timeline: Timeline;
}

/**
 * Keeps heat of the first 16 distributions without tags that a bus's history follows, those that come later included: 2.4 MB when all
 * are there, which the statistics of the history count. Where one goes, the next one that is asked for takes its place.
 */
export class HeatKeeper implements TrackWatcher {
  private readonly kept = new Map<DistributionTrack, Kept>();
  /** What is followed and has no heat. */
  private readonly others = new Map<DistributionTrack, Timeline>();

  private isRunning = false;

  constructor(private readonly host: HistoryHost) {}

  /** Begins from nothing; where it runs already, it goes on. */
  start(): void {
    if (!this.isRunning) this.host.watch(this);
    this.isRunning = true;
  }

  /** Forgets everything. */
  stop(): void {
    this.host.watch(undefined);
    this.isRunning = false;
  }

  added(track: DistributionTrack, timeline: Timeline): void {
    if (track.tags.length > 0 || track.columns.p50 === undefined) return;
    this.others.set(track, timeline);
    this.keep(track);
  }

  removed(track: DistributionTrack): void {
    track.tap = undefined;
    this.kept.delete(track);
    this.others.delete(track);
  }

  /** The metrics that have heat, those with most values in the last minute first. */
  metrics(): readonly string[] {
    this.host.current()?.tick();
    const found = [...this.kept].map(([track, { timeline }]) => [track.metric.name, recent(track, timeline)] as const);
    return [...new Set(found.sort(([, one], [, other]) => other - one).map(([name]) => name))];
  }

  /**
   * The heat of a metric by its name, or that of an event whose durations it is of; `undefined` for one that has none. One without begins
   * to have it when there is room.
   */
  read(name: string, span: '5m' | '1h'): HeatReading | undefined {
    const history = this.host.current();
    const series = this.host.distribution(name)?.series.find(({ tags }) => tags.length === 0);
    const track = series && history?.trackFor(series);
    const kept = track && this.keep(track);
    if (track === undefined || kept === undefined) return undefined;
    const { heat, timeline } = kept;
    const tier = span === '5m' ? timeline.seconds : timeline.tens;
    const first = Math.max(tier.open - tier.size, heat.firsts[tier.index]!);
    const slots = Array.from({ length: tier.open - first }, (_, at) => first + at);
    const column = (values: Column | undefined): (number | null)[] =>
      slots.map((slot) => {
        const value = track.has(tier, slot) ? values?.[tier.placeOf(slot)] : undefined;
        return value !== undefined && Number.isFinite(value) ? value : null;
      });
    const { metric, perUnit, columns } = track;
    return {
      metric: metric.name,
      unit: metric.unit,
      perUnit,
      stepMs: tier.stepMs,
      times: tier.times(first),
      rows: slots.map((slot) => (track.has(tier, slot) ? heat.row(tier, slot) : undefined)),
      p50: column(columns.p50),
      p95: column(columns.p95),
      p99: column(columns.p99),
    };
  }

  private keep(track: DistributionTrack): Kept | undefined {
    const kept = this.kept.get(track);
    const timeline = this.others.get(track);
    if (kept !== undefined || timeline === undefined || this.kept.size >= MAX_HEATS) return kept;
    // What ended before is no row of it.
    track.settle();
    const heat = new Heat(timeline.tiers.map(({ open }) => open));
    const begun = { heat, timeline };
    track.tap = heat;
    this.kept.set(track, begun);
    this.others.delete(track);
    return begun;
  }
}

function recent(track: DistributionTrack, { seconds }: Timeline): number {
  let count = 0;
  for (let slot = Math.max(0, seconds.open - RECENT_ROWS); slot < seconds.open; slot++) {
    if (track.has(seconds, slot)) count += track.columns.count[seconds.placeOf(slot)]!;
  }
  return count;
}
