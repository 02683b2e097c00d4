/** For tests of request tracking: a bus of its own with a clock that stands still, whose records are read back. */
import { type HttpTracking, trackHttp } from '../../lib/entries/http';
import type { Exchange, HeaderReader, Incoming, Outcome } from '../../lib/http/api';
import type { HttpOptions } from '../../lib/http/options';
import { createTelemetry, memorySink, type Telemetry, type Warning } from '../../lib/index';
import { type FakeClock, fakeClock } from '../../lib/testing/index';

type Fields = Record<string, unknown>;

/** An event as a handler was given it. */
interface Heard {
  readonly event: string;
  readonly measurements: Fields;
  readonly metadata: Fields;
}

export interface Tracked {
  readonly telemetry: Telemetry;
  readonly clock: FakeClock;
  readonly tracking: HttpTracking;
  readonly warnings: Warning[];
  /** The events of requests, in their order. */
  readonly heard: Heard[];
  /** Records written since the last call. */
  records(): Fields[];
  begin(request?: Request): Exchange;
  /** A request from its beginning to its end. */
  request(request?: Request, outcome?: Outcome, work?: (exchange: Exchange) => unknown): Exchange;
}

export interface Request extends Partial<Omit<Incoming, 'headers'>> {
  readonly headers?: Readonly<Record<string, string>> | HeaderReader;
}

const OK: Outcome = { status: 200, responseBytes: 12 };

const readerOf = (headers: Request['headers'] = {}): HeaderReader =>
  typeof (headers as HeaderReader).get === 'function'
    ? (headers as HeaderReader)
    : { get: (name) => (headers as Record<string, string>)[name] };

export const incoming = ({ headers, ...rest }: Request = {}): Incoming => ({
  method: 'GET',
  target: '/',
  peer: '192.0.2.1',
  ...rest,
  headers: readerOf(headers),
});

export function tracked(options: HttpOptions = {}, level: 'trace' | 'info' | 'silent' = 'info'): Tracked {
  const clock = fakeClock();
  const warnings: Warning[] = [];
  const memory = memorySink();
  const telemetry = createTelemetry({
    clock,
    environment: 'test',
    onWarning: (warning) => void warnings.push(warning),
    log: { app: 'shop', level, format: 'json', sinks: [memory] },
  }) as unknown as Telemetry;
  telemetry.attachAll();
  const heard: Heard[] = [];
  telemetry.attachPrefix('heard', ['http', 'request'], (event, measurements, metadata) => {
    heard.push({ event: event[2], measurements: { ...(measurements as Fields) }, metadata: { ...(metadata as Fields) } });
  });
  const tracking = trackHttp(telemetry, options);
  let read = 0;
  const begin = (request?: Request): Exchange => {
    const exchange = tracking.tracker.begin(incoming(request));
    if (exchange === undefined) throw new Error('the request is not tracked');
    return exchange;
  };
  return {
    telemetry,
    clock,
    tracking,
    warnings,
    heard,
    records() {
      const lines = memory.lines.slice(read);
      read = memory.lines.length;
      return lines.map((line) => JSON.parse(line) as Fields);
    },
    begin,
    request(request, outcome = OK, work = () => undefined) {
      const exchange = begin(request);
      exchange.run(() => work(exchange));
      exchange.end(outcome);
      return exchange;
    },
  };
}
