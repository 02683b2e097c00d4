import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { cut, lineOf, spanOf } from '../../../lib/alerts/text';
import { fakeHost } from './fake-alerts';

test('a text that is cut ends in no half of a character', () => {
  assert.equal([cut('abc', 3), cut('abcd', 3)], ['abc', 'ab…']);
  assert.is(cut('a\u{1f525}bc', 3), 'a…');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 20 }), (text, most) => {
      const short = cut(text, most);
      assert.ok(short.length <= most && !/[\ud800-\udbff](?![\udc00-\udfff])/.test(short));
    }),
  );
});

test('redaction is given no more than can be shown, and nothing when it fails', () => {
  const host = fakeHost();
  let longest = 0;
  host.redact = (text) => {
    longest = Math.max(longest, text.length);
    return text;
  };
  assert.is(lineOf(host, 'x'.repeat(1_000_000), 100).length, 100);
  assert.ok(longest < 1000, String(longest));
  host.redact = () => {
    throw new Error('x');
  };
  assert.is(lineOf(host, 'secret', 100), '');
});

test('spans are told in their two largest units', () => {
  const all = [-5, 0, 300, 999.7, 2999.4, 59_999.6, 61_000, 720_000, 3_599_999, 3_900_000, 864e5, 9e7 + 1].map(spanOf);
  const expected = ['0 ms', '0 ms', '300 ms', '1 s', '3 s', '1 min', '1 min 1 s', '12 min', '1 h', '1 h 5 min', '1 d', '1 d 1 h'];
  assert.equal(all, expected);
});

test.run();
