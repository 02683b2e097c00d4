/** A bus as far as health checks see one. */
import type { HealthHost } from '../../lib/health/host';
import type { HandlerInfo, SinkStats, Warning } from '../../lib/index';
import { createDurations } from '../../lib/metrics/duration-recorder';
import { type FakeClock, fakeClock } from '../../lib/testing/index';

interface Emitted {
  readonly event: string;
  readonly measurements: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
}

export interface FakeHost extends HealthHost {
  readonly clock: FakeClock;
  readonly emitted: Emitted[];
  readonly warnings: Warning[];
  /** Events other than `check`, as `name:state`. */
  changes(): string[];
  sinkList: (SinkStats & { readonly name: string })[];
  handlerList: HandlerInfo[];
}

export function fakeHost(): FakeHost {
  const emitted: Emitted[] = [];
  const warnings: Warning[] = [];
  const host: FakeHost = {
    clock: fakeClock(),
    emitted,
    warnings,
    sinkList: [],
    handlerList: [],
    changes: () => emitted.filter(({ event }) => event !== 'check').map(({ event, metadata }) => `${metadata.check}:${event}`),
    execute: (event, measurements, metadata) =>
      void emitted.push({ event: event[2], measurements: measurements as never, metadata: metadata as never }),
    createLatencies: createDurations,
    sinks: () => host.sinkList,
    handlers: () => host.handlerList,
    redact: (text) => text.replaceAll('hunter2', '***'),
    maskOf: (key) => (key.startsWith('secret') ? '***' : undefined),
    warn: (warning) => warnings.push(warning),
  };
  return host;
}

/** Lets everything that is settled be told. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

/** Moves time forward in steps, so that what is settled meanwhile is told at its time. */
export async function pass(clock: FakeClock, ms: number, step: number = ms): Promise<void> {
  await settle();
  for (let gone = 0; gone < ms; gone += step) {
    clock.advance(step);
    await settle();
  }
}
