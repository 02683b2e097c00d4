/** The program as it is started from a shell, without a terminal. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { testWith } from '../../support/test-with';
import { quoted, start, startCommand, startWith } from './program';
import { makeSampleTree } from './sample-tree';

const tree = makeSampleTree();
const folder = mkdtempSync(join(tmpdir(), 'telemetry-demo-log-'));
process.on('exit', () => {
  tree.remove();
  rmSync(folder, { recursive: true, force: true });
});

const TABLE = /\nCounters +events\n[\s\S]*agent\.session\.start +[\d,]+\n[\s\S]*\nDurations +count +p50 +p95 +p99 /;

/** The path that the output names, removed when the tests are over. */
function logIn(stdout: string): string {
  const path = /\nLog +(\S+demo\.log)\n/.exec(stdout)![1]!;
  process.on('exit', () => rmSync(join(path, '..'), { recursive: true, force: true }));
  return path;
}

test('without a terminal the demo prints a line each second, and ends by itself with the table and code 0', async () => {
  const { output, ended } = start('demo', tree.folder, '--for', '2500ms');
  assert.is((await ended).code, 0, output.stderr);
  assert.match(output.stdout, /^telemetry-bus demo/);
  assert.match(output.stdout, / 1s +\d/);
  assert.match(output.stdout, TABLE);
  assert.not.ok(output.stdout.includes('\x1b'));
  assert.is(output.stderr, '');
});

test('without --log events go to a file for its owner alone, in a folder of its own, named at the start and at the end', async () => {
  const { output, ended } = start('demo', tree.folder, '--for', '1s');
  await ended;
  const path = logIn(output.stdout);
  assert.is(statSync(path).mode & 0o777, 0o600);
  assert.is(statSync(join(path, '..')).mode & 0o777, 0o700);
  assert.match(output.stdout, new RegExp(`\\nLog +${path} \\([\\d,]+ lines\\)\\nCount +jq -r .event_name ${path} `));
});

test('Ctrl-C ends it within a second, with the table and code 130', async () => {
  const { child, output, ended, shows } = start('demo', tree.folder, '--for', '10m');
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
  logIn(output.stdout);
});

test('SIGTERM ends it with the table and code 143', async () => {
  const { child, output, ended, shows } = start('demo', tree.folder, '--for', '10m');
  await shows(/Runs for {2}10 min/);
  child.kill('SIGTERM');
  assert.is((await ended).code, 143, output.stderr);
  assert.match(output.stdout, /\nCounters/);
  logIn(output.stdout);
});

test('it ends without a complaint when nobody reads its output any more', async () => {
  const { child, output, ended, shows } = start('demo', tree.folder, '--for', '10m');
  await shows(/Runs for/);
  logIn(output.stdout);
  child.stdout?.destroy();
  assert.is((await ended).code, 0, output.stderr);
  assert.is(output.stderr, '');
});

test('an existing file is not written over: code 2', async () => {
  const path = join(tree.folder, 'index.ts');
  const before = readFileSync(path, 'utf8');
  const { output, ended } = start('demo', tree.folder, '--for', '1s', '--log', path);
  assert.is((await ended).code, 2);
  assert.ok(output.stderr.startsWith(`telemetry-bus: There is a ${path} already, and the demo writes over nothing`), output.stderr);
  assert.is(readFileSync(path, 'utf8'), before);
  assert.is(output.stdout, '');
});

test('a file that can not be created is told: code 2', async () => {
  const path = join(tree.folder, 'index.ts', 'demo.log');
  const { output, ended } = start('demo', tree.folder, '--log', path);
  assert.is((await ended).code, 2);
  assert.match(output.stderr, /^telemetry-bus: The file for --log can't be created: ENOTDIR: /);
});

test('a folder without source files is told on one line: code 1, and no log is left', async () => {
  const path = join(folder, 'nothing.log');
  const empty = start('demo', folder, '--log', path);
  assert.is((await empty.ended).code, 1);
  assert.is(empty.output.stderr, `telemetry-bus: There is no JavaScript or TypeScript file in ${folder}\n`);
  assert.not.ok(existsSync(path));
});

test('an unknown option ends it with code 2 and what was meant', async () => {
  const { output, ended } = start('demo', '--fro', '2s');
  assert.is((await ended).code, 2);
  assert.match(output.stderr, /^telemetry-bus: Unknown option '--fro'\. Did you mean '--for'\?\nUsage: telemetry-bus demo /);
  assert.is(output.stdout, '');
});

test('a full disk costs the lines it could not take, all counted; the file holds whole lines', async () => {
  const path = join(folder, 'full.log');
  const program = `${[process.execPath, '--import', 'tsx', 'lib/node/cli/main.ts', 'demo', tree.folder, '--for', '1500ms', '--log', path].map(quoted).join(' ')}`;
  // A limit in place of a disk; the compiler's cache must not meet it.
  const { output, ended } = startCommand(['bash', '-c', `export TSX_DISABLE_CACHE=1; ulimit -f 20; exec ${program}`]);
  assert.is((await ended).code, 0, output.stderr);
  const [, written, lost] =
    /\nLog +\S+ \(([\d,]+) lines; ([\d,]+) wait, because the file can't be written\)\n/.exec(output.stdout) ??
    assert.unreachable(output.stdout)!;
  const lines = readFileSync(path, 'utf8').split('\n');
  assert.is(lines.pop(), '');
  for (const line of lines) JSON.parse(line);
  const number = (text: string | undefined) => Number(text!.replace(',', ''));
  assert.is(lines.length, number(written));
  assert.match(output.stderr, /^telemetry-bus: [\d]+ lines of full\.log were lost at exit: EFBIG\n$/);
  assert.is(lines.length + number(lost), number(/\nall +([\d,]+)\n/.exec(output.stdout)![1]));
});

/** Rows such as `agent.llm.response  52`, of the first block after a heading. */
function rowsAfter(heading: RegExp, stdout: string): Record<string, number> {
  const block = stdout.slice(heading.exec(stdout)!.index + 1).split('\n\n')[0]!;
  return Object.fromEntries(
    Array.from(block.matchAll(/^((?:agent|http)\.\S+) +([\d,]+)/gm), ([, key, count]) => [key!, Number(count!.replace(',', ''))]),
  );
}

testWith(['jq'], 'what is printed at the end equals what jq counts in the file, whatever the environment says about logs', async () => {
  const path = join(folder, "it's a log.jsonl");
  const env = { LOG_LEVEL: 'error,agent.llm=silent', LOG_FORMAT: 'text', LOG_SCHEMA: 'ecs', APP_ENV: 'production' };
  const { output, ended } = startWith(env, 'demo', tree.folder, '--for', '2s', '--log', path);
  assert.is((await ended).code, 0, output.stderr);
  const printed = rowsAfter(/\nCounters /, output.stdout);
  assert.ok(printed['agent.context.cache_hit']! > 0, output.stdout);

  const count = /\nCount +(jq .*)\n/.exec(output.stdout)![1]!;
  const counted = spawnSync('sh', ['-c', count], { encoding: 'utf8' });
  assert.is(counted.stderr, '');
  const pairs = Array.from(counted.stdout.matchAll(/^ *(\d+) (.*)$/gm), ([, number, key]) => [key!, Number(number)] as const);
  assert.equal(printed, Object.fromEntries(pairs));
  const all = Number(/\nall +([\d,]+)\n/.exec(output.stdout)![1]!.replace(',', ''));
  assert.is(
    all,
    pairs.reduce((sum, [, number]) => sum + number, 0),
  );

  const program = 'map(select(.duration_ms != null)) | group_by(.event_name) | map({ key: .[0].event_name, value: length }) | from_entries';
  const timed = spawnSync('sh', ['-c', `jq -s ${quoted(program)} ${quoted(path)}`], { encoding: 'utf8' });
  assert.equal(rowsAfter(/\nDurations /, output.stdout), JSON.parse(timed.stdout));
});

test.run();
