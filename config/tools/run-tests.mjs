/**
 * Runs the test suite and does not believe uvu's exit code alone: uvu 0.5.6 exits 0 when a test throws something that is
 * not an Error, when a hook throws, when a file forgets `.run()` and when no file matches. So every file must call
 * `run()`, hooks are not used, the count must not fall below the recorded floor, and passed must equal total.
 *
 *   node config/tools/run-tests.mjs            everything, with coverage, in three processes at once
 *   node config/tools/run-tests.mjs core/span  files whose path matches, without floor and coverage
 */
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

const FLOOR_FILE = 'config/tools/test-floor.json';
/** The long forms of the fault tests take their time. */
const LIMIT_MS = (process.env.FAULTS === 'long' ? 30 : 15) * 60_000;
const only = process.argv[2];
const floor = JSON.parse(readFileSync(FLOOR_FILE, 'utf8')).tests;
const problems = [];

const files = readdirSync('test', { recursive: true })
  .filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules'))
  .map((file) => join('test', file));
for (const file of files) {
  const source = readFileSync(file, 'utf8');
  if (!/\.run\(\);?\s*$/.test(source)) problems.push(`${file} does not end with run(): its tests would not be counted`);
  if (/\.(before|after)(\.each)?\(/.test(source)) problems.push(`${file} uses hooks, whose failures uvu hides`);
  if (/\btest\.only\(/.test(source)) problems.push(`${file} runs one test alone`);
}

const bin = (name) => join('node_modules', '.bin', name);
/** Some tests mostly wait, for faults they cause and for programs they start; the others mostly work, and tell the coverage. */
const WAITING = '(faults|node/cli|examples|package|types|e2e)';
/** About half of the others. */
const HALF = '(core|exporters|log|metrics)/';
const patterns = only
  ? [`(${only}).*\\.test\\.ts$`]
  : [`^${WAITING}.*\\.test\\.ts$`, `^${HALF}.*\\.test\\.ts$`, `^(?!${WAITING}|${HALF}).*\\.test\\.ts$`];
if (!only) rmSync('coverage', { recursive: true, force: true });
const runs = await Promise.all(patterns.map((pattern, index) => run(pattern, { isShown: index === 0, isCovered: !only && index > 0 })));

let [total, passed, skipped] = [0, 0, 0];
for (const { code, output, complaints } of runs) {
  // uvu colours its figures whatever it is told.
  const plain = stripVTControlCharacters(output);
  const figure = (label) => Number(new RegExp(`^\\s*${label}:\\s+(\\d+)`, 'm').exec(plain)?.[1] ?? 0);
  if (code !== 0) problems.push(`uvu ended with ${code}`);
  // Its process broke off, in the last file it names or in something that an earlier one left behind.
  if (figure('Total') === 0) problems.push(`uvu did not get to its end:\n${lastLines(plain)}\n${lastLines(complaints)}`);
  if (/^\s*FAIL\b/m.test(plain)) problems.push('uvu printed FAIL');
  total += figure('Total');
  passed += figure('Passed');
  skipped += figure('Skipped');
}
if (passed !== total) problems.push(`${total - passed} of ${total} tests did not pass`);
if (skipped > 0 && process.env.CI === 'true') problems.push(`${skipped} tests were skipped, which CI does not allow`);
// Skipped ones count: a machine may not let every fault happen.
if (!only && total + skipped < floor)
  problems.push(`Only ${total} tests ran; ${FLOOR_FILE} says at least ${floor}. Did a file stop half-way?`);
if (!only && total > floor) console.log(`\n${total} tests ran, more than the recorded ${floor}: raise ${FLOOR_FILE}.`);

if (!only && problems.length === 0) {
  giveSources();
  // A scope without async context is for browsers, and tested there, in test/package.
  const core = ['--include=lib/core', '--exclude=lib/core/context.ts'];
  cover('core', [...core, '--lines=100', '--branches=98', '--functions=100', '--statements=100']);
  // The command line is run as people run it.
  const lib = ['--include=lib', '--exclude=lib/node/cli'];
  cover('lib', [...lib, '--lines=95', '--branches=95', '--functions=95', '--statements=95']);
}
for (const problem of problems) console.error(`\n✘ ${problem}`);
console.log(`\n${passed} passed, ${Math.max(problems.length, total - passed)} failed`);
process.exit(problems.length === 0 ? 0 : 1);

/** Runs the files of a pattern. Several at a time would mix their lines: one is shown as it goes on, the others when they are over. */
async function run(pattern, { isShown, isCovered }) {
  const files = ['--import', './test/support/no-child-coverage.mjs', '--import', 'tsx', 'config/tools/run-files.mjs', pattern];
  const child = spawn(process.execPath, files, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...(isCovered && { NODE_V8_COVERAGE: resolve('coverage/tmp') }), NODE_ENV: 'test', FORCE_COLOR: '0' },
    // A group of its own, so that a limit ends what it started, too.
    detached: true,
  });
  const timer = setTimeout(() => {
    problems.push(`The tests took longer than ${LIMIT_MS / 60_000} minutes`);
    process.kill(-child.pid, 'SIGKILL');
  }, LIMIT_MS);
  const interrupted = () => process.kill(-child.pid, 'SIGKILL');
  process.once('SIGINT', interrupted);
  let [output, complaints] = ['', ''];
  child.stderr.on('data', (chunk) => {
    complaints += chunk;
    process.stderr.write(chunk);
  });
  child.stdout.on('data', (chunk) => {
    output += chunk;
    if (isShown) process.stdout.write(chunk);
  });
  const code = await new Promise((resolve) => child.on('close', (status, signal) => resolve(status ?? signal)));
  clearTimeout(timer);
  process.off('SIGINT', interrupted);
  if (!isShown) process.stdout.write(output);
  return { code, output, complaints };
}

function lastLines(text) {
  return text
    .trimEnd()
    .split('\n')
    .slice(-25)
    .map((line) => `    ${line.slice(0, 200)}`)
    .join('\n');
}

/** tsx maps lines without the text they come from; c8 would take each file for one line, which is always covered. */
function giveSources() {
  for (const name of readdirSync('coverage/tmp')) {
    const path = join('coverage/tmp', name);
    const report = JSON.parse(readFileSync(path, 'utf8'));
    for (const [url, map] of Object.entries(report['source-map-cache'] ?? {})) {
      const isOurs = url.startsWith(pathToFileURL(`${resolve('lib')}/`).href);
      if (isOurs && map.data) map.data.sourcesContent = [readFileSync(fileURLToPath(url), 'utf8')];
    }
    writeFileSync(path, JSON.stringify(report));
  }
}

function cover(what, args) {
  const report = spawnSync(bin('c8'), ['report', '--check-coverage', '--reporter=text', ...args], { encoding: 'utf8' });
  if (report.status === 0) return;
  console.log(
    report.stdout
      .split('\n')
      .filter((line) => !/100 \|\s+100 \|\s+100 \|\s+100/.test(line))
      .join('\n'),
  );
  problems.push(`Coverage of ${what} is below its threshold: ${report.stderr.trim().split('\n').join('; ')}`);
}
