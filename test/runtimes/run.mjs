/**
 * Runs the tests of behaviour (conformance of the sources and of the builds, core, errors, security, performance, pollers, health, alerts, requests, metrics, exporters,
 * testing, validation, records, loggers, context, log files, startTelemetry) on newer Nodes, Bun and Deno; those that get between two
 * system calls, what speaks HTTP, UDP or SQL, what follows redirects as Node's fetch does, decorated private methods, which Deno does not read, and packages
 * that hooks of Node hide, on the Nodes only. Coverage,
 * types and packaging do not depend on the runtime and stay with `npm test`, which also runs all of it on the Node at hand.
 */
import { execFile, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));
const ANYWHERE = [
  'conformance/(bus|exporter|metrics)|^(alerts|core|exporters|health|http|metrics|performance|poller|security|testing|validation)/(?!opentelemetry/start/absent).*',
  'errors/(?!decorators-private|volume).*|log/(business-events|context|record|logger|collisions|capture-records|security-stream|streams)',
  'sinks/memory',
  'node/(file/(file-sink|line-queue|names|rotation-clock)|stdout/.*|start|start-engines|streams)',
].join('|');
const ON_NODE = [
  'errors/decorators-private|exporters/opentelemetry/start/absent|node/(admin|alerts|chain|health|http|runtime|shipping|workers)/.*|node/storage/(delivery|model|postgres-store|spool|spool-owner|spool-writer|start-storage|text)',
  'node/(metrics-(memory|server)|prometheus-turns|statsd/.*)|node/file/(file-sink-steps|rotate-names|rotation-lock)',
].join('|');
const programOf = (/** @type {string} */ pattern) => ['config/tools/run-files.mjs', `(${pattern})\\.test\\.ts$`];
const PROGRAM = programOf(ANYWHERE);
const installed = (/** @type {string} */ path) => `${root}test/runtimes/node_modules/${path}`;
/** What needs Node's own SQLite; where Node has none, `npm test` runs it with another. */
const WITH_SQLITE = 'conformance/store|faults/sqlite|node/storage/(migrations|sqlite-store|sqlite-corrupt)|node/cli/demo-database';
const node = (/** @type {string} */ bin, hasSqlite = false) => {
  const patterns = [ANYWHERE, ON_NODE, ...(hasSqlite ? [WITH_SQLITE] : [])];
  return [bin, '--import', 'tsx', ...programOf(patterns.join('|'))];
};
const RUNTIMES = [
  ...['node22', 'node24', 'node26'].map((name) => node(installed(`${name}/bin/node`), true)),
  [installed('@oven/bun-linux-x64/bin/bun'), ...PROGRAM],
  [installed('@deno/linux-x64-glibc/deno'), 'run', '--allow-all', '--unstable-sloppy-imports', ...PROGRAM],
];

const figure = (/** @type {string} */ output, /** @type {string} */ label) =>
  Number(new RegExp(`^\\s*${label}:\\s+(\\d+)`, 'm').exec(output)?.[1] ?? 0);

/** How many tests there are, by pattern. */
const expected = new Map();
let [passed, failed] = [0, 0];
/** Told once more at the end, where they are looked for. @type {string[]} */
const failures = [];

/** What failed on a runtime; where nothing says so, the last that it printed. @param {string} name @param {string} output */
function failuresIn(name, output) {
  const lines = output.trimEnd().split('\n');
  const told = lines.filter((_, at) => lines.slice(Math.max(0, at - 12), at + 1).some((line) => /^\s*FAIL\b/.test(line)));
  return [`\n✘ ${name}`, ...(told.length > 0 ? told : lines.slice(-40)).map((line) => `  ${line.slice(0, 200)}`)].join('\n');
}

/** Runs the tests on one runtime, and says how that went. @param {string[]} command */
async function runOn([bin = '', ...args]) {
  const options = { cwd: root, timeout: 600_000, maxBuffer: 64 * 1024 * 1024, env: { ...process.env, NODE_ENV: 'test' } };
  const { isOver, text } = await new Promise((resolve) => {
    execFile(bin, args, options, (error, stdout, stderr) => resolve({ isOver: error === null, text: `${stdout}\n${stderr}` }));
  });
  const output = stripVTControlCharacters(text);
  const [total, good] = [figure(output, 'Total'), figure(output, 'Passed')];
  const pattern = args.at(-1);
  if (!expected.has(pattern)) expected.set(pattern, total);
  const [version] = spawnSync(bin, ['--version'], { encoding: 'utf8' }).stdout?.split('\n') ?? [];
  const isWell = isOver && total > 0 && good === total && total === expected.get(pattern) && !/^\s*FAIL\b/m.test(output);
  console.log(`${basename(bin)} ${/[\d.]+/.exec(version ?? '')?.[0] ?? '(absent)'}`.padEnd(16), `${good} of ${total} passed`);
  if (!isWell) {
    console.error(output);
    failures.push(failuresIn(basename(bin), output));
  }
  passed += good;
  failed += isWell ? 0 : Math.max(1, total - good);
}

/** Those that are named, such as `node26 bun`; else all. */
const named = process.argv.slice(2);
const waiting = RUNTIMES.filter(
  ([bin = '']) => named.length === 0 || named.some((name) => bin.includes(`${name}/`) || bin.endsWith(`/${name}`)),
);
const lane = async () => {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await runOn(next);
};
await Promise.all(Array.from({ length: Math.min(3, availableParallelism()) }, lane));
for (const failure of failures) console.log(failure);
console.log(`\nruntimes: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
