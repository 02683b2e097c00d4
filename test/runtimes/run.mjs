/**
 * Runs the tests of behaviour (conformance of the sources and of the builds, core, metrics, exporters, testing, validation, records,
 * loggers, context, log files, startTelemetry) on newer Nodes, Bun and Deno; those that get between two system calls, and what speaks
 * HTTP or UDP, on the Nodes only. Coverage, types and packaging do not depend on the runtime and stay with `npm test`.
 */
import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));
const ANYWHERE = [
  '(conformance|core|exporters|metrics|testing|validation)/.*',
  'log/(context|record|logger|collisions|capture-records|streams)|sinks/memory',
  'node/(file/(file-sink|line-queue|names|rotation-clock)|stdout/.*|start|streams)',
].join('|');
const ON_NODE = 'node/(metrics-(memory|server)|prometheus-turns|statsd/.*)|node/file/(file-sink-steps|rotate-names|rotation-lock)';
const programOf = (/** @type {string} */ pattern) => ['test/runtimes/all.mjs', `(${pattern})\\.test\\.ts$`];
const PROGRAM = programOf(ANYWHERE);
const installed = (/** @type {string} */ path) => `${root}test/runtimes/node_modules/${path}`;
const node = (/** @type {string} */ bin) => [bin, '--import', 'tsx', ...programOf(`${ANYWHERE}|${ON_NODE}`)];
const RUNTIMES = [
  node(process.execPath),
  ...['node22', 'node24', 'node26'].map((name) => node(installed(`${name}/bin/node`))),
  [installed('@oven/bun-linux-x64/bin/bun'), ...PROGRAM],
  [installed('@deno/linux-x64-glibc/deno'), 'run', '--allow-all', '--unstable-sloppy-imports', ...PROGRAM],
];

const figure = (/** @type {string} */ output, /** @type {string} */ label) =>
  Number(new RegExp(`^\\s*${label}:\\s+(\\d+)`, 'm').exec(output)?.[1] ?? 0);

/** How many tests there are, by pattern. */
const expected = new Map();
let [passed, failed] = [0, 0];
for (const [bin = '', ...args] of RUNTIMES) {
  const options = { cwd: root, encoding: /** @type {const} */ ('utf8'), timeout: 180_000, env: { ...process.env, NODE_ENV: 'test' } };
  const { status, stdout, stderr } = spawnSync(bin, args, options);
  const output = stripVTControlCharacters(stdout ?? '');
  const [total, good] = [figure(output, 'Total'), figure(output, 'Passed')];
  const pattern = args.at(-1);
  if (!expected.has(pattern)) expected.set(pattern, total);
  const [version] = spawnSync(bin, ['--version'], options).stdout?.split('\n') ?? [];
  const isWell = status === 0 && total > 0 && good === total && total === expected.get(pattern) && !/^\s*FAIL\b/m.test(output);
  console.log(`${basename(bin)} ${/[\d.]+/.exec(version ?? '')?.[0] ?? '(absent)'}`.padEnd(16), `${good} of ${total} passed`);
  if (!isWell) console.error(`${output}\n${stderr}`);
  passed += good;
  failed += isWell ? 0 : Math.max(1, total - good);
}
console.log(`\nruntimes: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
