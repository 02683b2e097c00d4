import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Bench, fact, inTime, pass, until } from '../support/faults/fact';
import { INTACT, intact, readFamily } from '../support/faults/lines';
import type { ServicePlan } from '../support/faults/plan';
import { type Program, start } from '../support/faults/program';
import { assertSteady, whenSteady } from '../support/faults/steady';

/** Files alone, so that only they decide how long something takes. */
const files = (logDir: string): ServicePlan['options'] => ({
  logDir,
  console: false,
  environment: 'production',
  values: { logToFile: true },
  streams: { app: { rotate: { maxBytes: 1_048_576 }, keep: { files: 10_000 } } },
});

const startService = (
  bench: Bench,
  plan: Omit<ServicePlan, 'options'> & { readonly options?: object },
  logDir = join(bench.dir, 'logs'),
): Promise<Program> => start(bench, 'service', { ...plan, options: { ...files(logDir), ...plan.options } });

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  fact(
    '2 · D1 N6',
    `${signal} at any moment of 1,000,000 lines with rotation: nothing is lost, torn or doubled, and the process is seen to die of it within 2 s`,
    async (bench) => {
      const { dir, random, size, note } = bench;
      const times = signal === 'SIGTERM' ? size(4, 20) : size(1, 5);
      let [lines, slowest] = [0, 0];
      for (let time = 0; time < times; time++) {
        const logDir = join(dir, `${time}`);
        const program = await startService(bench, { options: { signals: true }, count: 1_000_000, ending: 'empty' }, logDir);
        await until('the first line', () => program.handed() > 0);
        await pass(random() * size(400, 3000));
        const before = performance.now();
        program.kill(signal);
        const ended = await program.ended;
        const ms = performance.now() - before;
        assert.equal([ended.signal, ended.stderr], [signal, '']);
        inTime(ms, 2000);
        const family = readFamily(join(logDir, 'app.log'));
        assert.equal(intact(family, program.handed()), INTACT);
        lines += program.handed();
        slowest = Math.max(slowest, ms);
      }
      note(
        `${times} signals, ${lines.toLocaleString('en')} lines: lost 0, corrupt 0, duplicate 0; ended after at most ${Math.round(slowest)} ms by ${signal}`,
      );
    },
    { limit: [120_000, 240_000] },
  );
}

fact(
  '2 · D1',
  'an application with its own handler of SIGTERM ends as it wants to: its lines are written, the signal is not sent again',
  async (bench) => {
    const program = await startService(bench, { options: { signals: true }, count: 30_000, onTerm: 6, ending: 'stay' });
    await until('lines', () => program.handed() > 5000);
    program.kill('SIGTERM');
    const { code, signal } = await program.ended;
    assert.equal([code, signal], [7, null]);
    assert.equal(intact(readFamily(join(bench.dir, 'logs', 'app.log')), program.handed()), INTACT);
  },
);

fact(
  '7 · C4',
  'files that are moved away are opened anew at the signal for that, also while nobody writes, and lose nothing',
  async (bench) => {
    const path = join(bench.dir, 'logs', 'app.log');
    const program = await startService(bench, { options: { reopenOn: 'SIGUSR2' }, count: 2000, ending: 'stay', tellMs: 5 });
    await program.until('all lines', ({ stats }) => program.handed() === 2000 && stats.every(({ queued }) => queued === 0), 10_000);
    for (let move = 1; move <= 3; move++) {
      renameSync(path, `${path}.${100 - move}`);
      program.kill('SIGUSR2');
      await until('the file, made anew', () => existsSync(path));
      await program.until('it is opened', ({ stats }) => stats.some(({ path: of, reopens }) => of === path && reopens === move));
    }
    program.tell('stop');
    assert.is((await program.ended).code, 0);
    assert.equal(intact(readFamily(path), 2000), INTACT);
  },
);

for (const [ending, what, message] of [
  ['throw', 'an uncaught exception', 'thrown by the application'],
  ['reject', 'an unhandled rejection', 'rejected by the application'],
] as const) {
  fact(
    '3 · D4 N8',
    `${what} after 100,000 lines in one turn: none is lost, the error is on disk once, and the exit code is 1 as ever`,
    async (bench) => {
      const program = await startService(bench, { count: 100_000, perTurn: 100_000, ending });
      const { code, stderr } = await program.ended;
      assert.is(code, 1);
      assert.match(stderr, `Error: ${message}`);
      const app = readFamily(join(bench.dir, 'logs', 'app.log'));
      assert.equal(intact(app, 100_000), INTACT);
      for (const family of [app, readFamily(join(bench.dir, 'logs', 'errors.log'))]) {
        const found = family.records.filter((record) => JSON.stringify(record).includes(message));
        assert.equal([found.length, family.torn], [1, []]);
      }
      bench.note(`lost 0 of 100,000, code 1, the error once in app.log and in errors.log`);
    },
  );

  fact('3 · D4', `an application that handles ${what} itself goes on, and the log tells of it once at most`, async (bench) => {
    const program = await startService(bench, { count: 1000, surviveErrors: true, ending });
    const { code, stderr } = await program.ended;
    assert.equal([code, stderr], [0, '']);
    const family = readFamily(join(bench.dir, 'logs', 'app.log'));
    assert.equal(intact(family, 1000), INTACT);
    assert.ok(family.records.filter((record) => JSON.stringify(record).includes(message)).length <= 1);
  });
}

for (const ending of ['exit', 'empty', 'stop'] as const) {
  fact('3 · D5 D7', `100,000 lines in one turn, then ${ending === 'empty' ? 'nothing' : ending}: none is lost`, async (bench) => {
    const program = await startService(bench, { count: 100_000, perTurn: 100_000, ending });
    const { code, stderr, stdout } = await program.ended;
    assert.equal([code, stderr], [0, '']);
    const family = readFamily(join(bench.dir, 'logs', 'app.log'));
    assert.equal(intact(family, 100_000), INTACT);
    if (ending !== 'stop') return;
    const { accepted, written, queued, dropped, rotated } = JSON.parse(stdout.trim().split('\n').at(-1)!);
    assert.equal([accepted - written, queued, dropped], [0, 0, {}]);
    assert.is(rotated, family.files.length - 1);
  });
}

fact(
  '1 · D3 N7',
  'kill -9: what startTelemetry writes to errors.log is there, each line of it',
  async (bench) => {
    const { random, size, note, dir } = bench;
    const kills = size(4, 40);
    const once = async (inner: Bench): Promise<void> => {
      const program = await startService(
        bench,
        { options: { level: 'debug' }, count: 1_000_000, errorEach: 10, perTurn: 20, ending: 'empty', saysStalls: true },
        inner.dir,
      );
      await until('the first lines', () => program.handed() > 100);
      await pass(random() * 200);
      program.kill('SIGKILL');
      assertSteady((await program.ended).stderr);
      const family = readFamily(join(inner.dir, 'errors.log'));
      const handed = Math.floor(program.handed() / 10);
      const numbers = family.numbers.get(1) ?? [];
      assert.ok(numbers.length >= handed, `${numbers.length} of ${handed}`);
      assert.ok(numbers.every((number, index) => number === 10 * (index + 1)));
      assert.equal(family.torn, []);
    };
    for (let kill = 0; kill < kills; kill++) await whenSteady({ ...bench, dir: join(dir, `${kill}`) }, once);
    note(`${kills} kills: errors lost 0`);
  },
  { limit: [120_000, 240_000] },
);

test.run();
