import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { raw, rawRequest, statusOf, withServer } from '../support/admin/served';
import { READ_TOKEN } from '../support/admin/tokens';
import { fact, until } from '../support/faults/fact';

/** In a thread of its own: what it costs to attack is not to be measured. */
const ATTACK = `
  const { connect } = require('node:net');
  const { parentPort, workerData: { port, count, bytes } } = require('node:worker_threads');
  let closed = 0, longest = 0;
  for (let at = 0; at < count; at++) {
    const socket = connect(port, '127.0.0.1');
    let sent = 0, begin;
    socket.on('connect', () => { begin = performance.now(); });
    const timer = setInterval(() => socket.writable && socket.write(bytes.charAt(sent++ % bytes.length)), 1000);
    socket.on('data', () => undefined).on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(timer);
      closed++;
      if (begin !== undefined) longest = Math.max(longest, performance.now() - begin);
    });
  }
  const telling = setInterval(() => {
    parentPort.postMessage({ closed, longest });
    if (closed === count) clearInterval(telling);
  }, 50);
`;

/** Opens sockets that send what they are given a byte each second, and tells when they end. */
function slowly(
  port: number,
  count: number,
  bytes: string,
): { readonly closed: () => number; readonly longest: () => number; end(): Promise<unknown> } {
  let told = { closed: 0, longest: 0 };
  const worker = new Worker(ATTACK, { eval: true, workerData: { port, count, bytes } });
  worker.on('message', (message: typeof told) => {
    told = message;
  });
  return { closed: () => told.closed, longest: () => told.longest, end: () => worker.terminate() };
}

const HEADS = 'GET /health HTTP/1.1\r\nHost: localhost\r\nX-Padding: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx';

fact(
  '251 · N25',
  'sockets that send a byte a second are closed, while a valid request is answered',
  (bench) =>
    withServer({}, async ({ server: { port } }) => {
      const count = bench.size(400, 2000);
      const attack = slowly(port, count, HEADS);
      bench.undo(() => attack.end());
      const took: number[] = [];
      const deadline = performance.now() + 60_000;
      while (attack.closed() < count && performance.now() < deadline) {
        const begin = performance.now();
        const answer = await raw(port, rawRequest(['GET /admin/openapi.json HTTP/1.1', 'Host: localhost', `X-Admin-Token: ${READ_TOKEN}`]));
        took.push(performance.now() - begin);
        assert.is(statusOf(answer), 200);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      assert.is(attack.closed(), count);
      const sorted = took.sort((a, b) => a - b);
      bench.note(
        `${count} closed, the last after ${(attack.longest() / 1000).toFixed(1)} s; ${took.length} requests answered, median ${sorted[took.length >> 1]!.toFixed(0)} ms, longest ${sorted.at(-1)!.toFixed(0)} ms`,
      );
    }),
  { limit: [120_000, 240_000] },
);

/** Sends a whole head that announces a body, never sends that, and begins again whenever it is thrown out. */
const FLOOD = `
  const { connect } = require('node:net');
  const { parentPort, workerData: { port, count, head } } = require('node:worker_threads');
  let answered = 0;
  const begin = () => {
    const socket = connect(port, '127.0.0.1', () => socket.write(head));
    socket.once('data', () => parentPort.postMessage(++answered)).on('error', () => undefined);
    socket.on('close', () => setTimeout(begin, 1));
  };
  for (let at = 0; at < count; at++) begin();
`;

for (const [what, line, host] of [
  ['without a token', 'POST /admin/levels', 'localhost'],
  ['of a foreign host', 'GET /health', 'evil.example'],
] as const) {
  fact(
    '251 · N25',
    `requests ${what} that announce a body and never send it keep nobody from being answered`,
    (bench) =>
      withServer({}, async ({ server: { port } }) => {
        const head = `${line} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 10\r\n\r\n`;
        const worker = new Worker(FLOOD, { eval: true, workerData: { port, count: 70, head } });
        bench.undo(() => worker.terminate());
        let answered = 0;
        worker.on('message', (count: number) => {
          answered = count;
        });
        await until('the flood is under way', () => answered > 140, 30_000);
        const tally: Record<number, number> = {};
        const before = answered;
        const asked = bench.size(60, 300);
        for (let at = 0; at < asked; at++) {
          const answer = await raw(
            port,
            rawRequest(['GET /admin/openapi.json HTTP/1.1', 'Host: localhost', `X-Admin-Token: ${READ_TOKEN}`]),
          );
          tally[statusOf(answer)] = (tally[statusOf(answer)] ?? 0) + 1;
        }
        assert.equal(tally, { 200: asked });
        bench.note(`${JSON.stringify(tally)}, meanwhile ${answered - before} of the flood were refused`);
      }),
    { limit: [120_000, 240_000] },
  );
}

fact(
  '197 · K7',
  'idle sockets and slow bodies give way when there is no room, and end by themselves',
  (bench) =>
    withServer(
      {},
      async ({ server: { port } }) => {
        const silent = slowly(port, 300, '');
        const body = Array.from({ length: 20 }, () => {
          const socket = connect(port, '127.0.0.1', () =>
            socket.write(
              'PUT /admin/levels HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{',
            ),
          );
          const ended = new Promise((resolve) =>
            socket
              .on('data', () => undefined)
              .on('error', () => undefined)
              .on('close', resolve),
          );
          bench.undo(() => socket.destroy());
          return ended;
        });
        bench.undo(() => silent.end());
        await Promise.all(body);
        const answer = await raw(port, rawRequest(['GET /health HTTP/1.1', 'Host: localhost']));
        assert.is(statusOf(answer), 200);
        const deadline = performance.now() + 60_000;
        while (silent.closed() < 300 && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 100));
        assert.is(silent.closed(), 300);
        bench.note(`300 silent and 20 slow bodies ended, the last after ${(silent.longest() / 1000).toFixed(1)} s`);
      },
      { connections: 64 },
    ),
  { limit: [120_000, 120_000] },
);

test.run();
