import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { numbersIn, QUEUED, runProgram as run, upTo } from '../support/start-program';
import { inFolder, linesOf } from '../support/started';

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  test(`${signal} with signals on: what waits is written, and the process is seen to be ended by ${signal}`, async () => {
    await inFolder((dir) => {
      const program = `
        const first = await start({ logDir: ${JSON.stringify(join(dir, 'first'))}, bus: createTelemetry({ environment: 'test' }), signals: true });
        ${QUEUED.replace('start({})', 'start({ signals: true })')}
        process.kill(process.pid, '${signal}');
        for (let n = 5000; n < 6000; n++) log.info('line', { n });
        first.logger('bot').info('line', { n: 0 });
        setTimeout(() => say('still there'), 20_000);
      `;
      const ended = run(dir, program);
      assert.equal([ended.signal, ended.stdout, numbersIn(dir), numbersIn(join(dir, 'first'))], [signal, '', upTo(6000), [0]]);
    });
  });
}

test('an application that listens to a signal itself is not ended; what waits is written each time', async () => {
  await inFolder((dir) => {
    const program = `
      ${QUEUED.replace('start({})', "start({ signals: ['SIGTERM'] })")}
      let times = 0;
      process.on('SIGTERM', () => {
        say(String(app.stats().streams.app.queued));
        log.info('line', { n: 5000 + times });
        if (++times < 2) process.kill(process.pid, 'SIGTERM');
        else process.exit(0);
      });
      process.kill(process.pid, 'SIGTERM');
      setTimeout(() => {}, 20_000);
    `;
    const { status, signal, stdout } = run(dir, program);
    assert.equal([status, signal, stdout, numbersIn(dir)], [0, null, '0\n0\n', upTo(5002)]);
  });
});

test('without signals nothing listens to them', async () => {
  await inFolder((dir) => {
    const program = `
      const app = await start({});
      say(JSON.stringify(['SIGTERM', 'SIGINT', 'SIGHUP'].map((signal) => process.listenerCount(signal))));
      process.kill(process.pid, 'SIGTERM');
      setTimeout(() => {}, 20_000);
    `;
    const { signal, stdout } = run(dir, program);
    assert.equal([signal, stdout], ['SIGTERM', '[0,0,0]\n']);
  });
});

test('a signal to reopen makes all files anew where they were moved away, and ends nothing', async () => {
  await inFolder((dir) => {
    const program = `
      import { renameSync } from 'node:fs';
      ${QUEUED.replace('start({})', "start({ signals: true, reopenOn: 'SIGHUP' })")}
      await app.flush();
      for (const path of Object.values(app.streams)) renameSync(path, path + '.old');
      process.once('SIGHUP', () => {
        log.info('line', { n: 5000 });
        log.error('error');
        void app.stop();
      });
      process.kill(process.pid, 'SIGHUP');
      const wait = setInterval(() => process.listenerCount('SIGHUP') === 0 && clearInterval(wait), 1);
    `;
    const { status, signal, stderr } = run(dir, program);
    assert.equal([status, signal, stderr], [0, null, '']);
    assert.equal([linesOf(join(dir, 'app.log.old')).length, numbersIn(dir), linesOf(join(dir, 'errors.log')).length], [5000, [5000], 1]);
  });
});

test('one bus that opens its files again on a signal keeps another from ending the process', async () => {
  await inFolder((dir) => {
    const program = `
      const one = await start({ reopenOn: 'SIGHUP' });
      const other = await start({ logDir: ${JSON.stringify(join(dir, 'other'))}, bus: createTelemetry({ environment: 'test' }), signals: true });
      process.once('SIGUSR2', async () => { await one.stop(); await other.stop(); say('stopped'); clearInterval(alive); });
      const alive = setInterval(() => {}, 1000);
      process.kill(process.pid, 'SIGHUP');
      setTimeout(() => process.kill(process.pid, 'SIGUSR2'), 20);
    `;
    const { status, stdout } = run(dir, program);
    assert.equal([status, stdout], [0, 'stopped\n']);
  });
});

test.run();
