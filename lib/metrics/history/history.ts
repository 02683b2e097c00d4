import type { Clock } from '../../core/clock';
import type { Warning } from '../../core/warning';
import type { Distribution, Totals } from '../distribution';
import { DistributionSeries } from '../distribution-series';
import { pack, unpackInto } from '../packed';
import type { Window } from '../tag-filter';
import type { MetricView, SeriesView, Tags } from '../view';
import { DistributionTrack } from './distribution-track';
import { GaugeTrack } from './gauge-track';
import { checkHistoryOptions, type HistoryOptions } from './options';
import { type HistoryQuery, HistoryReader, type HistorySeries, type HistoryStats } from './query';
import { RateTrack } from './rate-track';
import type { TrackWatcher } from './row-tap';
import { Timeline } from './timeline';
import type { Track } from './track';
import type { Workshop } from './workshop';

const SERIES = 200;
/** What ends every ten seconds is done for so many series at a time: all at once would hold up the program. */
const BATCH = 25;
/** Within this time, so before the next second. */
const SETTLED_WITHIN_MS = 800;

/** What a window spans: everything recorded since `from`, and nothing from before. ms since the epoch. */
export interface IntervalSpan {
  readonly from: number;
  readonly to: number;
}

/** What a distribution came to in a window. A copy. */
export interface IntervalReading extends IntervalSpan {
  readonly count: number;
  readonly totals: Totals;
  /** Nearest-rank quantiles, within 1 % or one step; empty without cells or values. @param perMilles - Ascending. */
  quantiles(perMilles: readonly number[]): number[];
}

/**
 * The latest five minutes by the second, hour by ten seconds and day by the minute of some series, in memory that does not
 * grow: a counter, sum or gauge takes 17 kB, a summary 42 kB, a distribution 67 kB and its intervals, the last minute and
 * the last hour as distributions of their own.
 *
 * Once a second it looks at each series; recording costs nothing more. Where it could not look (the program was blocked or
 * suspended), one row holds what came meanwhile and the others are missing; there is no burst of late work.
 */
export class History {
  private readonly timeline: Timeline;
  private readonly tracks = new Map<SeriesView, Track>();
  private readonly limit: number;
  private readonly select: HistoryOptions['select'];
  private tagged = 0;
  private untracked = 0;
  private failed = false;
  /** Whether something was put off. */
  private owing = false;
  private cancel: (() => void) | undefined = undefined;
  private watcher: TrackWatcher | undefined = undefined;

  /**
   * @param warn - Told once when `select` throws.
   * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`.
   */
  constructor(
    private readonly clock: Clock,
    options: HistoryOptions,
    private readonly warn: (warning: Warning) => void = () => {},
  ) {
    checkHistoryOptions(options);
    this.limit = options.series ?? SERIES;
    this.select = options.select;
    this.timeline = new Timeline(clock);
  }

  /**
   * Follows a series from now on, if there is room and it is selected; what it holds already is not of the history.
   * Never throws. Returns whether the series is followed.
   */
  add(metric: MetricView, series: SeriesView): boolean {
    if (this.tracks.has(series)) return true;
    const { tags } = series;
    if (!this.selects(metric, tags)) return false;
    const isFull = this.tracks.size >= this.limit || (tags.length > 0 && this.tagged >= Math.floor(this.limit / 2));
    if (isFull) {
      this.untracked++;
      return false;
    }
    if (tags.length > 0) this.tagged++;
    const track = this.trackOf(metric, series);
    this.tracks.set(series, track);
    if (track instanceof DistributionTrack) this.watcher?.added(track, this.timeline);
    return true;
  }

  /** Forgets a series; before it is released. */
  remove(series: SeriesView): void {
    const track = this.tracks.get(series);
    if (track === undefined) return;
    if (track.tags.length > 0) this.tagged--;
    if (track instanceof DistributionTrack) this.watcher?.removed(track);
    track.release();
    this.tracks.delete(series);
  }

  /** Looks once a second from now on, at whole seconds, without keeping the process alive. */
  start(): void {
    if (this.cancel !== undefined) return;
    this.tick();
    this.schedule();
  }

  /** Looks no more by itself. All that was collected can still be read. */
  stop(): void {
    this.cancel?.();
    this.cancel = undefined;
  }

  /** Follows nothing any more. */
  close(): void {
    this.stop();
    for (const series of [...this.tracks.keys()]) this.remove(series);
  }

  /** Ends the rows whose time is over; most calls do nothing. */
  tick(): void {
    this.advance(this.clock.monotonicTime());
  }

  /** Tells of the distributions that are followed, those that are already first. One at a time: another one takes its place. */
  watch(watcher: TrackWatcher | undefined): void {
    this.tick();
    const tracks = [...this.tracks.values()].filter((track) => track instanceof DistributionTrack);
    for (const track of tracks) this.watcher?.removed(track);
    this.watcher = watcher;
    for (const track of tracks) watcher?.added(track, this.timeline);
  }

  /** What follows a distribution; its rows are up to date. */
  trackFor(series: SeriesView): DistributionTrack | undefined {
    this.tick();
    const track = this.tracks.get(series);
    if (!(track instanceof DistributionTrack)) return undefined;
    track.settle();
    return track;
  }

  /** The last minute (60 to 70 s) or hour (60 to 65 min) of a distribution that is followed. */
  window(series: SeriesView, window: Window): IntervalReading | undefined {
    const track = this.tracks.get(series);
    if (!(track instanceof DistributionTrack)) return undefined;
    const span = this.span(window, track.collectedSince);
    const all = track.read(window);
    const totals = all.totalsNow();
    const packed = pack(all);
    const { workshop } = track;
    return { ...span, count: totals.count, totals, quantiles: (perMilles) => workshop.unpacked(packed).quantiles(perMilles) };
  }

  /** Adds a window to a distribution of the same shape, without classic buckets. */
  addDurations(series: SeriesView, window: Window, into: Distribution): IntervalSpan | undefined {
    const track = this.tracks.get(series);
    if (!(track instanceof DistributionTrack)) return undefined;
    const span = this.span(window, track.collectedSince);
    unpackInto(pack(track.read(window)), into);
    return span;
  }

  /** Gives a window of a distribution to a function, good for as long as that runs; `undefined` for one that is not followed. */
  readWindow<Result>(series: SeriesView, window: Window, read: (all: Distribution) => Result): Result | undefined {
    const track = this.trackFor(series);
    return track && read(track.read(window));
  }

  /** What a counter counted in a window, or what a sum grew by; of the same span as the distributions. */
  count(series: SeriesView, window: Window): (IntervalSpan & { readonly count: number }) | undefined {
    const track = this.tracks.get(series);
    if (!(track instanceof RateTrack)) return undefined;
    const span = this.span(window, track.countedSince);
    const { tier, first } = this.timeline.firstOf(window);
    return { ...span, count: track.countFrom(tier, first) };
  }

  /** Begins the windows of counters anew, as a reset does; those of distributions hear of it themselves. */
  forgetCounts(): void {
    const now = this.clock.monotonicTime();
    this.advance(now);
    for (const track of this.tracks.values()) if (track instanceof RateTrack) track.forget(this.timeline, now);
  }

  /**
   * The rows of the series that are asked for, in the order in which they were added. Copies: 1,440 rows of a distribution
   * are 13,000 numbers, so ask for one metric at a time where it matters.
   *
   * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`.
   */
  query(query: HistoryQuery): HistorySeries[] {
    return this.found(query, (reader, tracks) => tracks.map((track) => reader.read(track)));
  }

  /**
   * The same of no more than `most` series, those with most in their last rows first, and how many were left out. The others cost next
   * to nothing.
   *
   * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`.
   */
  largest(query: HistoryQuery, most: number): { readonly series: readonly HistorySeries[]; readonly leftOut: number } {
    return this.found(query, (reader, tracks) => {
      const ranked = tracks.map((track) => [track, reader.recent(track)] as const).sort(([, one], [, other]) => other - one);
      return { series: ranked.slice(0, most).map(([track]) => reader.read(track)), leftOut: Math.max(0, ranked.length - most) };
    });
  }

  stats(): HistoryStats {
    let bytes = this.timeline.byteLength;
    const workshops = new Set<Workshop>();
    for (const track of this.tracks.values()) {
      bytes += track.byteLength;
      if (track instanceof DistributionTrack) workshops.add(track.workshop);
    }
    for (const { byteLength } of workshops) bytes += byteLength;
    return { tracked: this.tracks.size, limit: this.limit, untracked: this.untracked, bytes };
  }

  private found<Result>(query: HistoryQuery, read: (reader: HistoryReader, tracks: readonly Track[]) => Result): Result {
    this.tick();
    const reader = new HistoryReader(query, this.timeline);
    const wanted = [...this.tracks.values()].filter((track) => reader.wants(track));
    for (const track of wanted) track.settle();
    return read(reader, wanted);
  }

  /** Returns whether a second ended. */
  private advance(now: number): boolean {
    let ended = false;
    this.timeline.advance(now, (tier, place) => {
      ended = true;
      for (const track of this.tracks.values()) track.end(tier, place);
      if (tier === this.timeline.tens) this.owing = true;
    });
    return ended;
  }

  /** Does some of what was put off. */
  private settle(): void {
    let left = BATCH;
    this.owing = false;
    for (const track of this.tracks.values()) {
      if (!track.settle() || --left > 0) continue;
      this.owing = true;
      return;
    }
  }

  private trackOf(metric: MetricView, series: SeriesView): Track {
    const { clock, timeline } = this;
    const now = clock.monotonicTime();
    if (series instanceof DistributionSeries) return new DistributionTrack(metric, series, timeline, now, () => clock.monotonicTime());
    return metric.type === 'lastValue' ? new GaugeTrack(metric, series, timeline, now) : new RateTrack(metric, series, timeline, now);
  }

  private selects(metric: MetricView, tags: Tags): boolean {
    try {
      return this.select === undefined || this.select(metric, tags) === true;
    } catch {
      // What was thrown may be anything, so it is not shown.
      if (!this.failed)
        this.warn({ code: 'HANDLER_FAILED', message: `metrics: history: select threw for ${metric.name}; such series have no history` });
      this.failed = true;
      return false;
    }
  }

  private span(window: Window, since: number): IntervalSpan {
    const now = this.clock.monotonicTime();
    this.advance(now);
    const { tier, first } = this.timeline.firstOf(window);
    const to = this.clock.systemTime(now);
    return { from: Math.round(to - (now - Math.max(since, tier.coveredFrom(first)))), to };
  }

  private schedule(): void {
    const { clock, timeline, tracks } = this;
    const due = timeline.seconds.due - clock.monotonicTime();
    const pause = SETTLED_WITHIN_MS / Math.ceil(tracks.size / BATCH);
    // Rounded up: Node cuts fractions off, and a tick that comes too early ends no row.
    this.cancel = clock.setTimer(
      () => {
        if (!this.advance(clock.monotonicTime()) && this.owing) this.settle();
        this.schedule();
      },
      Math.ceil(this.owing ? Math.min(pause, due) : due),
    );
  }
}
