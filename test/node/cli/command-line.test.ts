import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TelemetryError } from '../../../lib/core/errors';
import { type Command, defineCommand } from '../../../lib/node/cli/command';
import { COMMANDS } from '../../../lib/node/cli/commands';
import { complaintAbout } from '../../../lib/node/cli/complaint';
import { commandHelp } from '../../../lib/node/cli/help';
import { parseCommand } from '../../../lib/node/cli/parse-command';
import { runCommandLine } from '../../../lib/node/cli/run';
import { UsageError } from '../../../lib/node/cli/usage-error';
import packageJson from '../../../package.json';
import { makeSampleTree } from './sample-tree';
import { keepOutput } from './surroundings';

async function run(line: string, env: Readonly<Record<string, string>> = {}) {
  const around = keepOutput(env);
  const code = await runCommandLine(line.split(' ').filter(Boolean), around);
  return { code, ...around.written };
}

test('without a command, with --help and with help it prints every command', async () => {
  const { code, stdout, stderr } = await run('');
  assert.is(code, 0);
  assert.is(stderr, '');
  assert.match(stdout, /^Usage: telemetry-bus <command> \[options\]\n/);
  for (const name of Object.keys(COMMANDS)) assert.match(stdout, new RegExp(`^ {2}${name} +\\w`, 'm'));
  for (const same of ['--help', '-h', 'help', '--no-color', '--no-color --help', 'help --no-color'])
    assert.equal(await run(same), { code, stdout, stderr }, same);
});

test('each command is under its own name', async () => {
  for (const [name, load] of Object.entries(COMMANDS)) assert.is((await load()).command.name, name);
});

test('the help of a command is the same however it is asked for', async () => {
  const { code, stdout } = await run('help demo');
  assert.is(code, 0);
  assert.match(
    stdout,
    /^Usage: telemetry-bus demo \[folder\] \[--for <time>\] \[--log <file>\] \[--database <file or address>\] \[--metrics <port>\] \[--admin <port>\] \[--plain\]\n\nRuns a coding agent/,
  );
  assert.match(stdout, /\n {2}--for <time> +how long, .*; default: 30s\n/);
  for (const same of ['demo --help', 'demo -h', '--help demo', 'demo no-such-folder --help'])
    assert.is((await run(same)).stdout, stdout, same);
});

test('--version and version print that of the package', async () => {
  for (const line of ['--version', 'version', '--no-color --version'])
    assert.equal(await run(line), { code: 0, stdout: `${packageJson.version}\n`, stderr: '' });
});

const REFUSED: readonly (readonly [line: string, stderr: string])[] = [
  ['dmeo', "Unknown command 'dmeo'. Did you mean 'demo'?\nUsage: telemetry-bus <command> [options]\n\"telemetry-bus help\" says more.\n"],
  ['toString', "Unknown command 'toString'\n"],
  ['help cnfig', "Unknown command 'cnfig'. Did you mean 'config'?\nUsage: telemetry-bus help [command]\n"],
  ['--vesion', "Unknown option '--vesion' before a command. Did you mean '--version'?\n"],
  ['--for 3s demo', "Unknown option '--for' before a command\n"],
  ['demo --fro 2s', "Unknown option '--fro'. Did you mean '--for'?\nUsage: telemetry-bus demo [folder]"],
  ['demo --for', "Option '--for"],
  ['demo --for -5s', "Option '--for"],
  ['demo --for 3', '--for 3 is not a time'],
  ['demo lib test', "'demo' takes one folder, not 2: lib test\n"],
  ['config --josn', "Unknown option '--josn'. Did you mean '--json'?\n"],
  ['config now', "'config' takes no argument, not 1: now\n"],
];

for (const [line, stderr] of REFUSED) {
  test(`a wrong command line is refused with code 2: ${line}`, async () => {
    const result = await run(line);
    assert.is(result.code, 2);
    assert.is(result.stdout, '');
    assert.ok(result.stderr.startsWith(`telemetry-bus: ${stderr}`), result.stderr);
    assert.match(result.stderr, /" says more\.\n$/);
  });
}

test('what a command line quotes can not drive a terminal', async () => {
  assert.match((await run('\x1b[2J')).stderr, /^telemetry-bus: Unknown command '\\u001b\[2J'\n/);
});

test('config shows every value and where it comes from', async () => {
  const { code, stdout, stderr } = await run('config', { APP_ENV: 'production', PORT: '9000' });
  assert.equal([code, stderr], [0, '']);
  assert.match(stdout, /^KEY +VALUE +SOURCE\n/);
  assert.match(stdout, /^port +9000 +environment PORT$/m);
  assert.match(stdout, /^environment +production +environment APP_ENV$/m);
  assert.match(stdout, /^logToConsole +false +config\/production$/m);
});

test('config --json has every key in every row', async () => {
  const rows = JSON.parse((await run('config --json', { PORT: '9000' })).stdout) as Record<string, unknown>[];
  for (const row of rows) assert.equal(Object.keys(row), ['key', 'value', 'source', 'variable']);
  assert.equal(
    rows.find(({ key }) => key === 'port'),
    { key: 'port', value: 9000, source: 'environment', variable: 'PORT' },
  );
  assert.equal(
    rows.find(({ key }) => key === 'app'),
    { key: 'app', value: null, source: 'default', variable: null },
  );
});

test('config tells what is wrong with code 1, what is doubtful beside the values', async () => {
  const wrong = await run('config', { PORT: '80o0', LOG_LEVEL: 'loud' });
  assert.equal([wrong.code, wrong.stdout], [1, '']);
  assert.match(
    wrong.stderr,
    /^telemetry-bus: The configuration is not valid\. \[CONFIG_INVALID\]\nThere are 2 problems:\n {2}PORT: got "80o0"\./,
  );
  const doubtful = await run('config --json', { TELEMETRY_LOG_DIR: 'x' });
  assert.is(doubtful.code, 0);
  assert.match(doubtful.stderr, /^telemetry-bus: Variable "TELEMETRY_LOG_DIR" is not known .* Did you mean "LOG_DIR"\?\n$/);
  JSON.parse(doubtful.stdout);
});

test('demo prints lines where there is no terminal, a screen where there is one, and closes its log', async () => {
  const tree = makeSampleTree();
  process.on('exit', tree.remove);
  for (const [isTTY, option, starts] of [
    [false, '', 'telemetry-bus demo: '],
    [true, '--plain', 'telemetry-bus demo: '],
    [true, '--no-color', '\x1b[?1049h'],
  ] as const) {
    const around = keepOutput({}, isTTY);
    const path = join(tree.folder, `${isTTY}${option}.log`);
    const code = await runCommandLine(['demo', tree.folder, '--for', '500ms', '--log', path, ...(option === '' ? [] : [option])], around);
    assert.equal([code, around.written.stderr], [0, '']);
    assert.ok(around.written.stdout.startsWith(starts), around.written.stdout);
    const all = Number(/\nall +([\d,]+)\n/.exec(around.written.stdout)![1]!.replace(',', ''));
    assert.is(readFileSync(path, 'utf8').split('\n').length - 1, all);
  }
});

/** Runs a command of the test's own in place of `version`. */
async function runOwn(command: Command, line: string, env: Readonly<Record<string, string>> = {}, isTTY = false) {
  const around = keepOutput(env, isTTY);
  const table = COMMANDS as Record<string, () => Promise<{ command: Command }>>;
  const version = table.version!;
  table.version = async () => ({ command });
  try {
    return { code: await runCommandLine(line.split(' '), around), ...around.written };
  } finally {
    table.version = version;
  }
}

test('colours: --no-color, then NO_COLOR, FORCE_COLOR, TERM, the terminal', async () => {
  const seen: boolean[] = [];
  const own = defineCommand({ name: 'version', summary: 's', arguments: [], options: {}, run: async ({ colors }) => seen.push(colors) });
  await runOwn(own, '--no-color version', { FORCE_COLOR: '1' }, true);
  await runOwn(own, 'version --no-color', { FORCE_COLOR: '1' }, true);
  await runOwn(own, 'version', { NO_COLOR: '1', FORCE_COLOR: '1' }, true);
  await runOwn(own, 'version', { FORCE_COLOR: '1', TERM: 'dumb' }, false);
  await runOwn(own, 'version', { TERM: 'dumb' }, true);
  await runOwn(own, 'version', {}, true);
  await runOwn(own, 'version', {}, false);
  assert.equal(seen, [false, false, false, true, false, true, false]);
});

const failing = (error: unknown): Command =>
  defineCommand({ name: 'version', summary: 's', arguments: [], options: {}, run: () => Promise.reject(error) });

test('the code of a command is that of the program', async () => {
  const own = defineCommand({ name: 'version', summary: 's', arguments: [], options: {}, run: async () => 1 });
  assert.is((await runOwn(own, 'version')).code, 1);
});

test('a failure is told on a line with code 1, and shows its stack when asked to', async () => {
  const error = new Error('It is\x1b raining');
  assert.equal(await runOwn(failing(error), 'version'), { code: 1, stdout: '', stderr: 'telemetry-bus: It is\\u001b raining\n' });
  for (const line of ['version --debug', '--debug version']) {
    assert.match(
      (await runOwn(failing(error), line)).stderr,
      /^telemetry-bus: It is\\u001b raining\nError: It is.*\n +at .*command-line\.test/,
    );
  }
  assert.not.match((await runOwn(failing(error), 'version -- --debug')).stderr, /\n +at /);
});

test('an error of the program itself is named, with how to see more', () => {
  const { text, exitCode } = complaintAbout(new TypeError('x is not a function'), undefined, false);
  assert.is(text, 'telemetry-bus: TypeError: x is not a function\nWith --debug it says where that came from.');
  assert.is(exitCode, 1);
  assert.is(complaintAbout('just text', undefined, true).text, 'telemetry-bus: just text');
});

test('an error of the library is told in its parts', () => {
  const { text } = complaintAbout(new TelemetryError('OPTION_INVALID', 'What', 'Why', 'Fix'), undefined, false);
  assert.is(text, 'telemetry-bus: What. [OPTION_INVALID]\nWhy.\nFix.');
});

const SAMPLE = defineCommand({
  name: 'sample',
  summary: 'does things',
  arguments: [
    { name: 'from', doc: 'where' },
    { name: 'to', doc: 'where to' },
  ],
  options: { size: { value: 'n', default: '3', doc: 'how many' }, name: { value: 'text', doc: 'whose' }, fast: { doc: 'fast' } },
  notes: ['A note.'],
  run: async () => 0,
});

test('options have their values, their defaults, or nothing', () => {
  assert.equal(parseCommand(SAMPLE, ['a', '--fast', '--name=x', 'b']), {
    values: { size: '3', name: 'x', fast: true, help: false, 'no-color': false, debug: false },
    arguments: ['a', 'b'],
  });
  assert.equal(parseCommand(SAMPLE, ['--size', '4', '--', '--fast']), {
    values: { size: '4', name: undefined, fast: false, help: false, 'no-color': false, debug: false },
    arguments: ['--fast'],
  });
  assert.throws(
    () => parseCommand(SAMPLE, ['a', 'b', 'c']),
    (error: unknown) => error instanceof UsageError && /takes 2 arguments, not 3: a b c$/.test(error.message),
  );
});

test('help is made of what a command says of itself', () => {
  assert.is(
    commandHelp(SAMPLE),
    `Usage: telemetry-bus sample [from] [to] [--size <n>] [--name <text>] [--fast]

Does things.

  from           where
  to             where to
  --size <n>     how many; default: 3
  --name <text>  whose
  --fast         fast
  -h, --help     prints help
  --no-color     no colours; NO_COLOR and FORCE_COLOR are heard, too
  --debug        says where in the program an error came from

A note.`,
  );
});

test.run();
