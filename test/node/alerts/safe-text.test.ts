import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { safeLine, safeLines, safeLink, safeTime, shorten } from '../../../lib/node/alerts/safe-text';

test('characters that do anything but show are left out', () => {
  assert.is(safeLines('a\u0000b\u001b[31mc\u202ed\u2066e\u200bf\ufeff\ud800g', 100), 'a b [31mc d e f  g');
  assert.is(safeLines('one\r\ntwo\rthree\n\tfour', 100), 'one\ntwo\nthree\n\tfour');
  assert.is(safeLine(' one\r\n\ttwo\u2028three ', 100), 'one two three');
  assert.is(safeLines(undefined, 10), '');
  assert.is(safeLines('👩‍💻 und ß', 100), '👩‍💻 und ß');
});

test('texts are cut at their limit, which shows, and never within a character', () => {
  assert.is(shorten('abcdef', 6), 'abcdef');
  assert.is(shorten('abcdefg', 6), 'abcde…');
  assert.is(shorten('abcd😀fg', 6), 'abcd…');
});

test('property: lines are at most so long, of whole characters, without controls', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 30 }), (text, most) => {
      const line = safeLine(text, most);
      assert.ok(line.length <= most);
      assert.not.match(line, /\p{Cc}|\p{Zl}|\p{Zp}|\p{Cs}/u);
    }),
    { numRuns: 2000 },
  );
});

test('links are those of the Web, without a user, and without marks that mean something', () => {
  assert.is(safeLink('https://wiki.example.com/a b?c=d|e>f<g"h\'i`j#k'), 'https://wiki.example.com/a%20b?c=d%7Ce%3Ef%3Cg%22h%27i%60j#k');
  assert.is(safeLink('http://wiki/x'), 'http://wiki/x');
  for (const link of [
    undefined,
    '',
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://a/',
    '//a/b',
    'wiki',
    'https://user@a/',
    'https://:p@a/',
    `https://a/${'x'.repeat(1000)}`,
  ]) {
    assert.is(safeLink(link), undefined, link);
  }
});

test('times are those of UTC, and what is none is empty', () => {
  assert.is(safeTime(Date.UTC(2026, 0, 2, 3, 4, 5, 678)), '2026-01-02T03:04:05Z');
  for (const time of [undefined, Number.NaN, 1e20]) assert.is(safeTime(time), '');
});

test.run();
