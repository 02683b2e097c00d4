/**
 * What tracking costs a server: requests per second of one that says hello, bare, with ours, and with what others use. Each server is a
 * process of its own; wrk asks them in turns, so that whatever else the machine does hits all alike. What a request brings matters, as
 * pino-http writes all headers: those of a browser, or, in the mode `host`, none but Host.
 */
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median, report } from './measure.mjs';

const SECONDS = 1;
const ROUNDS = 11;
const CONNECTIONS = 32;
const run = promisify(execFile);

/** As Chromium asks for a page. */
const BROWSER = [
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'Accept-Encoding: gzip, deflate, br, zstd',
  'Accept-Language: en-US,en;q=0.9',
  'Sec-Fetch-Dest: document',
  'Sec-Fetch-Mode: navigate',
  'Sec-Fetch-Site: none',
  'Sec-Fetch-User: ?1',
  'sec-ch-ua: "Chromium";v="142", "Not_A Brand";v="99"',
  'sec-ch-ua-mobile: ?0',
  'sec-ch-ua-platform: "Linux"',
  'Upgrade-Insecure-Requests: 1',
];

/** Servers by mode; the first is what the others are compared with. */
const SERVERS = {
  node: ['bare', 'ours', 'pino-http', 'pino-http-batched', 'pino-http-same', 'opentelemetry'],
  host: ['bare', 'ours', 'pino-http', 'pino-http-batched'],
  express: ['express', 'express-ours', 'express-middleware', 'express-pino-http', 'express-prom-bundle'],
};
const mode = /** @type {keyof typeof SERVERS} */ (process.argv[2] ?? 'node');
const names = SERVERS[mode];
const headers = mode === 'host' ? [] : BROWSER.flatMap((header) => ['-H', header]);

async function start(/** @type {string} */ name) {
  const child = fork(fileURLToPath(new URL(`servers/${name}.mjs`, import.meta.url)), { execArgv: [] });
  const [port] = await once(child, 'message');
  return { child, url: `http://127.0.0.1:${port}/hello` };
}

/** Processor time that a server has taken, in µs. */
async function taken(/** @type {import('node:child_process').ChildProcess} */ child) {
  child.send('taken');
  const [us] = await once(child, 'message');
  return us;
}

/** Requests per second, and the processor time of the server for each. The clock would count what the machine does besides. */
async function load(/** @type {Awaited<ReturnType<typeof start>>} */ { child, url }) {
  const before = await taken(child);
  const { stdout } = await run('wrk', ['-t1', `-c${CONNECTIONS}`, `-d${SECONDS}s`, ...headers, url]);
  if (/Non-2xx/.test(stdout)) throw new Error(stdout);
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  return { rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]), us: ((await taken(child)) - before) / requests };
}

/** @type {Record<string, number[]>} Processor time for a request in µs, by round. */
const costs = Object.fromEntries(names.map((name) => [name, []]));
/** @type {Record<string, number[]>} */
const rates = Object.fromEntries(names.map((name) => [name, []]));
const servers = await Promise.all(names.map(start));
for (let round = -1; round < ROUNDS; round++) {
  for (const [index, name] of names.entries()) {
    const { rate, us } = await load(/** @type {Awaited<ReturnType<typeof start>>} */ (servers[index]));
    // The first round warms them up.
    if (round < 0) continue;
    rates[name]?.push(rate);
    costs[name]?.push(us);
  }
}
for (const { child } of servers) child.disconnect();

const [bare = ''] = names;
const cost = (/** @type {string} */ name) => median(costs[name] ?? []);
const overhead = (/** @type {string} */ name) => cost(name) - cost(bare);
const told = (/** @type {string} */ name) =>
  `${overhead(name).toFixed(1)} µs (${Math.round(median(rates[name] ?? [])).toLocaleString('en')} req/s)`;
const [ours = '', ...peers] = names.slice(1);
const PEERS = {
  'pino-http': 'pino-http, a line alone',
  'pino-http-batched': 'the same, written in batches as ours',
  'pino-http-same': 'pino-http, our fields alone, in batches',
  opentelemetry: 'OpenTelemetry, spans alone',
  'express-middleware': 'ours as a middleware, behind Express itself',
  'express-pino-http': 'pino-http, a line alone',
  'express-prom-bundle': 'express-prom-bundle, metrics alone',
};
const what = { node: 'node:http', host: 'node:http, asked without headers', express: 'Express' }[mode];
report(
  peers.map((peer) => {
    const ratio = overhead(peer) / overhead(ours);
    // The promise is about pino-http as its readme has it.
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
