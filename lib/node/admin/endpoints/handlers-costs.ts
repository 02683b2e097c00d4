import type { Clock } from '../../../core/clock';
import type { AnyHandler, HandlerWrapper } from '../../../core/handler';
import { busSeamOf } from '../samples/bus-seam';

/** What the calls of a handler cost while it was measured. Times include what the handler emitted itself. */
export interface HandlerCost {
  readonly calls: number;
  /** How many of them were timed. */
  readonly timed: number;
  readonly mean_us: number;
  readonly max_us: number;
  /** Of the time that passed, from 0 to 1. */
  readonly share: number;
}

/** When it was measured, in ms since the epoch. */
export interface Measuring {
  readonly since: number;
  readonly until: number;
}

/** Of the first calls each is timed, so that handlers called rarely have a cost, too. */
const FIRST = 8;
const EVERY = 64;
const MEASURE_MS = 60_000;
const MAX_HANDLERS = 1000;

class Tally {
  calls = 0;
  timed = 0;
  /** Calls that the timed ones stand for, and their time in ms. */
  private weight = 0;
  private time = 0;
  private max = 0;

  wrap(run: AnyHandler): AnyHandler {
    return (event, measurements, metadata, config) => {
      const number = this.calls++;
      if (number >= FIRST && number % EVERY !== 0) return run(event, measurements, metadata, config);
      const begin = performance.now();
      try {
        return run(event, measurements, metadata, config);
      } finally {
        this.add(performance.now() - begin, number < FIRST ? 1 : EVERY);
      }
    };
  }

  view(elapsedMs: number): HandlerCost {
    const mean = this.weight === 0 ? 0 : this.time / this.weight;
    return {
      calls: this.calls,
      timed: this.timed,
      mean_us: rounded(mean * 1000),
      max_us: rounded(this.max * 1000),
      share: elapsedMs <= 0 ? 0 : Math.min(1, Math.round(((mean * this.calls) / elapsedMs) * 1e6) / 1e6),
    };
  }

  private add(ms: number, weight: number): void {
    this.timed++;
    this.weight += weight;
    this.time += ms * weight;
    this.max = Math.max(this.max, ms);
  }
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000;

/**
 * Measures what handlers cost, for a minute after somebody asked: of the calls of each, the first 8 are timed and then one of 64. Until then,
 * and afterwards, emissions take the way they always take. At most 1,000 handlers are measured.
 */
export class HandlerCosts {
  private tallies = new Map<string, Tally>();
  private begun = 0;
  private beganAt = 0;
  /** Monotonic, as `begun`. */
  private until = 0;
  private cancel: (() => void) | undefined;

  constructor(
    private readonly bus: object,
    private readonly clock: Clock,
  ) {}

  /** Measures from now on, or on. What was measured before a pause is forgotten. */
  start(): Measuring {
    const now = this.clock.monotonicTime();
    if (this.cancel === undefined) {
      this.tallies = new Map();
      this.begun = now;
      this.beganAt = this.clock.systemTime(now);
      busSeamOf(this.bus)?.wrap(this.wrap);
    }
    this.cancel?.();
    this.cancel = this.clock.setTimer(() => this.stop(), MEASURE_MS);
    this.until = now + MEASURE_MS;
    return { since: this.beganAt, until: this.clock.systemTime(now) + MEASURE_MS };
  }

  /** `undefined` for a handler that was not called meanwhile. */
  costOf(id: string): HandlerCost | undefined {
    const tally = this.tallies.get(id);
    if (tally === undefined || tally.calls === 0) return undefined;
    return tally.view(Math.min(this.clock.monotonicTime(), this.until) - this.begun);
  }

  stop(): void {
    if (this.cancel === undefined) return;
    this.cancel();
    this.cancel = undefined;
    busSeamOf(this.bus)?.wrap(undefined);
  }

  private readonly wrap: HandlerWrapper = (id, run) => {
    let tally = this.tallies.get(id);
    if (tally === undefined) {
      if (this.tallies.size >= MAX_HANDLERS) return run;
      tally = new Tally();
      this.tallies.set(id, tally);
    }
    return tally.wrap(run);
  };
}
