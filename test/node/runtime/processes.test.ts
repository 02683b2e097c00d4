import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runProgram } from '../../support/start-program';
import { inFolder } from '../../support/started';

const unix = process.platform === 'win32' ? test.skip : test;

test('a program that starts a monitor and a poller and does nothing else ends by itself, without a word', async () => {
  await inFolder((dir) => {
    const { status, signal, stdout, stderr } = runProgram(
      dir,
      `
      import { startMonitor } from ${JSON.stringify(new URL('../../../lib/node/index.ts', import.meta.url).href)};
      import { startPoller } from ${JSON.stringify(new URL('../../../lib/entries/poller.ts', import.meta.url).href)};
      const bus = createTelemetry();
      startPoller({ bus, period: 10, timeout: '1m', measurements: [{ name: 'a', measure: () => new Promise(() => {}) }] });
      const monitor = startMonitor({ bus, interval: '20ms' });
      await monitor.sample();
      await new Promise((resolve) => setTimeout(resolve, 200));
      await monitor.sample();
      say(String(monitor.samples().length > 0));
    `,
    );
    assert.equal({ status, signal, stdout, stderr }, { status: 0, signal: null, stdout: 'true\n', stderr: '' });
  });
});

const PERIOD_MS = 100;
const PROGRAM = `
  import { createTelemetry } from ${JSON.stringify(new URL('../../../lib/index.ts', import.meta.url).href)};
  import { startPoller } from ${JSON.stringify(new URL('../../../lib/entries/poller.ts', import.meta.url).href)};
  const bus = createTelemetry();
  const poller = startPoller({ bus, period: ${PERIOD_MS}, jitter: 0, measurements: [{ name: 'a', measure() {
    const { runs, missed, gap } = poller.stats().measurements.a;
    process.send({ at: performance.now(), runs, missed, gapMs: gap?.ms ?? 0 });
  } }] });
  process.on('disconnect', () => process.exit(0));
`;

interface Told {
  readonly at: number;
  readonly runs: number;
  readonly missed: number;
  readonly gapMs: number;
}

/** Waits until the child said something that is so; bounded. */
async function hear(heard: readonly Told[], isSo: (told: readonly Told[]) => boolean): Promise<void> {
  for (let turn = 0; turn < 3000; turn++) {
    if (isSo(heard)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.unreachable(`heard ${JSON.stringify(heard.slice(-5))}`);
}

unix('a process that is stopped for 2 s and goes on does not catch up: one run, then the grid, and the gap is counted', async () => {
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', PROGRAM], {
    cwd: fileURLToPath(new URL('../../../', import.meta.url)),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const heard: Told[] = [];
  child.on('message', (message) => heard.push(message as Told));
  try {
    await hear(heard, (told) => told.length >= 5);
    child.kill('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const before = heard.at(-1)!;
    child.kill('SIGCONT');
    await hear(heard, (told) => told.some(({ gapMs }) => gapMs > 1500) && told.length >= heard.indexOf(before) + 8);
    const after = heard.at(-1)!;
    const [passed, runs] = [after.at - before.at, after.runs - before.runs];
    const missed = after.missed - before.missed;
    // Every tick of that time either ran or was missed.
    assert.ok(missed >= 15, `${missed} missed`);
    assert.ok(Math.abs(runs + missed - passed / PERIOD_MS) <= 2, `${runs} runs and ${missed} missed in ${passed} ms`);
  } finally {
    child.kill('SIGCONT');
    child.kill('SIGKILL');
  }
});

test.run();
