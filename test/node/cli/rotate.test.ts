import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runCommandLine } from '../../../lib/node/cli/run';
import { start } from './program';
import { keepOutput } from './surroundings';

const root = mkdtempSync(join(tmpdir(), 'telemetry-rotate-cli-'));
process.on('exit', () => rmSync(root, { recursive: true, force: true }));

/** A folder with log files of so many bytes. */
function logs(...sizes: readonly number[]): { folder: string; paths: string[] } {
  const folder = mkdtempSync(join(root, 'logs-'));
  const paths = sizes.map((_, at) => join(folder, `${'abc'[at]}.log`));
  for (const [at, path] of paths.entries()) writeFileSync(path, 'x'.repeat(sizes[at]!));
  return { folder, paths };
}

async function run(...args: readonly string[]) {
  const around = keepOutput();
  const code = await runCommandLine(['rotate', ...args], around);
  return { code, ...around.written };
}

test('a line for each file says what became of it', async () => {
  const { folder, paths } = logs(3_000, 1_234_567);
  assert.equal(await run('--max-bytes', '1MB', ...paths), {
    code: 0,
    stdout: `${paths[0]}: 3,000 bytes, left as it is\n${paths[1]}: 1,234,567 bytes, now ${paths[1]}.1\n`,
    stderr: '',
  });
  assert.equal(readdirSync(folder).sort(), ['a.log', 'b.log.1']);
});

test('every option does what the function does', async () => {
  const { folder, paths } = logs(5_000);
  const [path] = paths as [string];
  writeFileSync(`${path}.1`, 'older');
  writeFileSync(`${path}.2`, 'oldest');
  const dry = await run(path, '--max-bytes', '0', '--dry-run');
  assert.equal(dry, { code: 0, stdout: `${path}: 5,000 bytes, would be rotated\n`, stderr: '' });
  const done = await run(path, '--max-bytes=2KB', '--keep', '2', '--max-age', '30d', '--total-bytes', '1GB', '--gzip', '--copy-truncate');
  assert.equal(done, { code: 0, stdout: `${path}: 5,000 bytes, now ${path}.1.gz\n`, stderr: '' });
  assert.equal(readdirSync(folder).sort(), ['a.log', 'a.log.1.gz', 'a.log.2.gz']);
  assert.is(readFileSync(path, 'utf8'), '');
  writeFileSync(path, 'x');
  assert.match((await run(path, '--max-bytes', '0', '--archive', join(folder, 'old'))).stdout, /now .*\/old\/a\.log\.1\n$/);
  writeFileSync(path, 'x');
  assert.match((await run(path, '--max-bytes', '0', '--keep', '0')).stdout, / 1 byte, deleted, the limits leave no room for it\n$/);
});

test('with --json each file is a line of JSON, also one that failed', async () => {
  const { paths } = logs(10, 20);
  const [small, long] = paths as [string, string];
  const { code, stdout, stderr } = await run('--json', '--max-bytes', '15', small, 'no-such.log', long);
  const lines = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  assert.equal(lines[0], { file: small, rotated: false, bytes: 10, reason: 'small' });
  assert.equal([lines[1].file, lines[1].rotated], ['no-such.log', false]);
  assert.match(lines[1].error, /ENOENT/);
  assert.equal(lines[2], { file: long, rotated: true, path: `${long}.1`, bytes: 20 });
  assert.match(stderr, /^telemetry-bus: no-such\.log could not be rotated: ENOENT/);
  assert.is(code, 1);
});

test('one file that fails does not keep the others from being rotated: code 1', async () => {
  const { folder, paths } = logs(10, 20);
  const { code, stdout, stderr } = await run('--max-bytes', '0', paths[0]!, folder, paths[1]!);
  assert.is(code, 1);
  assert.is(stdout.split('\n').length, 3);
  assert.match(stderr, /plain file/);
  assert.equal(readdirSync(folder).sort(), ['a.log.1', 'b.log.1']);
});

const REFUSED: readonly (readonly [args: readonly string[], stderr: string])[] = [
  [[], 'Name at least one file\nUsage: telemetry-bus rotate [file...] [--max-bytes <size>]'],
  [['x', '--max-bytes', 'many'], '--max-bytes many is not a size'],
  [['x', '--total-bytes', '-5'], "Option '--total-bytes"],
  [['x', '--total-bytes', '5'], 'keep: totalBytes is not valid. Got 5.'],
  [['x', '--keep', 'all'], '--keep all is not a whole number'],
  [['x', '--keep', '10001'], 'keep: files is not valid. Got 10001.'],
  [['x', '--max-age', '30'], 'keep: maxAge is not valid. Got "30".'],
  [['x', '--gzp'], "Unknown option '--gzp'. Did you mean '--gzip'?"],
];

for (const [args, text] of REFUSED) {
  test(`a wrong command line ends with code 2: rotate ${args.join(' ')}`, async () => {
    const { code, stdout, stderr } = await run(...args);
    assert.is(code, 2);
    assert.is(stdout, '');
    assert.ok(stderr.startsWith(`telemetry-bus: ${text}`), stderr);
  });
}

test('names that drive a terminal are shown escaped', async () => {
  const { folder } = logs();
  const path = join(folder, 'a\u001b[31m.log');
  writeFileSync(path, 'x');
  assert.not.ok((await run(path)).stdout.includes('\u001b'));
});

test('the program rotates a file', async () => {
  const { paths } = logs(100);
  const { output, ended } = start('rotate', '--max-bytes', '10', ...paths);
  assert.is((await ended).code, 0, output.stderr);
  assert.is(output.stdout, `${paths[0]}: 100 bytes, now ${paths[0]}.1\n`);
});

test.run();
