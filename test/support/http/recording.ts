/** For tests of request tracking, on any runtime: a bus that keeps its events and records, and waits for them with a limit. */
import { httpEvents } from '../../../lib/http/events';
import { createTelemetry, type LogRecord, memorySink, type Telemetry } from '../../../lib/index';
import { captureEvents } from '../../../lib/testing/index';

type Fields = Readonly<Record<string, unknown>>;

/** An event of a request, as handlers saw it, with the scope it was emitted in. */
interface RequestEvent {
  readonly action: 'start' | 'stop' | 'exception';
  readonly measurements: Fields;
  readonly metadata: Fields;
  readonly context: Fields;
}

export interface Recording {
  readonly telemetry: Telemetry;
  /** `start`, `stop` and `exception` of requests so far. */
  events(): readonly RequestEvent[];
  /** Those that end a request. */
  ends(): readonly RequestEvent[];
  /** All records so far. */
  records(): readonly LogRecord[];
  /** Those of the stream `access`. */
  access(): readonly LogRecord[];
  /** Those of errors that were reported. */
  errors(): readonly LogRecord[];
  /** Resolves when so many requests have ended; rejects after 20 s with what there is instead. */
  ended(count: number): Promise<readonly RequestEvent[]>;
  stop(): void;
}

export function recording(): Recording {
  const memory = memorySink({ maxLines: 100_000 });
  const telemetry = createTelemetry({
    environment: 'test',
    onWarning: () => undefined,
    log: { level: 'info', format: 'json', schema: 'default', caller: false, sinks: [memory] },
  } as never) as Telemetry;
  const { start, stop, exception } = httpEvents.request;
  // Servers answer outside of the scope of the test.
  const captured = captureEvents(telemetry, [start, stop, exception], { scoped: false });

  const events = (): readonly RequestEvent[] =>
    captured.events.map(({ event, measurements, metadata, context }) => ({
      action: event[2] as RequestEvent['action'],
      measurements: measurements as unknown as Fields,
      metadata: metadata as unknown as Fields,
      context: context ?? {},
    }));
  const ends = (): readonly RequestEvent[] => events().filter(({ action }) => action !== 'start');
  const records = (): readonly LogRecord[] => memory.lines.map((line) => JSON.parse(line) as LogRecord);
  return {
    telemetry,
    events,
    ends,
    records,
    access: () => records().filter(({ message }) => message === 'request_complete'),
    errors: () => records().filter((record) => record.exception !== undefined),
    async ended(count) {
      await until(
        () => ends().length >= count,
        `${count} requests that ended`,
        () => JSON.stringify(events().map(({ action }) => action)),
      );
      return ends();
    },
    stop: () => captured.stop(),
  };
}

const LIMIT_MS = 20_000;

/** Waits for a condition, asking every few ms. */
export async function until(condition: () => boolean, what: string, instead: () => string = () => 'nothing of the kind'): Promise<void> {
  const deadline = Date.now() + LIMIT_MS;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`Waited for ${what}; there is ${instead()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export interface Gate {
  /** Resolves once it is open. */
  readonly passed: Promise<void>;
  open(): void;
}

export function gate(): Gate {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open };
}
