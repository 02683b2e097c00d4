import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { contextFields } from '../../lib/index';
import { watchSlow } from '../../lib/performance/watch';
import { CLASSES, coder, hostOf, watching } from './watching';

const { response, plain, secret } = coder.llm;
const raising = (): never => {
  throw new Error('refused');
};
const refusing = new Proxy({}, { get: raising, has: raising, ownKeys: raising, getOwnPropertyDescriptor: raising });

test('what is no duration is ignored and counted by its reason', () => {
  const { telemetry, took, slow, lines } = watching();
  const huge = 10n ** 400n;
  for (const duration of [Number.NaN, -1, -5n, Number.POSITIVE_INFINITY, huge, '6000', null, {}, true, Symbol('s')])
    took(response, duration);
  took(response, -0);
  took(response, undefined);
  took(coder.tool.seconds, 1e307);
  telemetry.execute(response, refusing as never);
  telemetry.execute(response, 6000 as never);
  assert.equal(slow.counts().ignored, { nan: 1, negative: 2, infinite: 3, not_a_number: 5, unreadable: 1 });
  assert.equal(slow.counts().total, { count: 1, slow: 0, verySlow: 0 });
  assert.equal(lines, []);
});

test('metadata that refuses to be read leaves the event its name, and the handler attached', () => {
  const { telemetry, took, slow, messages } = watching();
  const getter = {
    method: 'GET',
    get path() {
      return raising();
    },
    get model() {
      return raising();
    },
  };
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  for (const metadata of [refusing, proxy, getter, Object.create(null), 7 as never, Object.freeze([])]) took(response, 6000, metadata);
  took(secret, 6000, refusing);
  assert.equal([...new Set(messages())], ['Slow operation: coder.llm.response - 6.0s', 'Slow operation: coder.llm.secret - 6.0s']);
  assert.ok(slow.slowest().every(({ metadata }) => Object.keys(metadata).length === 0));
  assert.is(telemetry.stats().failures, 0);
});

test('classOf that throws, or names no class, leaves the thresholds of the event; counted, and said once each', async () => {
  const answers: (() => unknown)[] = [
    raising,
    raising,
    () => 'toools',
    () => 'toString',
    () => 7,
    () => ({}),
    () => refusing,
    () => Promise.reject(new Error('late')),
    () => null,
    () => undefined,
  ];
  let rejections = 0;
  const onRejection = () => rejections++;
  process.on('unhandledRejection', onRejection);
  const { took, slow, messages, warnings } = watching({ ...CLASSES, classOf: () => answers[0]!() as string });
  while (answers.length > 0) {
    took(response, 6000);
    took(plain, 6000);
    answers.shift();
  }
  await new Promise((resolve) => setTimeout(resolve, 5));
  process.off('unhandledRejection', onRejection);
  assert.is(rejections, 0);
  assert.equal([messages().length, ...new Set(messages())], [10, 'Slow operation: coder.llm.response - 6.0s']);
  assert.equal(slow.counts().faults, { classOf: 4, unknownClass: 12, describe: 0 });
  assert.equal(slow.counts().classes.tools, { count: 0, slow: 0, verySlow: 0 });
  assert.equal(
    warnings.map(({ code }) => code),
    ['HANDLER_FAILED', 'HANDLER_FAILED'],
  );
  assert.match(warnings[0]!.message, '"refused"');
  assert.match(warnings[1]!.message, '"toools"');
});

test('what is said of a fault does not quote where metadata is private', () => {
  const { took, warnings } = watching({ ...CLASSES, classOf: (_event, _measurements, { prompt }) => prompt as string });
  took(secret, 2000, { prompt: 'canary' });
  assert.is(warnings.length, 1);
  assert.not.match(warnings[0]!.message, 'canary');
});

test('describe that throws or tells no text leaves the default; nothing is no fault', () => {
  const answers: (() => unknown)[] = [raising, () => '', () => 7, () => ({}), () => refusing, () => undefined, () => null, () => 'the job'];
  const { took, slow, messages, warnings } = watching({ describe: () => answers.shift()!() as string });
  for (let left = answers.length; left > 0; left--) took(response, 6000, { method: 'GET', path: '/' });
  assert.equal(messages().slice(0, 7), Array(7).fill('Slow request: GET / - 6.0s'));
  assert.is(messages()[7], 'Slow request: the job - 6.0s');
  assert.is(slow.counts().faults.describe, 5);
  assert.is(warnings.length, 1);
});

test('what counts() told does not change afterwards', () => {
  const { took, slow } = watching({ describe: raising });
  took(response, 6000);
  const before = slow.counts();
  const copy = structuredClone(before);
  took(response, 6000);
  took(response, Number.NaN);
  assert.equal(before, copy);
});

test('a warning that throws costs nothing', () => {
  const { telemetry, clock, slow: first } = watching();
  first.detach();
  const said: string[] = [];
  const host = hostOf(telemetry, { clock, write: (_level, message) => void said.push(message), warn: raising });
  watchSlow(host, { describe: raising });
  telemetry.execute(response as never, { duration: 6000 } as never);
  assert.equal(said, ['Slow operation: coder.llm.response - 6.0s']);
  assert.is(telemetry.stats().failures, 0);
});

test('an operation outside of any scope is kept without context', () => {
  const { took, slow } = watching();
  assert.is(contextFields(), undefined);
  took(response, 6000);
  assert.equal(slow.slowest()[0]?.context, {});
});

test.run();
