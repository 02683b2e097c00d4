/**
 * `npm run bench`: every performance promise beside its peers, in one run.
 *
 * Each scenario has a process of its own, so that what the compiler learnt in one does not colour the next. A missed
 * promise is shown, not failed: this is a measurement, and machines differ. Only a scenario that crashes fails the run.
 *
 * node test/bench/run.mjs [--only emit]      BENCH_DIST=<folder> measures another build than dist/
 */
import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { dist, ELIXIR_PEER, root } from './library.mjs';
import { markdownTable, plainTable, writeBetweenMarkers } from './table.mjs';

/** Scenario files and their modes, in the order of the table. */
const SCENARIOS = {
  emit: ['idle', 'one', 'development', 'five', 'fifty'],
  execute: ['tuple', 'definition'],
  metrics: [''],
  allocations: ['idle', 'one', 'metrics'],
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
  bounds: ['string', 'keys', 'nested', 'depth', 'array'],
  redaction: [''],
  file: [
    ...['keys', 'keys-held', 'values', 'winston', 'logtape', 'logtape-disk', 'pieces', 'pieces-sink', 'rotated'],
    ...['sync', 'sync-values', 'sync-raw', 'sync-raw-sink', 'sync-disk', 'sync-rotated'],
  ],
  stall: ['console', 'levels', 'file'],
  memory: ['latency', 'worst'],
  size: [''],
  types: [''],
};

/** A young generation large enough that nothing is collected while allocations are counted. */
const FLAGS = { allocations: ['--min-semi-space-size=256', '--max-semi-space-size=256'] };
const TIMEOUT_MS = 90_000;

const run = promisify(execFile);
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : undefined;
if (only !== undefined && !Object.hasOwn(SCENARIOS, only)) {
  console.error(`--only takes one of: ${Object.keys(SCENARIOS).join(', ')}`);
  process.exit(1);
}

const machine = `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown CPU'}, ${cpus().length} cores. Ratios above 1 × mean that ours is faster or smaller; ${ELIXIR_PEER} figures are quoted, not measured here.`;
console.log(`${machine}\nBuild: ${dist}\n`);

/** @type {import('./measure.mjs').Row[]} */
const rows = [];
let crashed = false;
for (const [scenario, modes] of Object.entries(SCENARIOS)) {
  if (only !== undefined && scenario !== only) continue;
  for (const mode of modes) {
    const file = resolve(root, 'test/bench', `${scenario}.mjs`);
    try {
      // One after another: side by side they would disturb each other.
      const { stdout } = await run(process.execPath, ['--expose-gc', ...(FLAGS[scenario] ?? []), file, mode].filter(Boolean), {
        timeout: TIMEOUT_MS,
        maxBuffer: 1e7,
      });
      rows.push(...JSON.parse(stdout.trim().split('\n').at(-1)));
    } catch (error) {
      crashed = true;
      console.error(`${scenario} ${mode} crashed:\n${error.stderr || error.message}`);
    }
    if (process.stderr.isTTY) process.stderr.write('.');
  }
}
if (process.stderr.isTTY) process.stderr.write('\n');

console.log(plainTable(rows));
const missed = rows.filter((row) => row.kept === false).length;
console.log(`\n${rows.filter((row) => row.kept).length} promises kept, ${missed} missed.`);
if (only === undefined && !crashed) {
  const problem = writeBetweenMarkers(resolve(root, 'README.md'), markdownTable(rows, machine));
  console.log(problem === undefined ? 'README.md has the table.' : `The README has no table: ${problem}.`);
}
process.exitCode = crashed ? 1 : 0;
