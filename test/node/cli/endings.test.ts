import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { endOnSignals, endWithoutReader, type Program } from '../../../lib/node/cli/endings';

function makeProgram() {
  const exits: number[] = [];
  const stdout = new EventEmitter();
  const said: string[] = [];
  const stderr = Object.assign(new EventEmitter(), { write: (text: string) => said.push(text) });
  const program = Object.assign(new EventEmitter(), { stdout, stderr, exit: (code: number) => exits.push(code) }) as EventEmitter & Program;
  return { program, stdout, stderr, said, exits, end: new AbortController() };
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`${signal} ends the program in good order with code ${code}`, () => {
    const { program, exits, end } = makeProgram();
    endOnSignals(program, end);
    program.emit(signal);
    assert.equal([end.signal.aborted, program.exitCode, exits], [true, code, []]);
  });
}

test('a signal that comes twice at once is one key press; a later one ends the program now, with the first code', async () => {
  const { program, exits, end } = makeProgram();
  endOnSignals(program, end);
  program.emit('SIGINT');
  program.emit('SIGINT');
  assert.equal(exits, []);
  await delay(350);
  program.emit('SIGTERM');
  assert.equal([exits, program.exitCode], [[130], 130]);
});

test('a reader that goes away ends the program in silence; another error of the output is a failure', () => {
  for (const [code, exitCode] of [
    ['EPIPE', undefined],
    ['EIO', 1],
  ] as const) {
    const { program, stdout, stderr, said, end } = makeProgram();
    endWithoutReader(program, end);
    stderr.emit('error', Object.assign(new Error(code), { code }));
    assert.not.ok(end.signal.aborted);
    stdout.emit('error', Object.assign(new Error(code), { code }));
    assert.equal([end.signal.aborted, program.exitCode], [true, exitCode]);
    assert.equal(said, code === 'EPIPE' ? [] : ["telemetry-bus: The output can't be written: EIO\n"]);
  }
});

test.run();
