import type { Definition } from '../core/definition';
import { type EventName, keyOf } from '../core/event';
import type { TimeUnit } from '../core/unit';
import { EventMetrics } from './event-metrics';
import type { Nameable } from './export-name';
import type { MetricDefinition } from './metric';
import { NamesTaken } from './names-taken';
import { RegisteredMetric } from './registered-metric';
import { sameDefinition } from './same-definition';
import type { MetricSurroundings } from './surroundings';
import type { MetricView } from './view';

/** What the durations of an event are called after the event. */
const DURATIONS = '.duration';

/** Where events beyond the limit are counted, all together. */
const OVERFLOW: EventName = ['telemetry', 'metrics', 'overflow'];

/** Undeclared events that get metrics of their own. Declared ones always do: a program has only so many. */
const UNDECLARED_LIMIT = 2_000;

/** What to do with a definition whose name is taken by another one. */
export type Conflict = 'throw' | 'replace' | 'ignore';

/** The metrics of a bus: what is counted of each event, and definitions. */
export class MetricsRegistry {
  private readonly events = new Map<string, EventMetrics>();
  private readonly definitions = new Map<string, RegisteredMetric>();
  private readonly names = new NamesTaken();
  /** Definitions of events that were heard of, for units and the like. */
  private readonly known = new Map<string, Definition>();
  /** Of events that were not emitted yet. */
  private readonly eventNames = new Map<string, EventNames>();
  private undeclared = 0;

  /** @param own - What the library counts of itself. */
  constructor(
    private readonly around: MetricSurroundings,
    private readonly own: readonly MetricView[],
  ) {
    for (const metric of own) this.names.take(metric);
  }

  /** What is recorded of an event, made on first sight; of all events beyond the limit, the same. */
  of(name: EventName, definition: Definition | undefined): EventMetrics {
    const key = keyOf(name);
    const found = this.events.get(key);
    if (found !== undefined) {
      if (definition !== undefined) found.adopt(definition);
      return found;
    }
    const recorders = this.recordersOf(key, name);
    const isUnknown = definition === undefined && recorders.length === 0 && name !== OVERFLOW;
    if (isUnknown && this.undeclared++ >= UNDECLARED_LIMIT) return this.of(OVERFLOW, undefined);
    const metrics = new EventMetrics(definition?.name ?? (Object.freeze([...name]) as never), definition, this.around);
    metrics.recorders = recorders;
    this.events.set(key, metrics);
    const names = this.eventNames.get(key) ?? this.takeNames(key, metrics.unit);
    metrics.counter.exportName = names.counter;
    metrics.durations.exportName = names.durations;
    this.eventNames.delete(key);
    return metrics;
  }

  /** Notes the definition of an event before its first emission: its unit, and the names that its metrics will have. */
  meet(definition: Definition): void {
    if (this.known.has(definition.key)) return;
    this.known.set(definition.key, definition);
    const seen = this.events.get(definition.key);
    if (seen === undefined) this.takeNames(definition.key, definition.unit);
    else seen.adopt(definition);
  }

  /**
   * Registers definitions: all of them, or, if one can't be, none. One that is registered already stays as it is.
   *
   * @throws {TelemetryError} `METRIC_CONFLICT`
   */
  register(definitions: readonly MetricDefinition[], onConflict: Conflict): void {
    const added: MetricDefinition[] = [];
    const replaced: RegisteredMetric[] = [];
    try {
      for (const definition of definitions) {
        const registered = this.definitions.get(definition.name);
        if (registered !== undefined) {
          if (onConflict === 'ignore' || sameDefinition(registered.definition, definition)) continue;
          if (onConflict === 'replace' && !replaced.includes(registered)) {
            replaced.push(registered);
            this.names.free(registered.definition);
          }
        }
        const twin = added.find(({ name }) => name === definition.name);
        if (twin !== undefined && sameDefinition(twin, definition)) continue;
        this.names.take(definition);
        added.push(definition);
      }
    } catch (error) {
      for (const definition of added) this.names.free(definition);
      for (const { definition } of replaced) this.names.take(definition);
      throw error;
    }
    for (const { name } of replaced) this.drop(name);
    for (const definition of added) this.definitions.set(definition.name, new RegisteredMetric(definition, this.around));
    this.bind(new Set([...added, ...replaced.map(({ definition }) => definition)].flatMap(({ events }) => events.map(keyOf))));
  }

  /** Takes definitions out by name, with their series. Returns those that were there. */
  unregister(names: readonly string[]): string[] {
    const gone = names.filter((name) => this.definitions.has(name));
    const events = gone.flatMap((name) => this.definitions.get(name)!.definition.events.map(keyOf));
    for (const name of gone) {
      this.names.free(this.definitions.get(name)!.definition);
      this.drop(name);
    }
    this.bind(new Set(events));
    return gone;
  }

  event(key: string): EventMetrics | undefined {
    return this.events.get(key);
  }

  allEvents(): Iterable<EventMetrics> {
    return this.events.values();
  }

  definition(name: string): RegisteredMetric | undefined {
    return this.definitions.get(name);
  }

  allDefinitions(): Iterable<RegisteredMetric> {
    return this.definitions.values();
  }

  /** A metric by its name, whether it has series or not. */
  view(name: string): MetricView | undefined {
    const timed = name.endsWith(DURATIONS) ? this.events.get(name.slice(0, -DURATIONS.length))?.durations : undefined;
    return this.definitions.get(name) ?? this.events.get(name)?.counter ?? timed ?? this.own.find((metric) => metric.name === name);
  }

  /** All metrics that have series. */
  *views(): Iterable<MetricView> {
    for (const { counter, durations } of this.events.values()) {
      if (hasSeries(counter)) yield counter;
      if (hasSeries(durations)) yield durations;
    }
    for (const metric of this.definitions.values()) if (hasSeries(metric)) yield metric;
    for (const metric of this.own) if (hasSeries(metric)) yield metric;
  }

  /** Counters, durations and rejections are told anew from now on. */
  startAnew(): void {
    for (const metrics of this.events.values()) {
      for (const series of metrics.all()) series.startAnew();
      metrics.rejections.clear();
    }
  }

  /** Everything starts anew, also what is exported. */
  reset(): void {
    const now = this.around.clock.systemTime();
    for (const metrics of this.events.values()) {
      for (const series of metrics.all()) series.reset(now);
      metrics.rejections.clear();
    }
    for (const metric of this.definitions.values()) metric.reset(now);
  }

  private recordersOf(key: string, name: EventName): EventMetrics['recorders'] {
    const asked = [...this.definitions.values()].filter(({ definition }) => definition.events.some((event) => keyOf(event) === key));
    return asked.map((metric) => metric.recorder(name, this.known.get(key)));
  }

  /** Tells events that were seen already of what looks at them now. */
  private bind(keys: ReadonlySet<string>): void {
    for (const key of keys) {
      const metrics = this.events.get(key);
      if (metrics !== undefined) metrics.recorders = this.recordersOf(key, metrics.name);
    }
  }

  private drop(name: string): void {
    const metric = this.definitions.get(name)!;
    this.definitions.delete(name);
    for (const series of metric.table.all()) this.around.gone(series);
  }

  /** An event can't be refused for its name. */
  private takeNames(key: string, unit: TimeUnit): EventNames {
    const take = (metric: Nameable): string => {
      const { exportName, instead } = this.names.takeSome(metric);
      if (instead !== undefined) {
        this.around.warn({
          code: 'METRIC_CONFLICT',
          message: `Metric ${metric.name} is exported as ${exportName}, because outside it can't be told from ${instead}`,
        });
      }
      return exportName;
    };
    const names = {
      counter: take({ name: key, type: 'counter', monotonic: true, unit: undefined }),
      durations: take({ name: `${key}.duration`, type: 'distribution', monotonic: false, unit }),
    };
    this.eventNames.set(key, names);
    return names;
  }
}

/** How the metrics of an event are called outside. */
interface EventNames {
  readonly counter: string;
  readonly durations: string;
}

const hasSeries = (view: MetricView): boolean => view.series()[Symbol.iterator]().next().done !== true;
