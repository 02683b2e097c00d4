import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { errorIdOf } from '../../lib/index';
import { createLog, runChild } from '../support/records';

const SHAPE = /^[0123456789abcdefghjkmnpqrstvwxyz]{8}$/;

test('an id is 8 characters of an alphabet without i, l, o and u', () => {
  for (let count = 0; count < 1000; count++) assert.match(errorIdOf(undefined), SHAPE);
});

test('the same error has the same id wherever it is met; equal ones do not', () => {
  const { telemetry, records } = createLog();
  const error = new Error('x');
  telemetry.logger('bot').error(error);
  telemetry.execute(['app', 'part', 'failed'], {}, { error });
  telemetry.logger('bot').error(new Error('x'));
  const [one, two, three] = records().map(({ error_id }) => error_id);
  assert.equal([one, two], [errorIdOf(error), errorIdOf(error)]);
  assert.is.not(one, three);
  for (const thrown of ['text', 1, null, undefined]) assert.is.not(errorIdOf(thrown), errorIdOf(thrown));
});

test('a frozen error, a proxy and a function have ids that stay', () => {
  for (const thrown of [Object.freeze(new Error('x')), new Proxy({}, {}), () => undefined]) assert.is(errorIdOf(thrown), errorIdOf(thrown));
});

test('records of errors and critical ones have an id without an error, others have none', () => {
  const { telemetry, records } = createLog();
  const log = telemetry.logger('bot');
  log.critical('line');
  log.error('line', { a: 1 });
  log.error('line', { a: { b: 1 } });
  telemetry.execute(['app', 'part', 'failed']);
  const withId = records();
  assert.ok(
    withId.every(({ error_id, exception, error_type }) => SHAPE.test(error_id!) && exception === undefined && error_type === undefined),
  );
  assert.is(new Set(withId.map(({ error_id }) => error_id)).size, 4);
  for (const level of ['trace', 'debug', 'info', 'warn'] as const) log[level]('line', { a: 1 });
  assert.ok(records().every((record) => !('error_id' in record)));
});

test('a million ids of one process are a million ids', () => {
  const ids = new Set<string>();
  for (let count = 0; count < 1_000_000; count++) ids.add(errorIdOf(undefined));
  assert.is(ids.size, 1_000_000);
});

test('four processes of 25,000 ids each have 100,000', async () => {
  const source = `import { errorIdOf } from './lib/index.ts'; let out = ''; for (let i = 0; i < 25_000; i++) out += errorIdOf(undefined); process.stdout.write(out);`;
  const ended = await Promise.all([1, 2, 3, 4].map(() => runChild(source)));
  const ids = ended.flatMap(({ stdout }) => stdout.match(/.{8}/g) ?? []);
  assert.equal([ids.length, new Set(ids).size], [100_000, 100_000]);
});

test.run();
