import type { Clock } from '../../core/clock';
import type { ReadingMeasurement } from '../../poller/measurement';
import type {
  EventLoopMeasurements,
  LoadMeasurements,
  MemoryMeasurements,
  ProcessCpuMeasurements,
  ProcessMemoryMeasurements,
} from './events';

/**
 * What was measured at one time. What the platform can't tell is absent; so are, in the first sample, shares and delays,
 * which are told of the time between two samples.
 */
export interface SystemSample {
  /** When it began, ms since the epoch. */
  readonly time: number;
  /** `utilization`: of the cores of the machine, 0 to 1. */
  readonly cpu?: { readonly utilization?: number; readonly process?: ProcessCpuMeasurements };
  /** Of the machine, in bytes. */
  readonly memory?: MemoryMeasurements & { readonly process?: ProcessMemoryMeasurements };
  /** By mount point, in bytes. */
  readonly disk?: Readonly<Record<string, MemoryMeasurements>>;
  readonly openFiles?: { readonly count?: number; readonly limit?: number };
  /** TCP connections by state. */
  readonly connections?: Readonly<Record<string, number>>;
  readonly load?: LoadMeasurements;
  /** Delays in ms, utilization 0 to 1. */
  readonly eventLoop?: EventLoopMeasurements;
  /** What keeps the process alive, by type. */
  readonly handles?: Readonly<Record<string, number>>;
  /** Of the process, in s. */
  readonly uptime?: number;
}

type Sample = { -readonly [Key in keyof SystemSample]: SystemSample[Key] };

interface Row {
  readonly measurements: Readonly<Record<string, number>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

type Part = (sample: Sample, rows: readonly [Row, ...Row[]]) => void;

/** Where the readings of each measurement go. Those of collections are no state, and are left out. */
const PARTS: Readonly<Record<string, Part>> = {
  'system.cpu': (sample, [{ measurements }]) => Object.assign((sample.cpu ??= {}), measurements),
  'process.cpu': (sample, [{ measurements }]) => Object.assign((sample.cpu ??= {}), { process: measurements }),
  'system.memory': (sample, [{ measurements }]) => Object.assign((sample.memory ??= {}), measurements),
  'process.memory': (sample, [{ measurements }]) => Object.assign((sample.memory ??= {}), { process: measurements }),
  'system.disk'(sample, rows) {
    sample.disk = Object.fromEntries(rows.map(({ measurements, metadata }) => [String(metadata.mount), measurements]));
  },
  'system.network'(sample, rows) {
    sample.connections = Object.fromEntries(rows.map(({ measurements, metadata }) => [String(metadata.state), measurements.count!]));
  },
  'system.load'(sample, [{ measurements }]) {
    sample.load = measurements;
  },
  'process.files'(sample, [{ measurements }]) {
    sample.openFiles = measurements;
  },
  'process.handles'(sample, rows) {
    sample.handles = Object.fromEntries(rows.map(({ measurements, metadata }) => [String(metadata.type), measurements.count!]));
  },
  'process.uptime'(sample, [{ measurements }]) {
    sample.uptime = measurements.uptime!;
  },
  'nodejs.eventloop'(sample, [{ measurements }]) {
    sample.eventLoop = measurements;
  },
};

/** Puts together what measurements of one time tell, each at its own moment, and keeps the latest of these samples. */
export class Samples {
  private readonly complete: SystemSample[] = [];
  private open: Sample | undefined = undefined;
  /** Of the open sample: whose readings began, and how many of them have not ended. */
  private readonly begun = new Set<string>();
  private waiting = 0;
  private expected = 0;

  /** Monotonic ms. */
  private openedAt = 0;

  /**
   * @param most - How many are kept.
   * @param apartMs - So far apart two samples are at least, while the first one is not complete.
   */
  constructor(
    private readonly clock: Pick<Clock, 'monotonicTime' | 'systemTime'>,
    private readonly most: number,
    private readonly apartMs: number,
  ) {}

  /** Oldest first. */
  list(): readonly SystemSample[] {
    return [...this.complete];
  }

  latest(): SystemSample | undefined {
    return this.complete.at(-1);
  }

  /** The measurement, with its readings taken down. */
  follow(measurement: ReadingMeasurement): ReadingMeasurement {
    const { name, measure } = measurement;
    const part = PARTS[name];
    if (part === undefined) return measurement;
    this.expected++;
    return {
      ...measurement,
      measure: async (context) => {
        const end = this.begin(name, part);
        let rows: readonly Row[] = [];
        try {
          const readings = await measure(context);
          rows = rowsOf(readings);
          return readings;
        } finally {
          end(rows);
        }
      },
    };
  }

  /**
   * One that begins again belongs to the next sample; when that is too early, because somebody asked for a sample right
   * before its time, to none. Returns what ends it.
   */
  private begin(name: string, part: Part): (rows: readonly Row[]) => void {
    const now = this.clock.monotonicTime();
    const isAgain = this.open !== undefined && this.begun.has(name);
    if (isAgain && now - this.openedAt < this.apartMs) return () => undefined;
    if (this.open === undefined || isAgain) this.next(now);
    const sample = this.open!;
    this.begun.add(name);
    this.waiting++;
    return (rows) => {
      const [first, ...others] = rows;
      if (sample !== this.open) return;
      if (first !== undefined) part(sample, [first, ...others]);
      if (--this.waiting === 0 && this.begun.size === this.expected) this.close();
    };
  }

  private next(now: number): void {
    this.close();
    this.openedAt = now;
    this.open = { time: this.clock.systemTime(now) };
  }

  /** Nobody changes it any more. */
  private close(): void {
    if (this.open !== undefined) this.complete.push(Object.freeze(this.open));
    if (this.complete.length > this.most) this.complete.shift();
    this.open = undefined;
    this.begun.clear();
    this.waiting = 0;
  }
}

/** Readings as these measurements make them, with what is `undefined` left out. */
function rowsOf(readings: unknown): readonly Row[] {
  if (readings === undefined) return [];
  const rows = Array.isArray(readings) ? readings : [readings];
  return rows
    .map((row: Partial<Row>) => {
      const { measurements = row, metadata = {} } = row;
      const told = Object.entries(measurements).filter(([, value]) => value !== undefined);
      return { measurements: Object.freeze(Object.fromEntries(told)) as Row['measurements'], metadata };
    })
    .filter(({ measurements }) => Object.keys(measurements).length > 0);
}
