/** A bus with a clock to be moved, and what was emitted on it. */

import { type Poller, type StartPollerOptions, startPoller } from '../../lib/entries/poller';
import { createTelemetry, type EventName, type Telemetry, type Warning } from '../../lib/index';
import { type JumpingClock, jumpingClock } from './jumping-clock';

export const SAMPLE: EventName = ['queue', 'jobs', 'sample'];

interface Emitted {
  readonly at: number;
  readonly measurements: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface Watched {
  readonly clock: JumpingClock;
  readonly bus: Telemetry;
  readonly warnings: Warning[];
  /** What was emitted under `SAMPLE`, and `[telemetry, poller, failure]`; `at` is ms since the start. */
  readonly samples: Emitted[];
  readonly failures: Emitted[];
  start(options: Omit<StartPollerOptions, 'bus'>): Poller;
  /** ms since the start. */
  now(): number;
}

export function watched(): Watched {
  const clock = jumpingClock();
  const begin = clock.monotonicTime();
  const warnings: Warning[] = [];
  const bus = createTelemetry({ clock, onWarning: (warning) => warnings.push(warning) }) as Telemetry;
  const now = () => Math.round((clock.monotonicTime() - begin) * 10) / 10;
  const keep = (list: Emitted[]) => (_event: unknown, measurements: object, metadata: object) => {
    list.push({ at: now(), measurements: measurements as never, metadata: metadata as never });
  };
  const [samples, failures]: Emitted[][] = [[], []];
  bus.attach('samples', SAMPLE, keep(samples!) as never);
  bus.attach('failures', ['telemetry', 'poller', 'failure'], keep(failures!) as never);
  return {
    clock,
    bus,
    warnings,
    samples: samples!,
    failures: failures!,
    now,
    start: (options) => startPoller({ bus, jitter: 0, ...options }),
  };
}

/** Lets promises settle. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

/** Lets time pass in steps, and promises settle between them. */
export async function pass(clock: JumpingClock, ms: number, step = 100): Promise<void> {
  for (let passed = 0; passed < ms; passed += step) {
    clock.advance(step);
    await settle();
  }
}

/** A promise that is settled by hand. */
export function deferred<Value = void>(): { promise: Promise<Value>; resolve(value: Value): void; reject(reason: unknown): void } {
  let resolve!: (value: Value) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<Value>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
