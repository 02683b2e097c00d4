import type { SeriesView } from '../../../metrics/view';

interface Start {
  /** Values before the latest reset. */
  earlier: number;
  /** ms since the epoch. */
  start: number;
  /** When it was last asked for. */
  asked: number;
}

/**
 * Since when the cells of a series count. When they were emptied is not known, but that it was after the last collection. So the
 * stream begins anew there, as OpenTelemetry wants it of a counter that was seen to fall back:
 * https://opentelemetry.io/docs/specs/otel/metrics/data-model/#resets-and-gaps
 */
export class Starts {
  private readonly known = new WeakMap<SeriesView, Start>();

  /** @param earlier - How many values of the series are no longer in its cells. */
  of(series: SeriesView, earlier: number, now: number): number {
    const { createdAt } = series;
    const known = this.known.get(series);
    if (known === undefined) {
      this.known.set(series, { earlier, start: createdAt, asked: now });
      return createdAt;
    }
    if (known.earlier !== earlier && earlier > 0) known.start = known.asked;
    known.start = Math.max(known.start, createdAt);
    known.earlier = earlier;
    known.asked = now;
    return known.start;
  }
}
