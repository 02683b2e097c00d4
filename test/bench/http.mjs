/**
 * What tracking costs a server: requests per second of one that says hello, bare, with ours, and with what others use. Each server is a
 * process of its own; wrk asks them in turns, so that whatever else the machine does hits all alike.
 */
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median, report } from './measure.mjs';

const SECONDS = 1;
const ROUNDS = 6;
const CONNECTIONS = 32;
const run = promisify(execFile);

/** Servers by mode; the first is what the others are compared with. */
const SERVERS = {
  node: ['bare', 'ours', 'pino-http', 'pino-http-same', 'opentelemetry'],
  express: ['express', 'express-ours', 'express-prom-bundle'],
};
const mode = /** @type {keyof typeof SERVERS} */ (process.argv[2] ?? 'node');
const names = SERVERS[mode];

async function start(/** @type {string} */ name) {
  const child = fork(fileURLToPath(new URL(`servers/${name}.mjs`, import.meta.url)), { execArgv: [] });
  const [port] = await once(child, 'message');
  return { child, url: `http://127.0.0.1:${port}/hello` };
}

/** Requests per second. */
async function load(/** @type {string} */ url, /** @type {number} */ seconds) {
  const { stdout } = await run('wrk', ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, url]);
  if (/Non-2xx/.test(stdout)) throw new Error(stdout);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
}

/** @type {Record<string, number[]>} µs for a request, by round. */
const costs = Object.fromEntries(names.map((name) => [name, []]));
/** @type {Record<string, number[]>} */
const rates = Object.fromEntries(names.map((name) => [name, []]));
const servers = await Promise.all(names.map(start));
for (let round = -1; round < ROUNDS; round++) {
  for (const [index, name] of names.entries()) {
    const rate = await load(/** @type {{ url: string }} */ (servers[index]).url, round < 0 ? 1 : SECONDS);
    if (round < 0) continue;
    rates[name]?.push(rate);
    costs[name]?.push(1e6 / rate);
  }
}
for (const { child } of servers) child.disconnect();

const [bare = ''] = names;
/** Compared within each round: the machine is the same then. */
const overhead = (/** @type {string} */ name) => median(costs[name]?.map((us, round) => us - (costs[bare]?.[round] ?? 0)) ?? []);
const told = (/** @type {string} */ name) =>
  `${overhead(name).toFixed(1)} µs (${Math.round(median(rates[name] ?? [])).toLocaleString('en')} req/s)`;
const [ours = '', ...peers] = names.slice(1);
const PEERS = {
  'pino-http': 'pino-http, a line alone',
  'pino-http-same': 'pino-http, our fields alone',
  opentelemetry: 'OpenTelemetry, spans alone',
  'express-prom-bundle': 'express-prom-bundle, metrics alone',
};
const what = mode === 'express' ? 'Express' : 'node:http';
report(
  peers.map((peer) => {
    const ratio = overhead(peer) / overhead(ours);
    // The promise is about pino-http as people use it.
    const promised = peer === 'pino-http';
    return {
      path: `a request on ${what}: access record, metrics, scope, trace (bare ${Math.round(median(rates[bare] ?? [])).toLocaleString('en')} req/s)`,
      ours: told(ours),
      peer: `${PEERS[/** @type {keyof typeof PEERS} */ (peer)]} ${told(peer)}`,
      ratio: `${ratio.toFixed(1)} ×`,
      promise: promised ? '1 ×' : '',
      kept: promised ? ratio >= 1 : null,
    };
  }),
  { heard: false },
);
