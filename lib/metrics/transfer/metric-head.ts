import { PER_MS } from '../../core/unit';
import { MAX_BOUNDS } from '../bounds';
import type { MetricType, MetricView } from '../view';

/** What all series of a metric have in common. */
export interface MetricHead {
  readonly name: string;
  readonly exportName: string;
  readonly type: MetricType;
  readonly monotonic: boolean;
  readonly unit: string | undefined;
  readonly description: string | undefined;
  readonly automatic: boolean;
  /** Whether it is what is counted of an event by itself, or its durations. */
  readonly isEvent: boolean;
  readonly bounds: readonly number[] | undefined;
  readonly hdr: boolean;
  /** How many steps of the cells make one unit, where there are cells. */
  readonly perUnit: number | undefined;
}

/** What the durations of an event are called after the event. */
const DURATIONS = '.duration';
/** Names of events, and of definitions. */
const NAME = /^[A-Za-z][\w.-]{0,255}$/;
const EXPORT_NAME = /^[A-Za-z_]\w{0,299}$/;
const MAX_UNIT = 32;

/** Whether series of a metric are distributions. */
export const isDistribution = (type: MetricType): boolean => type === 'summary' || type === 'distribution';

/** The dotted key of the event that a metric tells of. */
export const eventOf = ({ name, type, isEvent }: MetricHead): string | undefined =>
  isEvent ? (type === 'counter' ? name : name.slice(0, -DURATIONS.length)) : undefined;

export function headOf(view: MetricView): MetricHead {
  const { name, exportName, type, monotonic, unit, description, automatic, bounds, hdr } = view;
  const [first] = view.series();
  const isEvent = view.event !== undefined && name === (type === 'counter' ? view.event : `${view.event}${DURATIONS}`);
  return {
    name,
    exportName,
    type,
    monotonic,
    unit,
    description,
    automatic,
    isEvent,
    bounds,
    hdr,
    perUnit: hdr ? first?.perUnit : undefined,
  };
}

/** Why there can't be a metric like this; `undefined` when there can. */
export function problemOf(head: MetricHead): string | undefined {
  const { name, exportName, type, monotonic, unit, automatic, bounds, hdr, perUnit } = head;
  if (!NAME.test(name)) return 'its name is none';
  if (!EXPORT_NAME.test(exportName)) return 'its name for exporters is none';
  if (type !== 'sum' && monotonic !== (type === 'counter')) return 'only counters and sums rise';
  if (hdr && !isDistribution(type)) return 'it has cells, but no distribution';
  if (hdr !== (perUnit !== undefined) || !(perUnit === undefined || isAbove(perUnit))) return 'the steps of its cells are not known';
  if ((bounds !== undefined) !== (type === 'distribution')) return 'distributions have bounds, and nothing else has';
  if (bounds !== undefined && !areBounds(bounds)) return 'its bounds are not ascending numbers';
  if (unit !== undefined && (unit.length > MAX_UNIT || unit === '')) return 'its unit is too long, or empty';
  if (head.isEvent && !(automatic && isEventView(head))) return 'it is not what is counted of an event';
  return undefined;
}

/** Why two metrics of one name are not the same metric; `undefined` when they are. */
export function differenceOf(one: MetricHead, other: MetricHead): string | undefined {
  if (one.type !== other.type) return `it is a ${other.type} here and a ${one.type} there`;
  if (one.unit !== other.unit) return `its unit is ${other.unit ?? 'none'} here and ${one.unit ?? 'none'} there`;
  if (one.monotonic !== other.monotonic) return 'it only rises in one of them';
  if (one.hdr !== other.hdr) return 'it tells quantiles in one of them';
  if (one.perUnit !== other.perUnit) return `its resolution is ${1 / other.perUnit!} here and ${1 / one.perUnit!} there`;
  if (one.automatic !== other.automatic || one.isEvent !== other.isEvent) return 'it is counted by itself in one of them';
  const [bounds = [], others = []] = [one.bounds, other.bounds];
  const isSame = bounds.length === others.length && bounds.every((bound, index) => bound === others[index]);
  return isSame ? undefined : 'its bounds are not the same';
}

const isAbove = (value: number): boolean => value > 0 && value < Number.POSITIVE_INFINITY;

function areBounds(bounds: readonly number[]): boolean {
  if (bounds.length === 0 || bounds.length > MAX_BOUNDS) return false;
  return bounds.every((bound, index) => Number.isFinite(bound) && bound >= 0 && (index === 0 || bound > bounds[index - 1]!));
}

/** Its counter, or its durations in a unit of time. */
const isEventView = ({ name, type, unit, hdr }: MetricHead): boolean =>
  type === 'counter' || (type === 'distribution' && hdr && name.endsWith(DURATIONS) && unit !== undefined && Object.hasOwn(PER_MS, unit));
