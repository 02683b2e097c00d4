/** For tests of measures: a bus, and rules that are read at the ticks of an engine. */
import type { AlertsHost } from '../../../lib/alerts/host';
import type { Measure, Reading } from '../../../lib/alerts/measure';
import { createMeasure } from '../../../lib/alerts/measures/create-measure';
import { EventHub } from '../../../lib/alerts/measures/event-hub';
import type { AlertRule, ReadyRule } from '../../../lib/alerts/rule';
import { readRule } from '../../../lib/alerts/rules/read-rule';
import { enginesOf } from '../../../lib/engines';
import { createTelemetry, memorySink, type Telemetry, type TelemetryOptions, type Warning } from '../../../lib/index';
import { type FakeClock, fakeClock } from '../../../lib/testing/index';

const STEP_MS = 10_000;

/** A rule that is measured. */
export interface Measured {
  readonly rule: ReadyRule;
  readonly measure: Measure;
  /** The readings now. */
  read(): readonly Reading[];
  /** The number of the one reading there is. */
  value(): number | undefined;
  /** Numbers by group. */
  groups(): Record<string, number | undefined>;
  /** `critical`, `warning`, or nothing, by group; without groups under `''`. */
  states(): Record<string, 'warning' | 'critical'>;
}

export interface Bench {
  readonly telemetry: Telemetry;
  readonly clock: FakeClock;
  readonly host: AlertsHost;
  readonly hub: EventHub;
  readonly warnings: Warning[];
  measure(rule: AlertRule | string): Measured;
}

/** @param overrides - Parts of the host that are others than those of the bus. */
export function createBench(overrides: Partial<AlertsHost> = {}, options: Partial<TelemetryOptions<never>> = {}): Bench {
  const clock = fakeClock();
  const warnings: Warning[] = [];
  const telemetry = createTelemetry({
    clock,
    onWarning: (warning: Warning) => warnings.push(warning),
    log: { sinks: [memorySink()] },
    ...options,
  } as never) as unknown as Telemetry;
  const host: AlertsHost = { ...enginesOf('test', telemetry).alerts, ...overrides };
  const hub = new EventHub(host);
  return {
    telemetry,
    clock,
    host,
    hub,
    warnings,
    measure(given) {
      const rule = readRule(given);
      const measure = createMeasure(rule, { host, hub, stepMs: STEP_MS });
      const read = (): readonly Reading[] => measure.read(clock.monotonicTime());
      return {
        rule,
        measure,
        read,
        value() {
          const readings = read();
          if (readings.length !== 1) throw new Error(`${readings.length} readings`);
          return readings[0]!.value;
        },
        groups: () => Object.fromEntries(read().map(({ group, value }) => [group ?? '', value])),
        states() {
          const states = read().map(({ group = '', value }) => [group, stateOf(rule, value)] as const);
          return Object.fromEntries(states.filter(([, state]) => state !== undefined)) as Record<string, 'warning' | 'critical'>;
        },
      };
    },
  };
}

/** What a number means to a rule. */
function stateOf({ threshold, severity }: ReadyRule, value: number | undefined): 'warning' | 'critical' | undefined {
  const { op, warning, critical } = threshold;
  const holds = (limit: number | undefined): boolean => {
    if (limit === undefined || value === undefined) return false;
    if (op === '>') return value > limit;
    if (op === '>=') return value >= limit;
    return op === '<' ? value < limit : value <= limit;
  };
  if (holds(critical)) return 'critical';
  return holds(warning) ? (critical === undefined ? severity : 'warning') : undefined;
}
