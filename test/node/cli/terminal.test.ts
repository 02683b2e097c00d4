/** The demo in a terminal: what it sends there, and that it gives the terminal back whatever ends it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { testWith } from '../../support/test-with';
import { type Program, startInTerminal, type Terminal } from './program';
import { makeSampleTree } from './sample-tree';

const tree = makeSampleTree();
process.on('exit', tree.remove);
mkdirSync(join(tree.folder, 'node_modules', 'empty'));

const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';
const ESC = '\x1b';
const FRAME = new RegExp(`${ESC}\\[H(${ESC}\\[36m)?telemetry-bus demo`);
const TABLE = /\nCounters +events\n[\s\S]*\nDurations +count +p50 +p95 +p99 /;
const NEEDED = ['script', 'stty'];

let logs = 0;
/** A demo with a log of its own, in a folder that goes with the tree. */
function startDemo(options: readonly string[] = [], terminal: Terminal = {}): Program {
  return startInTerminal(['demo', tree.folder, '--log', join(tree.folder, `${++logs}.jsonl`), ...options], terminal);
}

/** What stands on the terminal when the program is over: all that came after the screen was left. */
const remains = ({ output }: Program): string => output.stdout.slice(output.stdout.lastIndexOf(LEAVE) + LEAVE.length).replaceAll('\r', '');

/** Entered once, left once, in this order; nothing of the screen before or after. */
function assertGivenBack({ output: { stdout } }: Program): void {
  const [enters, leaves] = [stdout.split(ENTER).length - 1, stdout.split(LEAVE).length - 1];
  assert.equal({ enters, leaves }, { enters: 1, leaves: 1 });
  assert.ok(stdout.indexOf(ENTER) < stdout.indexOf(LEAVE));
  assert.is(stdout.split('\x1b[?25').length - 1, 2);
  assert.not.match(stdout.slice(stdout.indexOf(LEAVE) + LEAVE.length), FRAME);
  assert.not.ok(stdout.includes(`${ESC}[2J`));
}

testWith(NEEDED, 'frames are drawn in place and fit; the table is what remains', async () => {
  const program = startDemo(['--for', '2s'], { columns: 90, rows: 20 });
  assert.is((await program.ended).code, 0, program.output.stdout);
  assertGivenBack(program);
  assert.match(remains(program), TABLE);
  assert.not.match(remains(program), /ev\/s/);
  const frames = program.output.stdout
    .replaceAll('\r', '')
    .split(new RegExp(`${ESC}\\[H(?=\\S)`))
    .filter((frame) => frame.includes(`${ESC}[J`))
    .map((frame) => stripVTControlCharacters(frame.split(`${ESC}[J`)[0]!).split('\n'));
  assert.ok(frames.length >= 5 && frames.length <= 25, `${frames.length} frames`);
  for (const lines of frames) {
    assert.ok(lines.length <= 20, `${lines.length} lines`);
    for (const line of lines) assert.ok([...line].length < 90, line);
  }
  assert.ok(
    frames.at(-1)!.some((line) => /^agent\.llm\.response +\d+ /.test(line)),
    frames.at(-1)!.join('\n'),
  );
  assert.ok(program.output.stdout.includes(`${ESC}[36m`));
});

testWith(NEEDED, 'Ctrl-C gives the terminal back, with the table and code 130', async () => {
  const program = startDemo(['--for', '10m']);
  await program.shows(FRAME);
  program.child.stdin!.write('\x03');
  assert.is((await program.ended).code, 130, program.output.stdout);
  assertGivenBack(program);
  assert.match(remains(program), TABLE);
});

/** The process of the program, not that of the terminal. */
const idOf = ({ output }: Program): number => Number(/^(\d+)\r?\n/.exec(output.stdout)![1]);

testWith(NEEDED, 'SIGTERM gives the terminal back, with the table and code 143', async () => {
  const program = startDemo(['--for', '10m']);
  await program.shows(FRAME);
  process.kill(idOf(program), 'SIGTERM');
  assert.is((await program.ended).code, 143, program.output.stdout);
  assertGivenBack(program);
  assert.match(remains(program), TABLE);
});

testWith(NEEDED, 'SIGQUIT ends it at once, and the terminal is given back', async () => {
  const program = startDemo(['--for', '10m']);
  await program.shows(FRAME);
  process.kill(idOf(program), 'SIGQUIT');
  assert.is((await program.ended).code, 131, program.output.stdout);
  assertGivenBack(program);
});

testWith(NEEDED, '--plain and TERM=dumb print lines, NO_COLOR a screen without colours', async () => {
  const plain = startDemo(['--for', '1500ms', '--plain']);
  const dumb = startDemo(['--for', '1500ms'], { before: 'export TERM=dumb;' });
  const grey = startDemo(['--for', '1500ms'], { before: 'export NO_COLOR=1;' });
  for (const program of [plain, dumb]) {
    assert.is((await program.ended).code, 0);
    assert.not.ok(program.output.stdout.includes(`${ESC}[?`) || program.output.stdout.includes(`${ESC}[H`));
    assert.match(program.output.stdout, / 1s +\d/);
  }
  await grey.ended;
  assertGivenBack(grey);
  assert.not.match(grey.output.stdout, new RegExp(`${ESC}\\[[\\d;]*m`));
});

testWith(NEEDED, 'a folder without source files is told without a screen', async () => {
  const program = startInTerminal(['demo', join(tree.folder, 'node_modules', 'empty')]);
  assert.is((await program.ended).code, 1, program.output.stdout);
  assert.not.ok(program.output.stdout.includes('\x1b['));
  assert.match(program.output.stdout, /telemetry-bus: There is no JavaScript or TypeScript file in /);
});

test.run();
