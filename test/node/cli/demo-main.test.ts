/** The program as it is started from a shell. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makeSampleTree } from './sample-tree';

const ROOT = join(fileURLToPath(import.meta.url), '../../../..');
const tree = makeSampleTree();
process.on('exit', tree.remove);

interface Program {
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
  /** Settles when it has ended and all it wrote is here. */
  readonly ended: Promise<{ code: number | null; atMs: number }>;
  /** Waits until the standard output holds something. */
  shows(text: RegExp): Promise<void>;
}

function start(...args: readonly string[]): Program {
  const child = spawn(process.execPath, ['--import', 'tsx', 'lib/node/cli/demo/main.ts', ...args], { cwd: ROOT, timeout: 30_000 });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (part: string) => (output.stdout += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (output.stderr += part));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, atMs: performance.now() }));
  const shows = async (text: RegExp) => {
    while (!text.test(output.stdout)) {
      if (child.exitCode !== null) throw new Error(`It ended without showing ${text}: ${output.stdout}${output.stderr}`);
      await Promise.race([once(child.stdout, 'data'), ended]);
    }
  };
  return { child, output, ended, shows };
}

const TABLE = /\nCounters +events\n[\s\S]*agent\.session\.start +[\d,]+\n[\s\S]*\nDurations +count +p50 +p95 +p99 /;

test('it ends by itself when the time is over, with the table and code 0', async () => {
  const { output, ended } = start(tree.folder, '--for', '2s');
  assert.is((await ended).code, 0, output.stderr);
  assert.match(output.stdout, /^telemetry-bus demo/);
  assert.match(output.stdout, / 1s +\d/);
  assert.match(output.stdout, TABLE);
  assert.is(output.stderr, '');
});

test('Ctrl-C ends it within a second, with the table and code 130', async () => {
  const { child, output, ended, shows } = start(tree.folder, '--for', '10m');
  await shows(/ev\/s/);
  const interruptedAt = performance.now();
  child.kill('SIGINT');
  // As npm does: the same key press, passed on.
  child.kill('SIGINT');
  const { code, atMs } = await ended;
  assert.is(code, 130, output.stderr);
  assert.ok(atMs - interruptedAt < 1_000, `it took ${atMs - interruptedAt} ms`);
  assert.match(output.stdout, TABLE);
  assert.is(output.stderr, '');
});

test('SIGTERM ends it with the table and code 143', async () => {
  const { child, output, ended, shows } = start(tree.folder, '--for', '10m');
  await shows(/Runs for {2}10 min/);
  child.kill('SIGTERM');
  assert.is((await ended).code, 143, output.stderr);
  assert.match(output.stdout, /\nCounters/);
});

test('it ends without a complaint when nobody reads its output any more', async () => {
  const { child, output, ended, shows } = start(tree.folder, '--for', '10m');
  await shows(/Runs for/);
  child.stdout?.destroy();
  assert.is((await ended).code, 0, output.stderr);
  assert.is(output.stderr, '');
});

test('an unknown option ends it with code 2 and the usage', async () => {
  const { output, ended } = start('--fro', '2s');
  assert.is((await ended).code, 2);
  assert.match(output.stderr, /^Unknown option '--fro'\n\nUsage: npm start /);
  assert.is(output.stdout, '');
});

test('--help prints the usage', async () => {
  const { output, ended } = start('--help');
  assert.is((await ended).code, 0);
  assert.match(output.stdout, /^Usage: npm start /);
});

test.run();
