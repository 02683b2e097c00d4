import { connect, type Socket } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fixedProblem } from '../../lib/node/admin/answers';
import { STREAM_LIMITS, type StreamLimits } from '../../lib/node/admin/monitoring/stream-limits';
import { Streams } from '../../lib/node/admin/monitoring/streams';
import type { Actor } from '../../lib/node/admin/route';
import { tellingListener } from '../../lib/node/http/node-listener';
import { startHardened } from '../../lib/node/server/hardened-server';
import { SERVER_LIMITS } from '../../lib/node/server/limits';
import { type FakeClock, fakeClock } from '../../lib/testing';
import { type Bench, fact, until } from '../support/faults/fact';

const ACTOR: Actor = { name: 'viewer', ip: undefined, userAgent: undefined, scope: 'read', via: 'token', expiresAt: undefined, session: undefined }; // biome-ignore format: short
const LINE = 1024;
const REQUEST = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';

interface Lines {
  readonly port: number;
  readonly clock: FakeClock;
  readonly streams: Streams;
  /** One more line, and what it takes to be sent. */
  tick(): Promise<void>;
  /** Sockets of the server, in the order of their requests. */
  readonly sockets: readonly Socket[];
}

/** Streams of the last 20 of lines of 1 KiB, over a server with its limits. */
async function lines(bench: Bench, limits: Partial<StreamLimits> = {}): Promise<Lines> {
  const clock = fakeClock();
  let last = 0;
  const line = (seq: number): object => ({ seq, message: `${seq} `.padEnd(LINE, 'x') });
  const streams = new Streams(
    clock,
    (path) => ({
      path,
      audit: () => undefined,
      ask: async () => JSON.stringify({ lines: Array.from({ length: 20 }, (_, at) => line(last + at)), last_seq: last + 19 }),
    }),
    64,
    { ...STREAM_LIMITS, ...limits },
  );
  const sockets: Socket[] = [];
  const server = await startHardened({
    where: 'test',
    addresses: ['127.0.0.1'],
    port: 0,
    tls: undefined,
    limits: SERVER_LIMITS,
    listener: tellingListener(
      (_, { incoming }) => {
        sockets.push(incoming.socket);
        const body = streams.begin({ paths: ['/lines', '/lines', '/lines', '/lines'], every: 1, actor: ACTOR, lastEventId: null });
        return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
      },
      (status) => new Response(null, { status }),
    ),
    refusal: fixedProblem,
    onError: () => undefined,
  });
  bench.undo(() => server.close());
  async function tick(): Promise<void> {
    last++;
    clock.advance(1000);
    for (let turn = 0; turn < 6; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
  return { port: server.port, clock, streams, tick, sockets };
}

/** A client that sends its request and reads nothing. */
function silent(bench: Bench, port: number): Socket {
  const socket = connect(port, '127.0.0.1', () => socket.write(REQUEST));
  socket.pause().on('error', () => undefined);
  bench.undo(() => socket.destroy());
  return socket;
}

fact(
  '250 · N24',
  'a client that never reads is held at most 256 KiB for, however many changes there are',
  async (bench) => {
    const { port, streams, sockets, tick } = await lines(bench, { stallMs: 1e9, lifeMs: 1e9, heartbeatMs: 1e9 });
    silent(bench, port);
    await until('it is there', () => streams.stats().clients === 1);
    const count = bench.size(5000, 20_000);
    let [held, written] = [0, 0];
    for (let at = 0; at < count; at++) {
      await tick();
      const waiting = sockets[0]!.writableLength;
      held = Math.max(held, streams.stats().held + waiting);
      written = sockets[0]!.bytesWritten - waiting;
    }
    assert.is(streams.stats().clients, 1);
    const all = count * 4 * LINE;
    bench.note(`${count} × 4 changes of 1 KiB: the system took ${(written / 2 ** 20).toFixed(1)} of ${(all / 2 ** 20).toFixed(0)} MiB, at most ${(held / 1024).toFixed(1)} KiB were held`); // biome-ignore format: short
    assert.ok(written < all, 'it took part of it only');
    assert.ok(held <= 256 * 1024, `${held} bytes`);
    assert.ok(held > 0);
  },
  { limit: [90_000, 240_000] },
);

fact(
  '250 · N24',
  'a client that takes nothing is cut within 15 s, and one that reads beside it misses nothing',
  async (bench) => {
    const { port, streams, sockets, tick } = await lines(bench, { lifeMs: 1e9 });
    const stalled = silent(bench, port);
    await until('it is there', () => streams.stats().clients === 1);
    const reads = connect(port, '127.0.0.1', () => reads.write(REQUEST));
    let changes = 0;
    let rest = '';
    reads
      .on('error', () => undefined)
      .on('data', (part) => {
        // The last piece may be the beginning of one.
        const pieces = (rest + part.toString('latin1')).split('event: delta');
        changes += pieces.length - 1;
        rest = pieces.at(-1)!.slice(-11);
      });
    bench.undo(() => reads.destroy());
    await until('both are there', () => streams.stats().clients === 2);
    let [moved, taken, seconds] = [0, 0, 0];
    while (streams.stats().clients === 2 && seconds < 20_000) {
      await tick();
      seconds++;
      // Time goes on with who reads: on a busy machine it would be taken for one that stalls.
      await until('the other has these changes', () => changes >= 4 * seconds || reads.destroyed);
      if (sockets[0]!.destroyed) break;
      const now = sockets[0]!.bytesWritten - sockets[0]!.writableLength;
      if (now > taken) moved = seconds;
      taken = Math.max(taken, now);
    }
    bench.note(
      `after ${seconds} s and ${(taken / 2 ** 20).toFixed(1)} MiB it was cut, ${seconds - moved} s after it took the last of them`,
    );
    await until('it is cut', () => streams.stats().clients === 1);
    assert.ok(seconds - moved <= 16, `${seconds - moved} s`);
    stalled.resume();
    await until('its connection is over', () => stalled.destroyed);
    assert.not.ok(reads.destroyed);
  },
  { limit: [90_000, 120_000] },
);

fact('198 · K8', 'whoever leaves in the middle of a message leaves nothing behind', async (bench) => {
  const { port, clock, streams, tick } = await lines(bench);
  const before = clock.pendingTimers();
  for (let turn = 0; turn < bench.size(50, 500); turn++) {
    const socket = connect(port, '127.0.0.1', () => socket.write(REQUEST));
    socket.on('error', () => undefined);
    // After the first bytes, or before there are any.
    if (turn % 2 === 0) socket.once('data', () => (turn % 4 === 0 ? socket.resetAndDestroy() : socket.destroy()));
    else setImmediate(() => socket.destroy());
    await new Promise((resolve) => socket.once('close', resolve));
    await tick();
  }
  await until('nobody is left', () => streams.stats().clients === 0);
  assert.equal(streams.stats(), { clients: 0, watches: 0, held: 0 });
  assert.is(clock.pendingTimers(), before);
});

test.run();
