import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry, isTelemetryError } from '../../../lib/index';
import { collectWorkers, shareMetrics } from '../../../lib/node/workers';
import { listenBeside } from '../../../lib/node/workers/links/listen-beside';
import { runChild } from '../../support/records';
import { programPath, startThread, testWorkers } from '../../support/workers/start';

const LIBRARY = fileURLToPath(new URL('../../../lib/', import.meta.url));
const HEAD = `
  import { createTelemetry } from '${LIBRARY}index.ts';
  import { collectWorkers, shareMetrics } from '${LIBRARY}node/workers/index.ts';
  const telemetry = createTelemetry();
  telemetry.attachMetricsHandler();
`;

const codeOf = (call: () => unknown): string => {
  try {
    call();
    return 'none';
  } catch (error) {
    return isTelemetryError(error) ? error.code : String(error);
  }
};

test('options that make no sense are refused, and so is what has no metrics', () => {
  const telemetry = createTelemetry();
  for (const options of [
    { timeoutMs: 0 },
    { timeoutMs: 60_001 },
    { timeoutMs: '1s' },
    { maxSnapshotBytes: 0 },
    { maxSnapshotBytes: 2 ** 31 },
    { maxTotalBytes: 0.5 },
    { gauges: 'most' },
    { maxSeries: 0 },
    5,
  ]) {
    assert.is(
      codeOf(() => collectWorkers(telemetry, options as never)),
      'OPTION_INVALID',
      JSON.stringify(options),
    );
  }
  assert.is(
    codeOf(() => collectWorkers(telemetry, { timeout: 5 } as never)),
    'OPTION_UNKNOWN',
  );
  assert.is(
    codeOf(() => shareMetrics(telemetry, { every: 5 } as never)),
    'OPTION_UNKNOWN',
  );
  for (const interval of [0, 99, 'soon', null]) {
    assert.is(
      codeOf(() => shareMetrics(telemetry, { interval } as never)),
      'OPTION_INVALID',
      String(interval),
    );
  }
  for (const nothing of [undefined, null, {}, 5]) {
    assert.is(
      codeOf(() => collectWorkers(nothing as never)),
      'OPTION_INVALID',
    );
    assert.is(
      codeOf(() => shareMetrics(nothing as never)),
      'OPTION_INVALID',
    );
  }
  using all = collectWorkers(telemetry);
  for (const nobody of [undefined, null, {}, new EventEmitter()])
    assert.is(
      codeOf(() => all.add(nobody as never)),
      'OPTION_INVALID',
    );
});

test('a program that is no worker shares with nobody, and goes on', async () => {
  const { code, stdout, stderr } = await runChild(`${HEAD}
    const shared = shareMetrics(telemetry);
    await shared.send();
    await shared.stop();
    console.log(shared.isShared, shared.kind);
  `);
  assert.equal([code, stdout, stderr], [0, 'false undefined\n', '']);
});

test('a program with one line in the parent and one in the worker ends by itself, without a word', async () => {
  const worker = JSON.stringify(await programPath());
  const plan = JSON.stringify({ count: 3, listens: false });
  const { code, stdout, stderr } = await runChild(`${HEAD}
    import { fork } from 'node:child_process';
    import cluster from 'node:cluster';
    import { Worker } from 'node:worker_threads';
    const all = collectWorkers(telemetry);
    new Worker(${worker}, { workerData: ${plan}, execArgv: [] });
    all.add(fork(${worker}, [${JSON.stringify(plan)}], { execArgv: [] }));
    process.on('exit', () => console.log(JSON.stringify(all.snapshot().getCounters()), JSON.stringify(all.stats().refused)));
  `);
  assert.equal([code, stdout, stderr], [0, '{"shop.order.refused":6}{}\n'.replace('}{', '} {'), '']);
});

test('who waits for nobody is answered at once, and a program that waits ends', async () => {
  const { code, stdout } = await runChild(`${HEAD}
    telemetry.execute(['a', 'b', 'c'], {});
    const all = collectWorkers(telemetry);
    console.log(JSON.stringify((await all.collect()).getCounters()));
    const start = performance.now();
    for (let round = 0; round < 20; round++) await all.collect();
    // Twenty timeouts would be ten seconds.
    console.log(performance.now() - start < 5000);
  `);
  assert.equal([code, stdout], [0, '{"a.b.c":1}\ntrue\n']);
});

testWorkers('a worker thread can not collect', async () => {
  const { of } = await startThread({ collects: true });
  const error = await new Promise<Error>((resolve) => of.on('error', resolve));
  assert.match(error.message, /main thread.*\[CONFIG_INVALID\]/);
});

test('messages that came before the application listened are handed to it, in order, once', async () => {
  const emitter = new EventEmitter();
  const [ours, seen]: [unknown[], unknown[]] = [[], []];
  const take = (message: unknown): boolean => message === 'ours' && ours.push(message) > 0;
  const stops = [listenBeside(emitter, take), listenBeside(emitter, take)];
  for (const message of ['one', 'ours', 'two']) emitter.emit('message', message);
  emitter.on('message', (message) => seen.push(message));
  await new Promise((resolve) => setImmediate(resolve));
  emitter.emit('message', 'three');
  assert.equal(seen, ['one', 'two', 'three']);
  assert.equal(ours, ['ours', 'ours']);
  for (const stop of stops) stop();
  assert.equal([emitter.listenerCount('message'), emitter.listenerCount('newListener')], [1, 0]);
});

test('messages that came before are handed over even if we have stopped meanwhile', async () => {
  const emitter = new EventEmitter();
  const seen: unknown[] = [];
  const stop = listenBeside(emitter, () => false);
  emitter.emit('message', 'one');
  stop();
  emitter.on('message', (message) => seen.push(message));
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(seen, ['one']);
  assert.is(emitter.listenerCount('newListener'), 0);
});

test.run();
