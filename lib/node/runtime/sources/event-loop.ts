// As a whole: other runtimes lack some of it, and would not load the module.
import * as hooks from 'node:perf_hooks';
import type { EventLoopMeasurements } from '../events';

/** A timer of Node looks so often, which costs some 0.1 % of a core; at Node's own 10 ms it would be five times as much. */
const RESOLUTION_MS = 50;
const NS_PER_MS = 1e6;

type Busy = ReturnType<typeof hooks.performance.eventLoopUtilization>;

/** How late the event loop is, and how busy, between one reading and the next. */
export class EventLoop {
  private histogram: hooks.IntervalHistogram | undefined = undefined;
  private busy: Busy | undefined = undefined;

  /** The first reading tells nothing: it begins the watch. */
  read(): EventLoopMeasurements {
    const delay = this.readDelay();
    const utilization = this.readUtilization();
    return { ...delay, ...(utilization !== undefined && { utilization }) };
  }

  stop(): void {
    this.histogram?.disable();
    this.histogram = undefined;
    this.busy = undefined;
  }

  private readDelay(): EventLoopMeasurements {
    const { histogram } = this;
    if (histogram === undefined) {
      this.histogram = begin();
      return {};
    }
    if (histogram.count === 0) return {};
    // What is recorded is the time from one look to the next: nodejs/node#34661.
    const late = (ns: number): number => Math.max(0, ns / NS_PER_MS - RESOLUTION_MS);
    const told = {
      mean: late(histogram.mean),
      p50: late(histogram.percentile(50)),
      p99: late(histogram.percentile(99)),
      max: late(histogram.max),
    };
    histogram.reset();
    return told;
  }

  private readUtilization(): number | undefined {
    // Not every runtime has it, and some have one that says nothing.
    const now: Busy | undefined = hooks.performance.eventLoopUtilization?.();
    const { busy } = this;
    this.busy = now;
    if (busy === undefined || now === undefined) return undefined;
    const [active, idle] = [now.active - busy.active, now.idle - busy.idle];
    return active + idle > 0 ? Math.min(1, Math.max(0, active / (active + idle))) : undefined;
  }
}

function begin(): hooks.IntervalHistogram | undefined {
  try {
    const histogram = hooks.monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    histogram.enable();
    return histogram;
  } catch {
    return undefined;
  }
}
