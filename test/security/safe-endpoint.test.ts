import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { safeEndpoint } from '../../lib/security/safe-endpoint';

const KEPT: readonly (readonly [given: string, kept: string | undefined])[] = [
  ['/users/123-45-6789/tax', '/users/***/tax'],
  ['/call/+491701234567', '/call/***'],
  ['/call/(030)12345', '/call/***'],
  ['/call/1234567', '/call/***'],
  ['/born/12.03.1980', '/born/***'],
  ['/users/123456', '/users/123456'],
  ['/v/1.2.3', '/v/1.2.3'],
  ['/a/-/b', '/a/-/b'],
  ['/step-2', '/step-2'],
  ['GET /x HTTP/1.1', 'GET /x HTTP/1.1'],
  ['//host.example/path', '/path'],
  ['///host.example/path', '/path'],
  ['GET //host.example:80/path', 'GET /path'],
  ['host.example:8080/path', '/path'],
  ['localhost:3000', undefined],
  ['[::1]:80/x', '/x'],
  ['PUT localhost:3000/a/b', 'PUT /a/b'],
  ['/a:80/b', '/a:80/b'],
  ['/a//b', '/a//b'],
  ['https://host.example', undefined],
  ['https://me:pw@host.example:80/a', '/a'],
  ['/proxy/https://one.example/a/http://two.example/b', '/proxy//a//b'],
  ['(https://host.example/a', '/a'],
  ['https://https://host.example/a', '/a'],
  ['://host.example/a', '/a'],
  ['host:80b/c', 'host:80b/c'],
  ['host:123456/c', 'host:123456/c'],
  [`/${'a'.repeat(64)}`, `/${'a'.repeat(64)}`],
  [`/${'a'.repeat(65)}`, '/***'],
  ['/abc'.repeat(40), '/abc'.repeat(32)],
  [`${' '.repeat(2048)}/a`, undefined],
];
for (const [given, kept] of KEPT) {
  test(`of the endpoint ${given.slice(0, 70)} is kept ${kept?.slice(0, 70)}`, () => {
    assert.is(safeEndpoint(given), kept);
  });
}

/** Texts on which a search that begins anew at each character would pass all that follows. */
const LONG = ['a', 'a.', '-', '1', 'a:', '://', 'a://', '/', '//', 'a1', ' a', '.', ':1', 'a:1', '%', '@'] as const;
const timeOf = (text: string): number => {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    const begin = performance.now();
    for (let time = 0; time < 40; time++) safeEndpoint(text);
    best = Math.min(best, performance.now() - begin);
  }
  return best;
};
test('the time for a text grows with its length, not with the square of it', () => {
  for (const unit of LONG) {
    const short = timeOf(unit.repeat(256).slice(0, 256));
    const long = timeOf(unit.repeat(2048).slice(0, 2048));
    // 8 times the text: 8 times the time, or 64. The constant is for what the machine does besides.
    assert.ok(long < 24 * short + 2, `${unit}: ${short} ms, ${long} ms`);
  }
});

test('whatever is given, at most 128 printable characters are kept, without what begins a query', () => {
  const piece = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('://', '//', '/', ':80', 'host', '?', '#', ';', ' ', '12-3'));
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const kept = safeEndpoint(pieces.join(''));
      if (kept !== undefined) assert.match(kept, /^(?! )[ !"$->@-~]{1,128}$/);
    }),
  );
});

test.run();
