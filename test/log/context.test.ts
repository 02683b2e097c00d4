import { EventEmitter } from 'node:events';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OWNER, runInScope } from '../../lib/core/context';
import { bindContext, contextFields, runWithContext } from '../../lib/index';
import { captureEvents } from '../../lib/testing/index';
import { createLog } from '../support/records';
import { mulberry32 } from '../support/secrets';

const DONE = ['app', 'part', 'done'] as const;
const SEED = Number(process.env.SEED ?? 7);

test('nested scopes add to each other, replace equal names and give them back', () => {
  const { telemetry, records } = createLog();
  const log = telemetry.logger('bot');
  runWithContext({ user: 'ann', task: 1 }, () => {
    runWithContext({ task: 2, step: 'a' }, () => log.info('inner'));
    log.info('outer');
  });
  log.info('outside');
  assert.equal(records().map(({ user, task, step }) => [user, task, step]), [['ann', 2, 'a'], ['ann', 1, undefined], [undefined, undefined, undefined]]); // biome-ignore format: short
  assert.is(contextFields(), undefined);
});

test('a scope ends with an exception, too, and hands it on', () => {
  assert.throws(() => runWithContext({ a: 1 }, () => { throw new Error('mine'); }), /mine/); // biome-ignore format: short
  assert.is(contextFields(), undefined);
  assert.is(runWithContext({ a: 1 }, () => 5), 5); // biome-ignore format: short
});

test('fields are copied when the scope begins, and frozen', () => {
  const fields = { a: 1 };
  runWithContext(fields, () => {
    fields.a = 2;
    assert.equal(contextFields(), { a: 1 });
    assert.ok(Object.isFrozen(contextFields()));
  });
});

test('a scope survives awaits, timers, microtasks, emitters and streams', async () => {
  const { telemetry, records } = createLog();
  const log = telemetry.logger('bot');
  await runWithContext({ request_id: 'r-1' }, async () => {
    await null;
    log.info('await');
    const later = (name: string, schedule: (callback: () => void) => unknown): Promise<void> =>
      new Promise((resolve) => {
        schedule(() => {
          log.info(name);
          resolve();
        });
      });
    await later('setTimeout', (callback) => setTimeout(callback, 1));
    await later('setImmediate', setImmediate);
    await later('queueMicrotask', queueMicrotask);
    await later('nextTick', process.nextTick);
    await Promise.all([1, 2].map(async () => log.info('all')));
    await Promise.reject().catch(() => log.info('catch'));
    const emitter = new EventEmitter().on('event', () => log.info('emitter'));
    emitter.emit('event');
    const pass = new Transform({
      objectMode: true,
      transform: (chunk, _encoding, done) => later('stream', queueMicrotask).then(() => done(null, chunk)),
    });
    await pipeline(Readable.from(['a', 'b']), pass, async (source) => {
      for await (const _ of source) log.info('for await');
    });
  });
  const found = records();
  assert.is(found.length, 13);
  for (const { message, request_id } of found) assert.is(request_id, 'r-1', message);
});

test('a bound function runs in the scope it was bound in, with this, arguments and result', () => {
  const { telemetry, record } = createLog();
  const object = {
    name: 'me',
    run: runWithContext({ a: 1 }, () =>
      bindContext(function (this: { name: string }, ...args: number[]) {
        telemetry.logger('bot').info('line');
        return [this.name, ...args];
      }),
    ),
  };
  assert.equal(
    runWithContext({ a: 2, b: 2 }, () => object.run(1, 2)),
    ['me', 1, 2],
  );
  const { a, b } = record();
  assert.equal([a, b], [1, undefined]);
});

test('a function bound outside of any scope runs outside', () => {
  const bound = bindContext(() => contextFields());
  assert.is(runWithContext({ a: 1 }, () => bound()), undefined); // biome-ignore format: short
});

test(`10,000 interleaved scopes never see each other's fields (seed ${SEED})`, async () => {
  const random = mulberry32(SEED);
  const { telemetry, records } = createLog();
  const log = telemetry.logger('bot');
  const pause = (): Promise<unknown> => {
    const kind = random();
    if (kind < 0.5) return Promise.resolve();
    return new Promise((resolve) => (kind < 0.8 ? setImmediate(resolve) : setTimeout(resolve, random() * 3)));
  };
  await Promise.all(
    Array.from({ length: 10_000 }, (_, index) =>
      runWithContext({ request_id: `r-${index}`, index }, async () => {
        await pause();
        log.info('one', { own: index });
        await runWithContext({ step: index }, async () => {
          await pause();
          telemetry.execute(DONE, {}, { own: index });
        });
        await pause();
        log.error('three', { own: index });
      }),
    ),
  );
  const found = records();
  assert.is(found.length, 30_000);
  for (const { own, index, request_id, step, message } of found) {
    if (index !== own || request_id !== `r-${own}` || (step === undefined) === (message === 'app.part.done')) {
      assert.unreachable(`${message} of ${own} has ${JSON.stringify({ index, request_id, step })}`);
    }
  }
});

test('a field whose getter throws is left out, the function runs all the same', () => {
  const fields = { a: 1, get bad(): never { throw new Error('no'); }, c: 3 }; // biome-ignore format: short
  assert.equal(runWithContext(fields, () => contextFields()), { a: 1, c: 3 }); // biome-ignore format: short
  for (const odd of [null, undefined, 5, 'ab', Proxy.revocable({}, {}).proxy]) assert.is(runWithContext(odd as never, () => 5), 5); // biome-ignore format: short
});

test('secrets and session ids of a context are masked', () => {
  const { telemetry, records } = createLog();
  runWithContext({ api_key: 'k-1234', session_id: '0123456789', auth: { password: 'pw' }, note: 'Bearer abcdefghijklmnop1234' }, () => {
    telemetry.execute(DONE);
    telemetry.execute(DONE, {}, { a: { b: 1 } });
  });
  for (const { api_key, session_id, auth, note } of records()) {
    assert.equal([api_key, session_id, note], ['***', '01234567***', 'Bearer ***']);
    assert.not.match(JSON.stringify(auth), /pw"/);
  }
});

test('a scope that another copy of the library opened, whose owner tells less, is written as any other', () => {
  const { telemetry, record } = createLog();
  const scope = Object.freeze({ request_id: 'r-1', [OWNER]: { errorFields: () => ({ path: '/a' }) } });
  runInScope(scope, () => telemetry.logger('app').error('said'));
  const { request_id, path } = record();
  assert.equal([request_id, path], ['r-1', '/a']);
});

test('an error in the context is a field, not the exception of every record', () => {
  const { telemetry, record } = createLog();
  runWithContext({ last: new Error('before') }, () => telemetry.execute(DONE));
  const { exception, last } = record() as { exception?: unknown; last?: { message: string } };
  assert.equal([exception, last!.message], [undefined, 'before']);
});

test('captured events tell the context they were emitted in', () => {
  const { telemetry } = createLog();
  using captured = captureEvents(telemetry, [DONE]);
  runWithContext({ a: 1 }, () => telemetry.execute(DONE));
  telemetry.execute(DONE);
  assert.equal(captured.events.map(({ context }) => context), [{ a: 1 }, undefined]); // biome-ignore format: short
});

test.run();
