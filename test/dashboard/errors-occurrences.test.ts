import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { occurrencesOf } from '../../lib/dashboard/page/views/errors-occurrences';

const line = (id: string, second: number, more: object = {}) => ({ timestamp: `2026-01-01T00:00:0${second}.000Z`, error_id: id, ...more });

test('lines with the same id are one occurrence, the newest first', () => {
  const found = occurrencesOf([
    { found_in: 'file', file: 'a.log', record: line('one', 1, { message: 'first', exception: {} }) },
    { found_in: 'file', file: 'a.log', record: line('one', 1, { message: 'second', exception: {} }) },
    { found_in: 'file', file: 'a.log', record: line('two', 2) },
  ]);
  assert.equal(
    found.map(({ id, lines }) => [id, lines.length]),
    [['two', 1], ['one', 2]], // biome-ignore format: short
  );
  assert.is(found[1]?.main.message, 'first');
});

test('a line of two files is one line', () => {
  const record = line('one', 1);
  const [found] = occurrencesOf([
    { found_in: 'file', file: 'errors.log', record },
    { found_in: 'file', file: 'app.log', record: { ...record } },
    { found_in: 'memory', record },
  ]);
  assert.equal(found?.lines, [{ record, places: ['errors.log', 'app.log', 'memory'] }]);
});

test('the line with the error is the main one, and fields are those of all lines', () => {
  const [found] = occurrencesOf([
    { found_in: 'storage', record: line('one', 1, { session_id: 's', shard: 1 }) },
    { found_in: 'storage', record: line('one', 1, { exception: { type: 'E' }, shard: 2 }) },
  ]);
  assert.equal(found?.main.exception, { type: 'E' });
  assert.equal([found?.fields.session_id, found?.fields.shard], ['s', 1]);
});

test('lines that are no JSON, and lines without an id, do no harm', () => {
  assert.equal(occurrencesOf([{ found_in: 'file', file: 'a.log', record: 'text' }]), []);
  assert.is(occurrencesOf([{ found_in: 'file', record: { message: 'x' } }])[0]?.id, '');
});

test.run();
