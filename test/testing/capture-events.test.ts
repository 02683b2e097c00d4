import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry, defineEvent, defineEvents, isTelemetryError } from '../../lib/index';
import { captureEvents } from '../../lib/testing/index';

const events = defineEvents('app', {
  session: { start: defineEvent<{ count: number }, { id: string }>(), stop: defineEvent<{ duration: number }, { id: string }>() },
});
const tick = () => new Promise<void>((resolve) => setTimeout(resolve, 1));

test('captures what was emitted, typed by event, until it is disposed', () => {
  const telemetry = createTelemetry({ events });
  const captured = captureEvents(telemetry, [events.session.start, events.session.stop]);
  telemetry.execute(events.session.start, { count: 1 }, { id: 'a' });
  telemetry.execute(events.session.stop, { duration: 2 }, { id: 'a' });
  assert.equal(captured.events, [
    { event: events.session.start, key: 'app.session.start', measurements: { count: 1 }, metadata: { id: 'a' } },
    { event: events.session.stop, key: 'app.session.stop', measurements: { duration: 2 }, metadata: { id: 'a' } },
  ]);
  const counts: number[] = captured.of(events.session.start).map(({ measurements }) => measurements.count);
  assert.equal(counts, [1]);
  captured[Symbol.dispose]();
  telemetry.execute(events.session.start, { count: 2 }, { id: 'b' });
  assert.is(captured.events.length, 2);
  assert.is(telemetry.listHandlers().length, 0);
});

test('takes one event, several, or all', () => {
  const telemetry = createTelemetry();
  const [one, all] = [
    captureEvents(telemetry, ['app', 'x', 'a'], { scoped: false }),
    captureEvents(telemetry, undefined, { scoped: false }),
  ];
  telemetry.execute(['app', 'x', 'a']);
  telemetry.execute(['app', 'x', 'b']);
  assert.equal([one.events.length, all.events.length], [1, 2]);
  one.stop();
  all.stop();
});

test('waitFor resolves when there are enough, or when one meets a condition, at once if that is so already', async () => {
  const telemetry = createTelemetry({ events });
  const captured = captureEvents(telemetry, [events.session.start]);
  setTimeout(() => telemetry.execute(events.session.start, { count: 1 }, { id: 'a' }), 1);
  setTimeout(() => telemetry.execute(events.session.start, { count: 2 }, { id: 'b' }), 2);
  assert.is((await captured.waitFor(2)).length, 2);
  assert.is((await captured.waitFor(({ measurements }) => measurements.count === 2)).metadata.id, 'b');
  captured.stop();
});

test('waitFor rejects with what was captured instead', async () => {
  const telemetry = createTelemetry({ events });
  const captured = captureEvents(telemetry, [events.session.start]);
  telemetry.execute(events.session.start, { count: 1 }, { id: 'a' });
  for (const wait of [captured.waitFor(2, { timeout: 5 }), captured.waitFor(() => false, { timeout: '5ms' })]) {
    try {
      await wait;
      assert.unreachable();
    } catch (error) {
      assert.ok(isTelemetryError(error));
      assert.is(error.code, 'CAPTURE_TIMEOUT');
      assert.match(error.message, /Waited 5 ?ms for .*Captured 1.*app\.session\.start/s);
    }
  }
  captured.stop();
  const nothing = captureEvents(telemetry, [events.session.start]);
  await nothing.waitFor(1, { timeout: 1 }).catch((error: Error) => assert.match(error.message, 'Captured 0.'));
  nothing.stop();
});

test('a condition that throws rejects the wait', async () => {
  const telemetry = createTelemetry({ events });
  const captured = captureEvents(telemetry, [events.session.start]);
  const waiting = captured.waitFor(() => {
    throw new RangeError('condition');
  });
  telemetry.execute(events.session.start, { count: 1 }, { id: 'a' });
  let caught: unknown;
  await waiting.catch((error: unknown) => (caught = error));
  assert.instance(caught, RangeError);
  captured.stop();
});

test('two tests at once do not see each other’s events', async () => {
  const telemetry = createTelemetry({ events });
  const run = async (id: string) => {
    const captured = captureEvents(telemetry, [events.session.start]);
    for (let count = 0; count < 5; count++) {
      telemetry.execute(events.session.start, { count }, { id });
      await tick();
      await Promise.all([tick().then(() => telemetry.execute(events.session.start, { count }, { id }))]);
    }
    captured.stop();
    return captured.events.map(({ metadata }) => metadata.id);
  };
  const seen = await Promise.all(['a', 'b', 'c'].map(run));
  assert.equal(
    seen,
    ['a', 'b', 'c'].map((id) => Array.from({ length: 10 }, () => id)),
  );
});

test('unscoped captures see them all', async () => {
  const telemetry = createTelemetry({ events });
  const all = captureEvents(telemetry, [events.session.start], { scoped: false });
  const run = async (id: string) => {
    const captured = captureEvents(telemetry, [events.session.start]);
    await tick();
    telemetry.execute(events.session.start, { count: 1 }, { id });
    captured.stop();
    return captured.events.length;
  };
  assert.equal(await Promise.all([run('a'), run('b')]), [1, 1]);
  assert.is(all.events.length, 2);
  all.stop();
});

test('two captures of different events in one test both work', async () => {
  const telemetry = createTelemetry({ events });
  const starts = captureEvents(telemetry, [events.session.start]);
  const stops = captureEvents(telemetry, [events.session.stop]);
  const elsewhere = captureEvents(createTelemetry({ events }), [events.session.start]);
  await tick();
  telemetry.execute(events.session.start, { count: 1 }, { id: 'a' });
  telemetry.execute(events.session.stop, { duration: 1 }, { id: 'a' });
  assert.equal([starts.events.length, stops.events.length, elsewhere.events.length], [1, 1, 0]);
  for (const capture of [starts, stops, elsewhere]) capture.stop();
});

test('events of a server that was started before the test are seen', async () => {
  const telemetry = createTelemetry({ events });
  const server = createServer((_, response) => {
    telemetry.execute(events.session.start, { count: 1 }, { id: 'server' });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const captured = captureEvents(telemetry, [events.session.start]);
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) =>
    request({ port, host: '127.0.0.1', agent: false }, (response) => response.resume().on('end', resolve)).end(),
  );
  assert.is(captured.events.length, 1);
  captured.stop();
  server.close();
});

test('wrong options are refused', () => {
  const telemetry = createTelemetry();
  assert.throws(() => captureEvents(telemetry, undefined, { scopd: true } as never), /Did you mean "scoped"/);
  assert.throws(() => captureEvents(telemetry, [['bad']] as never), /EVENT_NAME_INVALID/);
});

test.run();
