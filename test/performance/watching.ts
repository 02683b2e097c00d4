/** For tests of slow operations: a bus with a watch, whose lines go into a list or, where the test is about them, into a log. */
import {
  type Catalogue,
  contextFields,
  createTelemetry,
  defineEvent,
  defineEvents,
  type EventSpec,
  type Telemetry,
  type Warning,
} from '../../lib/index';
import { createDurations } from '../../lib/metrics/duration-recorder';
import type { PerformanceHost } from '../../lib/performance/host';
import type { WatchSlowOptions } from '../../lib/performance/options';
import type { SlowWatch } from '../../lib/performance/slow-watch';
import { watchSlow } from '../../lib/performance/watch';
import { type FakeClock, fakeClock } from '../../lib/testing/index';

type Free = Record<string, unknown>;
type Measured = { duration: unknown };
type Timed = EventSpec<Measured, Free>;
type Tree = {
  readonly llm: Readonly<Record<'response' | 'plain' | 'secret', Timed>>;
  readonly tool: Readonly<Record<'stop' | 'nanos' | 'micros' | 'seconds', Timed>>;
};

export const coder: Catalogue<'coder', Tree> = defineEvents('coder', {
  llm: {
    response: defineEvent<Measured, Free>({ tags: ['model'], slow: { warn: '5s', error: '10s' } }),
    plain: defineEvent<Measured, Free>({ tags: ['tools_enabled'] }),
    secret: defineEvent<Measured, Free>({
      tags: ['model', 'prompt'],
      private: ['prompt', 'path', 'request_id'],
      slow: { warn: '1s' },
    }),
  },
  tool: {
    stop: defineEvent<Measured, Free>({ slow: { error: '2s' } }),
    nanos: defineEvent<Measured, Free>({ measurements: { duration: { unit: 'ns' } }, slow: { warn: '5s', error: '10s' } }),
    micros: defineEvent<Measured, Free>({ measurements: { duration: { unit: 'us' } }, slow: { warn: '5s', error: '10s' } }),
    seconds: defineEvent<Measured, Free>({ measurements: { duration: { unit: 's' } }, slow: { warn: '5s', error: '10s' } }),
  },
});

/** What the slow classes of a chat service are. */
export const CLASSES: Pick<WatchSlowOptions, 'classes' | 'classOf'> = {
  classes: { 'non-tools': { warn: '5s', error: '10s' }, tools: { warn: '30s', error: '60s' } },
  classOf: (_event, _measurements, metadata) => (metadata.tools_enabled ? 'tools' : 'non-tools'),
};

interface Line {
  readonly level: 'warn' | 'error';
  readonly message: string;
  readonly fields: Free;
}

export interface Watched {
  readonly telemetry: Telemetry;
  readonly clock: FakeClock;
  readonly slow: SlowWatch;
  readonly lines: Line[];
  readonly warnings: Warning[];
  readonly host: PerformanceHost;
  /** Emits an event that took so long. */
  took(event: readonly [string, string, string], duration: unknown, metadata?: object): void;
  messages(): string[];
}

export function hostOf(telemetry: Telemetry, parts: Pick<PerformanceHost, 'clock' | 'write' | 'warn'>): PerformanceHost {
  return {
    ...parts,
    attachEach: telemetry.attachEach,
    context: contextFields,
    createDurations,
    durationsOf: (event) => telemetry.getDurationStats(event),
  };
}

export function watching(options: WatchSlowOptions = {}): Watched {
  const clock = fakeClock();
  const warnings: Warning[] = [];
  const lines: Line[] = [];
  const warn = (warning: Warning) => void warnings.push(warning);
  const telemetry = createTelemetry({ events: coder, clock, environment: 'test', onWarning: warn }) as unknown as Telemetry;
  const host = hostOf(telemetry, {
    clock,
    warn,
    write: (level, message, fields) => void lines.push({ level, message, fields: fields as Free }),
  });
  return {
    telemetry,
    clock,
    lines,
    warnings,
    host,
    slow: watchSlow(host, options),
    took: (event, duration, metadata) => telemetry.execute(event, { duration } as never, metadata as never),
    messages: () => lines.map(({ message }) => message),
  };
}
