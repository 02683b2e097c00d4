import type { MetricSource } from '../../metrics/seam';
import type { MetricView, SeriesView } from '../../metrics/view';
import { Group, type WireMetric } from './group';
import type { Ledger } from './ledger';
import type { Line } from './line';
import type { StatsdSettings } from './options';
import type { CellBoard } from './packed-cells';
import { SeriesState } from './series-state';
import { tagSuffix, wireName, wireUnit } from './wire';

/** What reading needs, and whom it tells. */
export interface ReadContext {
  readonly source: MetricSource;
  readonly settings: StatsdSettings;
  readonly ledger: Ledger;
  /** To work with; nobody else's. */
  readonly cells: CellBoard;
  /** A value that can't be written. */
  readonly onNotFinite: () => void;
  /** `include` threw. */
  readonly onIncludeFailed: () => void;
}

const NOTHING: readonly Line[] = [];

/**
 * Reads the metrics as lines: those of one series at a time, so that others can have a turn in between and little is held.
 * Series that differ only in what the wire can't carry have lines of their own, which the receiver adds up.
 */
export function* readLines(context: ReadContext): Generator<readonly Line[]> {
  const { source, settings, cells, onNotFinite } = context;
  for (const metric of source.metrics()) {
    if (!isIncluded(metric, context)) continue;
    const wire: WireMetric = {
      type: metric.type,
      name: settings.prefix + wireName(metric.name),
      toWire: wireUnit(metric),
      onNotFinite,
    };
    const whole = settings.tags === undefined ? new Group(wire, '', cells) : undefined;
    for (const series of metric.series()) {
      const state = stateOf(series, context);
      const group = whole ?? new Group(wire, state.suffix, cells);
      readSeries(metric, series, state, group, wire);
      yield group === whole ? NOTHING : group.lines();
    }
    if (whole !== undefined) yield whole.lines();
  }
}

function stateOf(series: SeriesView, { settings, ledger }: ReadContext): SeriesState {
  let state = ledger.get(series);
  if (state === undefined) {
    state = new SeriesState(settings.tags === undefined ? '' : tagSuffix(series.tags, settings.tags));
    ledger.set(series, state);
  }
  return state;
}

function readSeries(metric: MetricView, series: SeriesView, state: SeriesState, group: Group, wire: WireMetric): void {
  if (metric.type === 'summary' || metric.type === 'distribution') {
    const interval = state.readDistribution(series, wire.toWire, group.cells);
    group.addDistribution(state.count, state.sum, interval, series.perUnit ?? 1);
    return;
  }
  const value = wire.toWire(series.value());
  if (!Number.isFinite(value)) {
    wire.onNotFinite();
  } else if (metric.monotonic && metric.type !== 'lastValue') {
    state.readCounter(series.createdAt, value);
    group.addCount(state.count);
  } else {
    group.setGauge(value, metric.type === 'sum');
  }
}

/** `include` is the user's: what it throws must not end the flush. */
function isIncluded(metric: MetricView, { settings, onIncludeFailed }: ReadContext): boolean {
  try {
    return settings.include(metric);
  } catch {
    onIncludeFailed();
    return false;
  }
}
