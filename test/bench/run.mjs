/**
 * `npm run bench`: every performance promise beside its peers, in one run.
 *
 * Each scenario has a process of its own, so that what the compiler learnt in one does not colour the next. A missed
 * promise is shown, not failed: this is a measurement, and machines differ. Only a scenario that crashes fails the run.
 *
 * node test/bench/run.mjs [--only emit]      BENCH_DIST=<folder> measures another build than dist/
 *
 * The README gets the tables that are complete: all of them, or with `--only holding` that one.
 */
import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { dist, ELIXIR_PEER, root } from './library.mjs';
import { markdownTable, peerTable, plainTable, promiseTable, tableOf, writeBetweenMarkers } from './table.mjs';

/** Scenario files and their modes, in the order of the table. */
const SCENARIOS = {
  emit: ['idle', 'one', 'development', 'five', 'fifty'],
  execute: ['tuple', 'definition'],
  metrics: ['bound', 'execute', 'tagged', 'tagged-execute'],
  allocations: ['idle', 'one', 'metrics', 'metrics-execute', 'tagged', 'tagged-execute'],
  span: ['measure', 'span', 'idle', 'development'],
  log: [
    ...[
      'keys',
      'keys-together',
      'values',
      'values-together',
      'inner',
      'winston',
      'logtape',
      'logtape-redacting',
      'loglevel',
      'plain',
      'context',
      'mixin',
      'four',
      'error',
    ],
    ...['below', 'lazy', 'outside', 'inside', 'text', 'pretty', 'pino', 'ecs', 'otel'],
  ],
  errors: ['capture', 'wrappers', 'storm'],
  pollers: [''],
  monitoring: ['rules', 'history'],
  http: ['node', 'host', 'express'],
  'admin-token': [''],
  dashboard: [''],
  bounds: ['string', 'keys', 'nested', 'depth', 'array'],
  redaction: [''],
  file: [
    ...['keys', 'keys-held', 'values', 'winston', 'logtape', 'logtape-disk', 'pieces', 'pieces-sink', 'rotated'],
    ...['sync', 'sync-values', 'sync-raw', 'sync-raw-sink', 'sync-disk', 'sync-rotated'],
  ],
  stall: ['console', 'levels', 'file'],
  memory: ['latency', 'worst', 'tagged-1', 'tagged-100', 'tagged-10000'],
  scrape: ['10000', '10000-paused', '100000', '100000-paused'],
  opentelemetry: ['metrics', 'collect-1000', 'collect-10000'],
  'opentelemetry-spans': ['spans'],
  merging: [''],
  holding: [
    ...['library', 'window-16', 'window-32', 'whole', 'chunked', 'promoted', 'pairs', 'map'],
    ...['hdr-32', 'hdr-64', 'hdr-index', 'hdr-packed', 'hdr-wasm', 'perf-hooks'],
  ],
  size: [''],
  types: [''],
};

/** A young generation large enough that nothing is collected while allocations are counted. */
const FLAGS = { allocations: ['--min-semi-space-size=256', '--max-semi-space-size=256'] };
const TIMEOUT_MS = 180_000;
/** Scenarios whose rows are a table of their own in the README, between markers of that name. */
const TABLES = {
  errors: 'errors',
  holding: 'holding',
  pollers: 'monitoring',
  monitoring: 'monitoring',
  http: 'http',
  'admin-token': 'http',
  dashboard: 'dashboard',
  merging: 'merging',
  opentelemetry: 'opentelemetry',
  'opentelemetry-spans': 'opentelemetry',
};

const run = promisify(execFile);
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : undefined;
/** @returns {string} */
function tableNameOf(/** @type {string} */ scenario) {
  return TABLES[/** @type {keyof typeof TABLES} */ (scenario)] ?? 'bench';
}
if (only !== undefined && !Object.hasOwn(SCENARIOS, only)) {
  console.error(`--only takes one of: ${Object.keys(SCENARIOS).join(', ')}`);
  process.exit(1);
}

const machine = `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown CPU'}, ${cpus().length} cores.`;
const QUOTED = `Ratios above 1 × mean that ours is faster or smaller; ${ELIXIR_PEER} figures are quoted, not measured here.`;
console.log(`${machine} ${QUOTED}\nBuild: ${dist}\n`);

/** @type {Map<string, unknown[]>} Rows by table. */
const tables = new Map();
let crashed = false;
for (const [scenario, modes] of Object.entries(SCENARIOS)) {
  if (only !== undefined && scenario !== only && tableNameOf(scenario) !== only) continue;
  for (const mode of modes) {
    const file = resolve(root, 'test/bench', `${scenario}.mjs`);
    try {
      // One after another: side by side they would disturb each other.
      const { stdout } = await run(process.execPath, ['--expose-gc', ...(FLAGS[scenario] ?? []), file, mode].filter(Boolean), {
        timeout: TIMEOUT_MS,
        maxBuffer: 1e7,
      });
      rowsOf(tableNameOf(scenario)).push(...JSON.parse(stdout.trim().split('\n').at(-1)));
    } catch (error) {
      crashed = true;
      console.error(`${scenario} ${mode} crashed:\n${error.stderr || error.message}`);
    }
    if (process.stderr.isTTY) process.stderr.write('.');
  }
}
if (process.stderr.isTTY) process.stderr.write('\n');

for (const [name, rows] of tables) {
  const figures = /** @type {import('./measure.mjs').Row[]} */ (rows);
  const table = name === 'holding' ? tableOf(/** @type {never} */ (rows)) : name === 'bench' ? promiseTable(figures) : peerTable(figures);
  console.log(`${plainTable(table)}\n`);
  if (name === 'bench') {
    const promised = /** @type {import('./measure.mjs').Row[]} */ (rows).filter((row) => row.kept !== null);
    const missed = promised.filter((row) => !row.kept).length;
    console.log(`${promised.length - missed} promises kept, ${missed} missed.`);
  }
  if (crashed || (only !== undefined && name !== only)) continue;
  const problem = writeBetweenMarkers(
    resolve(root, 'README.md'),
    name,
    markdownTable(table, name === 'bench' ? `${machine} ${QUOTED}` : machine),
  );
  console.log(problem === undefined ? `README.md has the table "${name}".` : `The README has no table: ${problem}.`);
}
process.exitCode = crashed ? 1 : 0;

function rowsOf(/** @type {string} */ table) {
  let rows = tables.get(table);
  if (rows === undefined) tables.set(table, (rows = []));
  return rows;
}
