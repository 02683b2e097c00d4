import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { LogRecord } from '../../lib/index';
import { NODE, numbersIn, QUEUED, runProgram as run, upTo } from '../support/start-program';
import { failedStart, inFolder, recordsOf } from '../support/started';

const crashes = (records: readonly LogRecord[]): LogRecord[] => records.filter(({ level }) => level === 'CRITICAL');

test('an uncaught exception is logged once, with all that waits; exit code and message are those of Node', async () => {
  await inFolder((dir) => {
    const { status, signal, stderr } = run(
      dir,
      `${QUEUED} setImmediate(() => { throw Object.assign(new RangeError('the end'), { code: 'E_END' }); });`,
    );
    assert.equal([status, signal, numbersIn(dir)], [1, null, upTo(5000)]);
    assert.match(stderr, /RangeError: the end/);
    for (const file of ['app.log', 'errors.log']) {
      const [crash, ...others] = crashes(recordsOf(join(dir, file)));
      assert.equal([crash!.message, crash!.logger, crash!.error_type, others], ['Uncaught exception', 'shop.process', 'RangeError', []]);
      assert.equal([crash!.exception?.message, crash!.exception?.code, 'module' in crash!], ['the end', 'E_END', false]);
    }
  });
});

test('the summary of a storm is written however the process ends, and only once', async () => {
  for (const end of ['process.exit(3);', '', "throw new Error('the end');", "process.kill(process.pid, 'SIGTERM');"]) {
    await inFolder((dir) => {
      const program = `
        import { createErrors } from ${JSON.stringify(new URL('../../lib/entries/errors.ts', import.meta.url).href)};
        const app = await start({ signals: true });
        const { report } = createErrors(app.telemetry);
        for (let call = 0; call < 100; call++) report(new Error('storm'));
        ${end}
      `;
      run(dir, program);
      for (const file of ['app.log', 'errors.log']) {
        const summaries = recordsOf(join(dir, file)).filter(({ repeated }) => repeated !== undefined);
        assert.equal(summaries.map(({ repeated }) => repeated), [90], `${end} ${file}`); // biome-ignore format: short
      }
    });
  }
});

test('what waits is written before the listeners of the exit, which may never be over', async () => {
  await inFolder((dir) => {
    const program = `
      process.on('exit', () => process.kill(process.pid, 'SIGKILL'));
      ${QUEUED}
      setImmediate(() => { throw new Error('the end'); });
    `;
    const { signal } = run(dir, program);
    assert.equal([signal, numbersIn(dir)], ['SIGKILL', upTo(5000)]);
    assert.is(crashes(recordsOf(join(dir, 'app.log'))).length, 1);
  });
});

test('an unhandled rejection is logged as one, whatever was rejected with', async () => {
  await inFolder((dir) => {
    const { status } = run(dir, `${QUEUED} Promise.reject('a text'); await new Promise((resolve) => setTimeout(resolve, 5000));`);
    const [crash, ...others] = crashes(recordsOf(join(dir, 'errors.log')));
    assert.equal([status, numbersIn(dir), others], [1, upTo(5000), []]);
    assert.is(crash!.message, 'Unhandled rejection');
    assert.match(JSON.stringify(crash!.exception), 'a text');
  });
});

test('with two buses an error that ends the process is logged on the first, and the files of both are written', async () => {
  await inFolder((dir) => {
    const program = `
      const other = await start({ logDir: ${JSON.stringify(join(dir, 'first'))}, bus: createTelemetry({ environment: 'test' }) });
      ${QUEUED}
      for (let n = 0; n < 100; n++) other.logger('bot').info('line', { n });
      throw new Error('the end');
    `;
    const { status } = run(dir, program);
    assert.equal([status, numbersIn(dir), numbersIn(join(dir, 'first'))], [1, upTo(5000), upTo(100)]);
    assert.equal(crashes(recordsOf(join(dir, 'errors.log'))), []);
    assert.is(crashes(recordsOf(join(dir, 'first', 'errors.log'))).length, 1);
  });
});

test('an application that survives its errors goes on, and each of them is logged', async () => {
  await inFolder((dir) => {
    const program = `
      process.on('uncaughtException', () => say('survived'));
      const app = await start({});
      setTimeout(() => { throw new Error('one'); });
      setTimeout(() => { throw new Error('two'); }, 5);
      setTimeout(async () => { say(JSON.stringify((await app.stop()).dropped)); }, 50);
    `;
    const { status, stdout } = run(dir, program);
    assert.equal([status, stdout], [0, 'survived\nsurvived\n{}\n']);
    assert.equal(crashes(recordsOf(join(dir, 'errors.log'))).map(({ exception }) => exception?.message), ['one', 'two']); // biome-ignore format: short
  });
});

test('an error in a worker is logged by the worker', async () => {
  await inFolder((dir) => {
    const worker = `
      import('tsx/esm/api').then(async ({ register }) => {
        register();
        const { startTelemetry } = await import(${NODE});
        const app = await startTelemetry({ app: 'shop', environment: 'production', env: {}, console: false, logDir: ${JSON.stringify(dir)} });
        app.logger('bot').info('line', { n: 0 });
        setImmediate(() => { throw new Error('in the worker'); });
      });
    `;
    const program = `
      import { Worker } from 'node:worker_threads';
      const worker = new Worker(${JSON.stringify(worker)}, { eval: true });
      worker.on('error', ({ message }) => say(message));
    `;
    const { status, stdout } = run(dir, program);
    assert.equal([status, stdout, numbersIn(dir)], [0, 'in the worker\n', [0]]);
    assert.equal(crashes(recordsOf(join(dir, 'errors.log'))).map(({ thread }) => thread?.replace(/\d+$/, 'N')), ['worker-N']); // biome-ignore format: short
  });
});

test('process.exit and the end of all work write what waits', async () => {
  for (const end of ['process.exit(7);', 'process.exitCode = 7;']) {
    await inFolder((dir) => {
      const { status, stderr } = run(dir, `${QUEUED} ${end}`);
      assert.equal([status, stderr, numbersIn(dir)], [7, '', upTo(5000)]);
    });
  }
});

const EVENTS = [
  'uncaughtExceptionMonitor',
  'uncaughtException',
  'unhandledRejection',
  'exit',
  'beforeExit',
  'SIGTERM',
  'SIGINT',
  'SIGHUP',
  'SIGUSR2',
];
const listeners = (): number[] => EVENTS.map((event) => process.listenerCount(event));

test('a start installs a monitor and what writes at the exit, nothing more; stop takes all of it away', async () => {
  await inFolder((dir) => {
    const program = `
      const before = new Map(${JSON.stringify(EVENTS)}.map((event) => [event, process.listenerCount(event)]));
      const listeners = () => say([...before].filter(([event, count]) => process.listenerCount(event) > count).map(([event]) => event).join(' '));
      const first = await start({});
      listeners();
      const bus = createTelemetry({ environment: 'test' });
      const second = await start({ bus, logDir: ${JSON.stringify(join(dir, 'second'))}, signals: ['SIGTERM'], reopenOn: 'SIGUSR2' });
      listeners();
      await second.stop();
      listeners();
      await first.stop();
      listeners();
    `;
    const installed = 'uncaughtExceptionMonitor exit';
    assert.is(run(dir, program).stdout, `${installed}\n${installed} SIGTERM SIGUSR2\n${installed}\n\n`);
  });
});

test('a start that fails installs nothing', async () => {
  const before = listeners();
  await inFolder(async (dir) => {
    await failedStart({ logDir: dir, values: { logToFile: true }, streams: { access: { file: '../x' } }, signals: true });
    await failedStart({ logDir: dir, values: { logToFile: true }, sinks: [5], signals: true });
    await failedStart({ logDir: dir, values: { logToFile: true }, events: {}, signals: true });
    mkdirSync(join(dir, 'taken', 'security.log'), { recursive: true });
    await failedStart({ logDir: join(dir, 'taken'), values: { logToFile: true }, signals: true });
  });
  assert.equal(listeners(), before);
});

test('1,000 starts and stops leave no descriptor, no listener and no memory behind', async () => {
  await inFolder((dir) => {
    const program = `
      import { readdirSync } from 'node:fs';
      const descriptors = () => readdirSync('/proc/self/fd').length;
      const bus = createTelemetry({ environment: 'test' });
      const cycle = async () => {
        const app = await start({ bus, signals: true, streams: { access: { rotate: { maxBytes: 4096 }, keep: { files: 1 } }, app: { rotate: { maxBytes: 4096 }, keep: { files: 1 } } } });
        app.logger('bot').info('line');
        app.access({ method: 'GET' });
        await app.stop();
      };
      const heap = () => { gc(); gc(); return process.memoryUsage().heapUsed; };
      for (let time = 0; time < 100; time++) await cycle();
      const before = [descriptors(), process.eventNames().length, heap()];
      for (let time = 0; time < 1000; time++) await cycle();
      const after = [descriptors(), process.eventNames().length, heap()];
      say(JSON.stringify(after.map((value, index) => value - before[index])));
    `;
    const exposed = `import { setFlagsFromString } from 'node:v8'; import { runInNewContext } from 'node:vm'; setFlagsFromString('--expose-gc'); const gc = runInNewContext('gc'); ${program}`;
    const { stdout, stderr } = run(dir, exposed);
    assert.is(stderr, '');
    const [descriptors, events, bytes] = JSON.parse(stdout) as number[];
    assert.equal([descriptors, events], [0, 0]);
    assert.ok(bytes! <= 8 * 1_048_576, `${bytes} bytes`);
    console.log(`  1,000 starts and stops: ${descriptors} descriptors, ${Math.round(bytes! / 1024)} KiB`);
  });
});

test.run();
