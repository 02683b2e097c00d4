import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseDate, parseRetryAfter } from '../../../../lib/node/alerts/request/retry-after';

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0);
const LONGEST = 300_000;

test('seconds are read', () => {
  assert.is(parseRetryAfter('0', NOW), 0);
  assert.is(parseRetryAfter('30', NOW), 30_000);
  assert.is(parseRetryAfter(' 7 ', NOW), 7000);
});

test('dates are read, in each of the three forms', () => {
  assert.is(parseRetryAfter('Sat, 21 Nov 2026 12:00:30 GMT', NOW), 30_000);
  assert.is(parseRetryAfter('Saturday, 21-Nov-26 12:00:30 GMT', NOW), 30_000);
  assert.is(parseRetryAfter('Sat Nov 21 12:00:30 2026', NOW), 30_000);
  assert.is(parseRetryAfter('Sun, 01 Nov 2026 12:00:30 GMT', NOW), 0, 'past');
});

test('nobody is made to wait longer than 5 minutes', () => {
  for (const text of ['301', '3600', '99999999999999999999', '9'.repeat(400), 'Fri, 31 Dec 9999 23:59:59 GMT'])
    assert.is(parseRetryAfter(text, NOW), LONGEST, text);
});

test('what is neither is nothing', () => {
  for (const text of [
    undefined,
    '',
    '-1',
    '1.5',
    '1e3',
    '0x10',
    'soon',
    '9'.repeat(401),
    '2026-11-21T12:00:30Z',
    'Sat, 99 Nov 2026 12:00:30 GMT',
    'Infinity',
    '30s',
  ]) {
    assert.is(parseRetryAfter(text, NOW), undefined, text);
  }
  assert.is(parseDate(`Sat, 21 Nov 2026 12:00:30 GMT${' '.repeat(100)}`), undefined);
});

test('property: whatever the text, it is nothing or a wait of 0 to 5 minutes', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.integer().map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
  );
  fc.assert(
    fc.property(texts, fc.integer({ min: 0, max: 4e12 }), (text, now) => {
      const wait = parseRetryAfter(text, now);
      assert.ok(wait === undefined || (wait >= 0 && wait <= LONGEST), `${text}: ${wait}`);
    }),
    { numRuns: 2000 },
  );
});

test('property: whole seconds come out as they went in, up to 5 minutes', () => {
  fc.assert(fc.property(fc.nat(300), (seconds) => assert.is(parseRetryAfter(String(seconds), NOW), seconds * 1000)));
  fc.assert(
    fc.property(fc.nat(300), (seconds) => assert.is(parseRetryAfter(new Date(NOW + seconds * 1000).toUTCString(), NOW), seconds * 1000)),
  );
});

test.run();
