import { type Statsd, type StatsdOptions, startStatsd } from '../../../lib/node/statsd';
import { type FakeMetrics, fakeMetrics } from './fake-source';
import { type Listener, listen } from './listener';

export interface Exporting extends FakeMetrics {
  readonly listener: Listener;
  readonly statsd: Statsd;
  /** Flushes, and waits until everything has arrived. Gives the lines of this flush. */
  flush(): Promise<string[]>;
}

/** Starts a listener and an exporter that sends to it, calls back, and ends both. */
export async function withStatsd(options: StatsdOptions, body: (exporting: Exporting) => Promise<unknown>): Promise<void> {
  const metrics = fakeMetrics();
  const listener = await listen();
  const statsd = startStatsd(metrics.telemetry, { port: listener.port, ...options });
  let arrived = 0;
  const flush = async (): Promise<string[]> => {
    await statsd.flush();
    await listener.until(() => listener.datagrams.length === statsd.stats().datagrams);
    const lines = listener.lines().slice(arrived);
    arrived += lines.length;
    return lines;
  };
  try {
    await body({ ...metrics, listener, statsd, flush });
  } finally {
    await statsd.stop();
    await listener.close();
  }
}
