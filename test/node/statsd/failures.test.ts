import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startStatsd } from '../../../lib/node/statsd';
import { fakeMetrics } from './fake-source';
import { listen } from './listener';
import { stubbed } from './stub-link';

const LONG = 'n'.repeat(450);

test('what was sent while nobody listened is sent again to the listener that comes', async () => {
  const first = await listen();
  const { port } = first;
  await first.close();
  const { telemetry, metric, warnings } = fakeMetrics();
  const statsd = startStatsd(telemetry, { port, maxDatagramBytes: 512 });
  const counters = Array.from({ length: 40 }, (_, index) => metric(`${LONG}${index}`).add());
  const latency = metric('t', { type: 'summary' }).addDistribution();
  for (let flushes = 0; flushes < 3; flushes++) {
    for (const counter of counters) counter.current += 7;
    latency.record(2, 3);
    await statsd.flush();
  }
  assert.ok(statsd.stats().errors.ECONNREFUSED! >= 3);
  assert.equal(
    warnings.map(({ code }) => code),
    ['EXPORT_FAILED'],
  );
  const listener = await listen(port);
  await statsd.flush();
  await listener.until(() => listener.counters.size === 42);
  for (const [index, { current }] of counters.entries()) assert.is(listener.counters.get(`${LONG}${index}`), current);
  assert.is(listener.counters.get('t.count'), 6);
  assert.is(listener.counters.get('t.sum'), 15);
  await statsd.stop();
  await listener.close();
});

test('one datagram alone is known to be refused, too', async () => {
  const first = await listen();
  await first.close();
  const { telemetry, metric } = fakeMetrics();
  const statsd = startStatsd(telemetry, { port: first.port });
  metric('x').add().current = 3;
  await statsd.flush();
  assert.equal(statsd.stats().errors, { ECONNREFUSED: 1 });
  const listener = await listen(first.port);
  await statsd.stop();
  await listener.until(() => listener.counters.get('x') === 3);
  await listener.close();
});

test('a listener that stops and comes back between flushes has counted everything, once', async () => {
  let listener = await listen();
  const { port } = listener;
  const { telemetry, metric } = fakeMetrics();
  const statsd = startStatsd(telemetry, { port });
  const counter = metric('x').add();
  let counted = 0;
  for (let round = 0; round < 4; round++) {
    counter.current += 10;
    await statsd.flush();
    await listener.until(() => listener.counters.get('x') === (round === 0 ? 10 : 20));
    counted += listener.counters.get('x')!;
    await listener.close();
    counter.current += 10;
    await statsd.flush();
    listener = await listen(port);
  }
  await statsd.stop();
  await listener.until(() => listener.counters.size > 0);
  assert.is(counted + listener.counters.get('x')!, counter.current);
  await listener.close();
});

test('datagrams that fail keep their counts for the next flush, those that arrived do not', () =>
  fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.constantFrom(undefined, undefined, 'ENOBUFS', 'EPERM', 'throws')), async (fates) => {
      let isCalm = false;
      const stub = stubbed({ maxDatagramBytes: 512 }, () => (isCalm ? undefined : fates.next().value));
      const counters = Array.from({ length: 12 }, (_, index) => stub.metric(`${LONG}${index}`).add());
      for (let flushes = 0; flushes < 4; flushes++) {
        for (const counter of counters) counter.current += 5;
        await stub.exporter.flush();
      }
      isCalm = true;
      await stub.exporter.stop();
      const sums = stub.sums();
      for (const [index, { current }] of counters.entries()) assert.is(sums[`${LONG}${index}`], current);
    }),
    { numRuns: 40 },
  ));

test('when nothing can be sent a flush gives up after some datagrams', async () => {
  let tried = 0;
  const { metric, exporter } = stubbed({ maxDatagramBytes: 512 }, () => {
    tried++;
    return 'ENETUNREACH';
  });
  for (let index = 0; index < 500; index++) metric(`${LONG}${index}`).add().current = 1;
  await exporter.flush();
  assert.ok(tried < 200, `${tried}`);
  assert.is(exporter.stats().queued, 0);
  await exporter.stop();
});

test('at most 64 datagrams are on their way at once, and at most 32 are sent in one turn', async () => {
  const { metric, exporter, mostInFlight, mostInTurn, answerAfter, arrived } = stubbed({ maxDatagramBytes: 512 }, () => undefined);
  for (let index = 0; index < 500; index++) metric(`${LONG}${index}`).add().current = 1;
  answerAfter.turns = 6;
  await exporter.flush();
  assert.is(arrived.length, 500);
  assert.is(mostInFlight(), 64);
  assert.ok(mostInTurn() <= 32, `${mostInTurn()}`);
  await exporter.stop();
});

test('a size that the system refuses is halved until it fits, and all lines are sent in the same flush', async () => {
  const { metric, exporter, arrived, sums } = stubbed({ maxDatagramBytes: 60_000 }, (text) =>
    text.length > 9216 ? 'EMSGSIZE' : undefined,
  );
  const counters = Array.from({ length: 1000 }, (_, index) => metric(`${'n'.repeat(100)}${index}`).add());
  for (const counter of counters) counter.current = 3;
  await exporter.flush();
  assert.is(Object.keys(sums()).length, 1000);
  assert.is(
    Object.values(sums()).reduce((sum, value) => sum + value, 0),
    3000,
  );
  const limit = exporter.stats().maxDatagramBytes;
  assert.ok(limit <= 9216 && limit > 9216 / 4, `${limit}`);
  const { EMSGSIZE } = exporter.stats().errors;
  assert.ok(EMSGSIZE! < 15, `${EMSGSIZE}`);
  for (const counter of counters) counter.current = 4;
  arrived.length = 0;
  await exporter.flush();
  assert.is(Object.keys(sums()).length, 1000);
  assert.is(exporter.stats().errors.EMSGSIZE, EMSGSIZE);
  await exporter.stop();
});

test('a system that takes no size at all ends the flush', async () => {
  const { metric, exporter, arrived } = stubbed({}, () => 'EMSGSIZE');
  for (let index = 0; index < 100; index++) metric(`x${index}`).add().current = 1;
  await exporter.flush();
  assert.is(exporter.stats().maxDatagramBytes, 512);
  assert.is(arrived.length, 0);
  await exporter.stop();
});

test('after an error the name of the host is looked up anew, without one it is not', async () => {
  let isBroken = false;
  const { metric, exporter, links } = stubbed({}, () => (isBroken ? 'EHOSTUNREACH' : undefined));
  const counter = metric('x').add();
  for (isBroken of [false, false, true, false, false]) {
    counter.current++;
    await exporter.flush();
  }
  assert.equal(links, { opened: 2, closed: 1 });
  assert.equal(exporter.stats().errors, { EHOSTUNREACH: 1 });
  await exporter.stop();
  assert.equal(links, { opened: 2, closed: 2 });
});

test('a host that has no address costs nothing but the flush', async () => {
  let isUnknown = true;
  const { metric, exporter, sums, warnings } = stubbed(
    {},
    () => undefined,
    () => {
      if (isUnknown) throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
    },
  );
  const counter = metric('x').add();
  for (const isNow of [true, true, false]) {
    isUnknown = isNow;
    counter.current += 2;
    await exporter.flush();
  }
  assert.equal(sums(), { x: 6 });
  assert.equal(exporter.stats().errors, { ENOTFOUND: 2 });
  assert.is(warnings.length, 1);
  assert.match(warnings[0]!.message, /^StatsD to 127\.0\.0\.1:8125: ENOTFOUND/);
  await exporter.stop();
});

test('errors are one warning a minute, which says how many were left unsaid', async () => {
  const { metric, exporter, warnings, clock } = stubbed({ interval: '1h' }, () => 'EPERM');
  metric('x').add().current = 1;
  for (let flushes = 0; flushes < 5; flushes++) await exporter.flush();
  assert.is(warnings.length, 1);
  clock.advance('59s');
  await exporter.flush();
  assert.is(warnings.length, 1);
  clock.advance('1s');
  await exporter.flush();
  assert.is(warnings.length, 2);
  assert.match(warnings[1]!.message, /and 5 errors more/);
  assert.equal(exporter.stats().errors, { EPERM: 7 });
  await exporter.stop();
});

test('an error between two flushes is counted and renews the link', async () => {
  const { metric, exporter, complain, links } = stubbed({}, () => undefined);
  const counter = metric('x').add();
  counter.current = 1;
  await exporter.flush();
  complain('ECONNREFUSED');
  assert.equal(exporter.stats().errors, { ECONNREFUSED: 1 });
  counter.current = 2;
  await exporter.flush();
  complain('EPERM');
  assert.equal(exporter.stats().errors, { ECONNREFUSED: 1, EPERM: 1 });
  complain('EIO', 0);
  await exporter.stop();
  complain('EIO');
  assert.is(links.opened, 3);
  assert.equal(exporter.stats().errors, { ECONNREFUSED: 1, EPERM: 1 });
});

test('what was read, not sent and then reset is still sent', async () => {
  let isBroken = false;
  const { metric, exporter, sums } = stubbed({}, () => (isBroken ? 'EPERM' : undefined));
  const counter = metric('x').add();
  counter.current = 5;
  await exporter.flush();
  isBroken = true;
  counter.current = 9;
  await exporter.flush();
  counter.current = 2;
  counter.createdAt++;
  await exporter.flush();
  isBroken = false;
  await exporter.stop();
  assert.equal(sums(), { x: 11 });
});

test('codes that a system makes up without end are counted together', async () => {
  let codes = 0;
  const { metric, exporter } = stubbed({}, () => `E${codes++}`);
  metric('x').add().current = 1;
  for (let flushes = 0; flushes < 50; flushes++) await exporter.flush();
  const { errors } = exporter.stats();
  assert.is(Object.keys(errors).length, 33);
  assert.is(errors.OTHER, 18);
  await exporter.stop();
});

test('a metric that throws while it is read ends the flush; what was sent before is not sent again', async () => {
  const { metric, exporter, sums, warnings } = stubbed({ maxDatagramBytes: 512 }, () => undefined);
  metric(`${LONG}1`).add().current = 1;
  metric(`${LONG}2`).add().current = 1;
  const broken = metric('broken');
  let isBroken = true;
  Object.assign(broken.add(), {
    value: () => {
      if (isBroken) throw new Error('broken');
      return 1;
    },
  });
  await exporter.flush();
  assert.is(warnings.length, 1);
  isBroken = false;
  await exporter.stop();
  assert.equal(sums(), { [`${LONG}1`]: 1, [`${LONG}2`]: 1, broken: 1 });
});

test('an include that throws leaves the metric out, and a warning that throws harms nobody', async () => {
  const { metric, exporter, sums, source } = stubbed(
    {
      include: ({ name }) => {
        if (name === 'bad') throw new Error('bad');
        return name !== 'unwanted';
      },
    },
    () => undefined,
  );
  Object.assign(source, {
    warn: () => {
      throw new Error('no');
    },
  });
  for (const name of ['a', 'bad', 'unwanted', 'b']) metric(name).add().current = 1;
  await exporter.flush();
  assert.equal(sums(), { a: 1, b: 1 });
  assert.equal(exporter.stats().errors, { INCLUDE_FAILED: 1 });
  await exporter.stop();
});

test.run();
