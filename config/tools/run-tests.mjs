/**
 * Runs the test suite and does not believe uvu's exit code alone: uvu 0.5.6 exits 0 when a test throws something that is
 * not an Error, when a hook throws, when a file forgets `.run()` and when no file matches. So every file must call
 * `run()`, hooks are not used, the count must not fall below the recorded floor, and passed must equal total.
 *
 *   node config/tools/run-tests.mjs            everything, with coverage
 *   node config/tools/run-tests.mjs core/span  files whose path matches, without floor and coverage
 */
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const FLOOR_FILE = 'config/tools/test-floor.json';
/** The long forms of the fault tests take their time. */
const LIMIT_MS = (process.env.FAULTS === 'long' ? 30 : 8) * 60_000;
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
const uvu = [
  '--import',
  './test/support/no-child-coverage.mjs',
  '--import',
  'tsx',
  'node_modules/uvu/bin.js',
  'test',
  only ? `${only}.*\\.test\\.ts$` : '\\.test\\.ts$',
];
const command = only
  ? [process.execPath, uvu]
  : [bin('c8'), ['--clean', '--reporter=none', '--include=lib', '--all', process.execPath, ...uvu]];
const child = spawn(command[0], command[1], {
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { ...process.env, NODE_ENV: 'test', FORCE_COLOR: '0' },
});
const timer = setTimeout(() => {
  problems.push(`The tests took longer than ${LIMIT_MS / 60_000} minutes`);
  child.kill('SIGKILL');
}, LIMIT_MS);
let output = '';
child.stdout.on('data', (chunk) => {
  output += chunk;
  process.stdout.write(chunk);
});
const code = await new Promise((resolve) => child.on('close', resolve));
clearTimeout(timer);

// uvu colours its figures whatever it is told.
const plain = stripVTControlCharacters(output);
const figure = (label) => Number(new RegExp(`^\\s*${label}:\\s+(\\d+)`, 'm').exec(plain)?.[1] ?? 0);
const [total, passed, skipped] = [figure('Total'), figure('Passed'), figure('Skipped')];
if (code !== 0) problems.push(`uvu ended with ${code}`);
if (passed !== total) problems.push(`${total - passed} of ${total} tests did not pass`);
if (/^\s*FAIL\b/m.test(plain)) problems.push('uvu printed FAIL');
if (skipped > 0 && process.env.CI === 'true') problems.push(`${skipped} tests were skipped, which CI does not allow`);
// Skipped ones count: a machine may not let every fault happen.
if (!only && total + skipped < floor)
  problems.push(`Only ${total} tests ran; ${FLOOR_FILE} says at least ${floor}. Did a file stop half-way?`);
if (!only && total > floor) console.log(`\n${total} tests ran, more than the recorded ${floor}: raise ${FLOOR_FILE}.`);

if (!only && problems.length === 0) {
  cover('core', ['--include=lib/core', '--lines=100', '--branches=100', '--functions=100', '--statements=100']);
  cover('lib', ['--include=lib', '--lines=95', '--branches=95', '--functions=95', '--statements=95']);
}
for (const problem of problems) console.error(`\n✘ ${problem}`);
console.log(`\n${passed} passed, ${Math.max(problems.length, total - passed)} failed`);
process.exit(problems.length === 0 ? 0 : 1);

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
