import type { MetricView, SeriesView } from '../../metrics/view';
import { LastingSeries } from './lasting-series';

/**
 * The views of snapshots that follow one another, as views of one bus: the object of a series stays the same from snapshot to
 * snapshot, because exporters remember by it what they have sent, and what need not be rendered again.
 */
export class LastingViews {
  private metrics = new Map<string, LastingMetric>();

  /** @param now - For what began anew, in ms since the epoch. */
  show(views: Iterable<MetricView>, now: number): readonly MetricView[] {
    const shown = new Map<string, LastingMetric>();
    for (const view of views) {
      const known = this.metrics.get(view.name);
      const metric = known?.isLike(view) ? known : new LastingMetric(view);
      metric.show(view, now);
      shown.set(view.name, metric);
    }
    this.metrics = shown;
    return [...shown.values()];
  }
}

class LastingMetric implements MetricView {
  private all = new Map<string, LastingSeries>();

  constructor(private view: MetricView) {}

  get name(): string {
    return this.view.name;
  }

  get exportName(): string {
    return this.view.exportName;
  }

  get type(): MetricView['type'] {
    return this.view.type;
  }

  get monotonic(): boolean {
    return this.view.monotonic;
  }

  get unit(): string | undefined {
    return this.view.unit;
  }

  get description(): string | undefined {
    return this.view.description;
  }

  get automatic(): boolean {
    return this.view.automatic;
  }

  get event(): string | undefined {
    return this.view.event;
  }

  get bounds(): readonly number[] | undefined {
    return this.view.bounds;
  }

  get hdr(): boolean {
    return this.view.hdr;
  }

  series(): Iterable<SeriesView> {
    return this.all.values();
  }

  isLike(other: MetricView): boolean {
    return definitionOf(this.view) === definitionOf(other);
  }

  show(view: MetricView, now: number): void {
    this.view = view;
    const mayFall = view.type === 'lastValue' || (view.type === 'sum' && !view.monotonic);
    const shown = new Map<string, LastingSeries>();
    for (const series of view.series()) {
      const key = keyOf(series);
      const lasting = this.all.get(key);
      if (lasting === undefined) shown.set(key, new LastingSeries(series));
      else {
        lasting.show(series, mayFall ? undefined : now);
        shown.set(key, lasting);
      }
    }
    this.all = shown;
  }
}

const definitionOf = ({ exportName, type, monotonic, unit, bounds, hdr }: MetricView): string =>
  JSON.stringify([exportName, type, monotonic, unit, bounds, hdr]);

/** The same for equal tags whatever their order, which depends on who came first. */
function keyOf({ tags }: SeriesView): string {
  if (tags.length === 0) return '';
  return JSON.stringify(tags.length === 1 ? tags : [...tags].sort(([one], [other]) => (one < other ? -1 : 1)));
}
