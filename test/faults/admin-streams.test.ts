import { spawn } from 'node:child_process';
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withServer } from '../support/admin/served';
import { READ_TOKEN } from '../support/admin/tokens';
import { fact, until } from '../support/faults/fact';

/** In a process of its own: what it costs to ask is not to be measured. Every socket sends one whole request, and is closed once it was refused. */
const FLOOD = `
  const { connect } = require('node:net');
  const { port, count, head } = JSON.parse(process.argv[1]);
  const tally = { admitted: 0, refused: 0, reset: 0, silent: 0, longest: 0, over: 0 };
  let opened = 0;
  const begin = () => {
    if (opened++ >= count) return;
    const socket = connect(port, '127.0.0.1');
    let sent, told;
    socket.on('connect', () => { sent = performance.now(); socket.write(head); });
    socket.on('data', (part) => {
      if (told !== undefined) return;
      told = Number(/^HTTP\\/1\\.1 (\\d{3})/.exec(part.toString('latin1'))?.[1]);
      tally.longest = Math.max(tally.longest, performance.now() - sent);
      if (told === 200) { tally.admitted++; begin(); }
      if (told === 503) { tally.refused++; socket.end(); }
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      tally.over++;
      if (told === undefined) { if (sent === undefined) tally.silent++; else tally.reset++; }
      if (told !== 200) begin();
    });
  };
  for (let at = 0; at < Math.min(count, 4000); at++) begin();
  setInterval(() => console.log(JSON.stringify(tally)), 50);
`;

interface Tally {
  readonly admitted: number;
  readonly refused: number;
  readonly reset: number;
  readonly silent: number;
  readonly longest: number;
  readonly over: number;
}

/** The status of one request on a connection of its own, and what it took in ms. */
const healthOf = (port: number): Promise<{ readonly status: number; readonly ms: number }> =>
  new Promise((resolve, reject) => {
    const begin = performance.now();
    const asked = request({ host: '127.0.0.1', port, path: '/health', agent: false }, (response) => {
      response.resume().on('end', () => resolve({ status: response.statusCode!, ms: performance.now() - begin }));
    });
    asked.on('error', reject).end();
  });

const sortedBy = (all: readonly number[]): readonly number[] => [...all].sort((a, b) => a - b);
const quantile = (sorted: readonly number[], q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]!;

fact(
  '249 · N23',
  'of thousands who want the stream 64 get it, the others are told 503, and the application is undisturbed',
  (bench) =>
    withServer({}, async ({ server: { port }, bus }) => {
      const count = bench.size(1000, 10_000);
      const head = `GET /admin/stream?watch=/admin/levels HTTP/1.1\r\nHost: localhost\r\nX-Admin-Token: ${READ_TOKEN}\r\n\r\n`;
      const emit = (): number => {
        const begin = performance.now();
        bus.execute(['app', 'job', 'start']);
        return (performance.now() - begin) * 1000;
      };
      for (let at = 0; at < 10_000; at++) emit();
      await healthOf(port);
      const before = process.memoryUsage().rss;
      const flood = spawn(process.execPath, ['-e', FLOOD, JSON.stringify({ port, count, head })], { stdio: ['ignore', 'pipe', 'inherit'] });
      bench.undo(() => flood.kill('SIGKILL'));
      let tally: Tally = { admitted: 0, refused: 0, reset: 0, silent: 0, longest: 0, over: 0 };
      createInterface({ input: flood.stdout }).on('line', (line) => {
        tally = JSON.parse(line);
      });
      const [health, emits]: [number[], number[]] = [[], []];
      let rss = before;
      let lost = 0;
      const deadline = performance.now() + 90_000;
      while (tally.admitted + tally.over < count && performance.now() < deadline) {
        const { status, ms } = await healthOf(port).catch(() => ({ status: 0, ms: 0 }));
        if (status === 200) health.push(ms);
        else lost++;
        for (let at = 0; at < 100; at++) emits.push(emit());
        rss = Math.max(rss, process.memoryUsage().rss);
      }
      await until('all are told of', () => tally.admitted + tally.over >= count, 10_000);
      const { admitted, refused, reset, silent, longest } = tally;
      const [healths, emitted] = [sortedBy(health), sortedBy(emits)];
      const growth = (rss - before) / 2 ** 20;
      bench.note(
        `${count}: ${admitted} admitted, ${refused} told 503 after at most ${longest.toFixed(0)} ms, ${reset} reset, ${silent} not connected; health ${health.length} × 200 (${lost} not), p99 ${quantile(healths, 0.99).toFixed(1)} ms; emission p99.9 ${quantile(emitted, 0.999).toFixed(0)} µs; ${growth.toFixed(1)} MiB more`,
      );
      assert.is(admitted, 64);
      assert.is(admitted + refused + reset + silent, count);
      assert.equal([reset, silent], [0, 0]);
      assert.ok(growth <= 64, `${growth} MiB`);
      assert.is((await healthOf(port)).status, 200);
    }),
  { limit: [120_000, 240_000] },
);

test.run();
