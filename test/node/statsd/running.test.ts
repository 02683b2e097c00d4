import { spawnSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTelemetryError } from '../../../lib/index';
import { METRICS_SEAM } from '../../../lib/metrics/seam';
import { type StatsdOptions, startStatsd } from '../../../lib/node/statsd';
import { StatsdExporter } from '../../../lib/node/statsd/exporter';
import type { Link } from '../../../lib/node/statsd/link';
import { statsdSettings } from '../../../lib/node/statsd/options';
import { fakeMetrics } from './fake-source';
import { listen } from './listener';
import { stubbed } from './stub-link';
import { withStatsd } from './with-statsd';

const refusal = (options: unknown, telemetry: unknown = fakeMetrics().telemetry): string => {
  try {
    void startStatsd(telemetry as never, options as StatsdOptions).stop();
  } catch (error) {
    assert.ok(isTelemetryError(error));
    return `${error.code} ${error.message}`;
  }
  return 'none';
};

test('options that make no sense are refused', () => {
  for (const options of [
    { port: 0 },
    { port: 65_536 },
    { port: '8125' },
    { host: '' },
    { host: 'a b' },
    { prefix: '' },
    { prefix: 'a.' },
    { prefix: 'a b' },
    { interval: 0 },
    { interval: 99 },
    { interval: 'soon' },
    { tagFormat: 'influx' },
    { tags: { a: 1 } },
    { tags: { '': 'a' } },
    { tags: ['a'] },
    { tags: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [index, 'a'])) },
    { tagFormat: 'none', tags: { a: 'b' } },
    { maxDatagramBytes: 511 },
    { maxDatagramBytes: 65_508 },
    { maxDatagramBytes: 1000.5 },
    { include: 'all' },
  ]) {
    assert.match(refusal(options), /^OPTION_INVALID startStatsd: /, JSON.stringify(options));
  }
  assert.match(refusal({ hots: 'x' }), /^OPTION_UNKNOWN .*"host"/);
});

test('what has no metrics is refused with what to pass', () => {
  for (const telemetry of [1, null, {}]) assert.match(refusal({}, telemetry), /createTelemetry of telemetry-bus/);
});

test('a second exporter to the same receiver is refused until the first has stopped', async () => {
  const { telemetry } = fakeMetrics();
  const first = startStatsd(telemetry, { port: 9 });
  assert.match(refusal({ port: 9 }, telemetry), /^ALREADY_STARTED/);
  assert.is(refusal({ port: 9, prefix: 'other' }, telemetry), 'none');
  assert.is(refusal({ port: 10 }, telemetry), 'none');
  assert.is(refusal({ port: 9 }), 'none');
  await first.stop();
  assert.is(refusal({ port: 9 }, telemetry), 'none');
});

test('what 16 receivers know is remembered, of more than that the last ones', async () => {
  const { source, metric } = fakeMetrics();
  metric('x').add().current = 1;
  const sentTo = async (port: number): Promise<number> => {
    let sent = 0;
    const link: Link = {
      send(_text, done) {
        sent++;
        done(undefined);
      },
      close() {},
    };
    await new StatsdExporter(source, statsdSettings({ port }), async () => link).stop();
    return sent;
  };
  for (let port = 1; port <= 17; port++) assert.is(await sentTo(port), 1);
  assert.is(await sentTo(2), 0);
  assert.is(await sentTo(1), 1);
});

test('it flushes at every interval of the clock of the bus', () =>
  withStatsd({ interval: '10s' }, async ({ metric, clock, listener, statsd }) => {
    const counter = metric('x').add();
    for (let round = 1; round <= 3; round++) {
      counter.current++;
      clock.advance('9999ms');
      assert.is(listener.counters.get('x') ?? 0, round - 1);
      clock.advance('1ms');
      await listener.until(() => listener.counters.get('x') === round && statsd.stats().flushes === round);
    }
  }));

test('intervals keep their beat when a timer comes late', async () => {
  const { source } = fakeMetrics();
  const asked: number[] = [];
  let now = 0;
  let fire: () => void = () => {};
  const clock = {
    monotonicTime: () => now,
    systemTime: () => now,
    setTimer(callback: () => void, delay: number) {
      asked.push(delay);
      fire = callback;
      return () => {};
    },
  };
  const statsd = startStatsd({ [METRICS_SEAM]: { ...source, clock } }, { interval: 1000, port: 9 });
  for (const late of [1000, 2003, 2999.7, 6500]) {
    now = late;
    fire();
  }
  // The third came 0.3 ms early, as timers may.
  assert.equal(asked.map(Math.round), [1000, 1000, 997, 1000, 500]);
  await statsd.stop();
});

test('an interval is skipped and counted while the former flush has not ended', async () => {
  let isStuck = true;
  const { metric, exporter, clock, arrived } = stubbed({ interval: '10s' }, () => (isStuck ? 'never' : undefined));
  metric('x').add().current = 1;
  for (let tick = 0; tick < 3; tick++) {
    clock.advance('10s');
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.is(exporter.stats().skipped, 2);
  assert.is(exporter.stats().queued, 1);
  assert.is(exporter.stats().flushes, 0);
  isStuck = false;
  await exporter.stop();
  assert.is(arrived.length, 0);
});

test('a flush during a flush sends what came since, once for all who ask', async () => {
  const { metric, exporter, sums } = stubbed({}, () => undefined);
  const counter = metric('x').add();
  counter.current = 1;
  const first = exporter.flush();
  // Lets the first one read.
  await new Promise((resolve) => setImmediate(resolve));
  counter.current = 5;
  await Promise.all([exporter.flush(), exporter.flush(), exporter.flush()]);
  await first;
  assert.equal(sums(), { x: 5 });
  assert.is(exporter.stats().flushes, 2);
  await exporter.stop();
});

test('stop sends the last interval; afterwards nothing is sent, and flush settles at once', () =>
  withStatsd({ interval: '10s' }, async ({ metric, statsd, clock, listener }) => {
    const counter = metric('x').add();
    counter.current = 4;
    const stopped = statsd.stop();
    assert.is(statsd.stop(), stopped);
    await stopped;
    await listener.until(() => listener.counters.get('x') === 4);
    const before = statsd.stats();
    counter.current = 9;
    await statsd.flush();
    clock.advance('1m');
    assert.is(clock.pendingTimers(), 0);
    assert.equal(statsd.stats(), before);
  }));

test('stop waits no longer than a second for a system that does not answer', async () => {
  const { metric, exporter, links } = stubbed({}, () => 'never');
  metric('x').add().current = 4;
  await exporter.stop();
  assert.equal(links, { opened: 1, closed: 1 });
  assert.is(exporter.stats().datagrams, 0);
});

test('what was taken before stop gave up counts as sent, the rest is left for the next exporter', async () => {
  const long = 'n'.repeat(450);
  const first = stubbed({ maxDatagramBytes: 512 }, (text) => (text.startsWith(`${long}1`) ? 'never' : undefined));
  for (const number of [1, 2, 3]) first.metric(`${long}${number}`).add().current = number;
  await first.exporter.stop();
  assert.equal(first.sums(), { [`${long}2`]: 2, [`${long}3`]: 3 });
  const sent: string[] = [];
  const next = new StatsdExporter(first.source, statsdSettings({ maxDatagramBytes: 512 }), async () => ({
    send(text, done) {
      sent.push(text);
      done(undefined);
    },
    close() {},
  }));
  await next.stop();
  assert.equal(sent, [`${long}1:1|c`]);
});

test('a link that opens after the end is closed at once', async () => {
  let open: () => void = () => {};
  const { source, metric } = fakeMetrics();
  let [sent, closed] = [0, 0];
  const exporter = new StatsdExporter(source, statsdSettings({}), async () => {
    await new Promise<void>((resolve) => (open = resolve));
    return { send: () => void sent++, close: () => void closed++ };
  });
  metric('x').add().current = 1;
  await exporter.stop();
  open();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal([sent, closed], [0, 1]);
});

test('it is stopped at the end of its block', async () => {
  const listener = await listen();
  const { telemetry, metric } = fakeMetrics();
  {
    await using _statsd = startStatsd(telemetry, { port: listener.port, host: 'localhost' });
    metric('x').add().current = 1;
  }
  await listener.until(() => listener.counters.get('x') === 1);
  await listener.close();
});

test('it does not keep a process alive, not even with a socket that was used', () => {
  const program = `
    import { METRICS_SEAM } from './lib/metrics/seam';
    import { systemClock } from './lib/core/clock';
    import { startStatsd } from './lib/node/statsd';
    const source = { metrics: () => [], clock: systemClock(), warn() {} };
    const statsd = startStatsd({ [METRICS_SEAM]: source }, { interval: '100ms', port: 9 });
    void statsd.flush().then(() => console.log('flushed'));
  `;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 20_000 });
  assert.is(status, 0, stderr);
  assert.is(stdout, 'flushed\n');
});

test.run();
