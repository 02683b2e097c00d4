/** Records far too large, one kind per process: `string`, `keys`, `nested`, `depth` or `array`. */
import assert from 'node:assert/strict';
import { ourLog, pinoLog } from './lines.mjs';
import { median, report, within } from './measure.mjs';

const RUNS = 5;
const MAX_LINE = 65_536;

const manyKeys = () => Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`key${index}`, index]));
function deep() {
  let value = {};
  for (let depth = 1; depth < 10_000; depth++) value = { value };
  return value;
}

/** What is logged, the goal in ms, and what no logger could do without. */
const KINDS = {
  string: {
    path: 'field of 10 MiB',
    atMost: 2,
    // Through a buffer: a string put together of pieces would first have to be put together.
    make: () => ({ body: Buffer.alloc(10 * 2 ** 20, 'All work and no play makes a long text. ').toString('latin1') }),
  },
  keys: { path: 'line of 200,000 fields', atMost: 5, make: manyKeys, engine: Object.keys },
  nested: { path: 'field of 200,000 keys', atMost: 5, make: () => ({ body: manyKeys() }), engine: ({ body }) => Object.keys(body) },
  depth: { path: 'field of 10,000 objects in objects', atMost: 2, make: () => ({ body: deep() }) },
  array: { path: 'field of 1,000,000 items', atMost: 2, make: () => ({ body: Array.from({ length: 1e6 }, (_, index) => index) }) },
};

const { path, atMost, make, engine } = KINDS[process.argv[2] ?? 'string'];
const { telemetry, sink } = ourLog();
const log = telemetry.logger('bot');
const pino = await pinoLog();
const child = pino.logger.child({ logger: log.name });

// As in a program that has run for a while: ordinary lines went before.
for (let line = 0; line < 20_000; line++) {
  const fields = { user: `u${line}`, count: line, cached: true, request: { path: '/v1/items', query: [line, 'name'] } };
  log.info('Processed', fields);
  child.info(fields, 'Processed');
}

/** @type {Record<string, (fields: ReturnType<typeof make>) => unknown>} */
const candidates = {
  ours: (fields) => log.info('Processed', fields),
  pino: (fields) => child.info(fields, 'Processed'),
  ...(engine && { engine }),
};
/** @type {Record<string, number[]>} */
const took = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]));
for (let run = 0; run < RUNS; run++) {
  for (const [name, log] of Object.entries(candidates)) {
    // An object of its own for each: the second to look at one would find things in the processor's caches.
    const fields = make();
    globalThis.gc?.();
    const begin = performance.now();
    log(fields);
    took[name].push(performance.now() - begin);
  }
}

assert.equal(sink.lines, 20_000 + RUNS);
assert.ok(Buffer.byteLength(sink.last) <= MAX_LINE, `A line of ${Buffer.byteLength(sink.last)} bytes`);
assert.ok(JSON.parse(sink.last));
const ours = median(took.ours);
const show = (/** @type {number} */ ms) => `${ms.toFixed(ms < 10 ? 2 : 0)} ms`;
report([
  within(path, ours, { show, atMost, peer: 'pino', theirs: median(took.pino) }),
  ...(engine ? [within('', ours, { show, peer: '`Object.keys` alone', theirs: median(took.engine) })] : []),
]);
