import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { chainedSink } from '../../../lib/node/chain/chained-sink';
import { runCommandLine } from '../../../lib/node/cli/run';
import { fileSink } from '../../../lib/node/file/file-sink';
import { startWith } from './program';
import { keepOutput } from './surroundings';

const root = mkdtempSync(join(tmpdir(), 'telemetry-verify-cli-'));
process.on('exit', () => rmSync(root, { recursive: true, force: true }));
const KEY = 'a key that is long enough';

async function log(key?: string): Promise<string> {
  const path = join(mkdtempSync(join(root, 'log-')), 'security.log');
  const sink = chainedSink(fileSink({ path, sync: true }), key === undefined ? {} : { key });
  for (let line = 0; line < 3; line++) sink.write(`{"line":${line}}\n`, 'info');
  sink.rotate();
  for (let line = 3; line < 5; line++) sink.write(`{"line":${line}}\n`, 'info');
  await sink.close();
  return path;
}
async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const around = keepOutput(env);
  const code = await runCommandLine(['verify', ...args], around);
  return { code, ...around.written };
}
const change = (path: string, from: string, to: string): void => writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
const headOf = (path: string): string => /"hash":"(\w+)"\}\}\n$/.exec(readFileSync(path, 'utf8'))![1]!;

test('an intact log: a line for each file, then the head; code 0', async () => {
  const path = await log();
  assert.equal(await run([path]), {
    code: 0,
    stdout: `${path}.1: 3 lines, 0 problems\n${path}: 2 lines, 0 problems\n${path}: intact; head ${headOf(path)}\n`,
    stderr: '',
  });
});

test('a log that was tampered with: a line for each problem; code 1', async () => {
  const path = await log();
  change(`${path}.1`, '"line":1', '"line":7');
  const { code, stdout } = await run([path]);
  assert.is(code, 1);
  const lines = stdout.split('\n');
  assert.equal(lines.slice(0, 3), [
    `${path}.1: 3 lines, 1 problem`,
    `${path}: 2 lines, 0 problems`,
    `${path}.1:2: changed: The line was changed`,
  ]);
  assert.match(lines[3]!, /: tampered with: 1 problem; head /);
});

test('the key comes from a file or from the environment', async () => {
  const path = await log(KEY);
  const keyFile = join(root, 'key');
  writeFileSync(keyFile, `${KEY}\r\n`);
  assert.is((await run([path, '--key-file', keyFile])).code, 0);
  assert.is((await run([path], { SECURITY_CHAIN_KEY: KEY })).code, 0);
  assert.is((await run([path, '--key-file', keyFile], { SECURITY_CHAIN_KEY: 'some other long key' })).code, 0, 'the file comes first');
  const none = await run([path], { SECURITY_CHAIN_KEY: '' });
  assert.is(none.code, 1);
  assert.match(none.stdout, 'No line passes: were they chained with a key?');
  assert.match((await run([path], { SECURITY_CHAIN_KEY: 'some other long key' })).stdout, 'No line passes: is this the key?');
});

test('a single changed line is no wrong key', async () => {
  const path = await log();
  change(path, '"line":3', '"line":7');
  assert.not.match((await run([path])).stdout, 'No line passes');
});

test('a head that was recorded must be there', async () => {
  const path = await log();
  const head = headOf(path);
  assert.is((await run([path, '--head', head])).code, 0);
  writeFileSync(path, '');
  assert.is((await run([path])).code, 0);
  const cut = await run([path, '--head', head]);
  assert.is(cut.code, 1);
  assert.match(cut.stdout, 'missing: The line of the recorded head is not there');
});

test('older lines that are gone are said, and are a problem if all are asked for', async () => {
  const path = await log();
  rmSync(`${path}.1`);
  const { code, stdout } = await run([path]);
  assert.is(code, 0);
  assert.match(stdout, 'intact, older lines are not there; head');
  assert.is((await run([path, '--complete'])).code, 1);
});

test('a file that can not be read ends with code 2, and the others are verified', async () => {
  const path = await log();
  const { code, stdout, stderr } = await run([join(root, 'missing.log'), path]);
  assert.is(code, 2);
  assert.match(stdout, 'intact');
  assert.match(stderr, /^telemetry-bus: .*missing\.log can't be read: ENOENT/);
  change(path, '"line":3', '"line":7');
  assert.is((await run([join(root, 'missing.log'), path])).code, 1, 'tampering counts for more');
});

test('with --json each log is a line of JSON', async () => {
  const path = await log();
  const { stdout } = await run(['--json', path, join(root, 'missing.log')]);
  const [report, missing] = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  assert.equal([report.log, report.isIntact, report.lines, report.problems], [path, true, 5, []]);
  assert.match(missing.error, 'ENOENT');
});

const REFUSED: readonly (readonly [args: readonly string[], env: Readonly<Record<string, string>>, stderr: RegExp])[] = [
  [[], {}, /Name at least one file/],
  [['x', 'y', '--head', 'ab'.repeat(32)], {}, /--head is the head of one file/],
  [['x', '--head', 'short'], {}, /expectedHead is not valid/],
  [['x', '--key', 'secret'], {}, /Unknown option '--key'/],
  [['x', '--key-file', '/no/such/file'], {}, /key file \/no\/such\/file can't be read/],
  [['x', '--key-file', '/dev/null'], {}, /It has 0 bytes/],
  [['x'], { SECURITY_CHAIN_KEY: 'short secret' }, /It has 12 bytes/],
];
for (const [args, env, text] of REFUSED) {
  test(`a wrong command line ends with code 2: verify ${args.join(' ').slice(0, 50)} ${Object.keys(env)}`, async () => {
    const { code, stdout, stderr } = await run(args, env);
    assert.equal([code, stdout], [2, '']);
    assert.match(stderr, text);
    assert.not.match(stderr, 'short secret');
  });
}

test('names that drive a terminal are shown escaped', async () => {
  const path = join(root, 'a\u001b[31m.log');
  writeFileSync(path, '');
  assert.not.ok((await run([path])).stdout.includes('\u001b'));
});

test('the program verifies a log', async () => {
  const path = await log(KEY);
  const { output, ended } = startWith({ SECURITY_CHAIN_KEY: KEY }, 'verify', path);
  assert.is((await ended).code, 0, output.stderr);
  assert.match(output.stdout, ': intact; head ');
});

test.run();
