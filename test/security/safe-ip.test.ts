import { isIP } from 'node:net';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { safeIp } from '../../lib/security/safe-ip';

const isKept = (text: string): boolean => safeIp(text) === text;

test('what has the letters of an address and is none is left out', () => {
  for (const text of [
    'cafe.babe',
    '1.2',
    ':::::',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.4.',
    '256.1.1.1',
    '01.2.3.4',
    '1.2.3.',
    '1:2:3:4:5:6:7',
    '::1::',
    ':1',
  ]) {
    assert.is(safeIp(text), undefined, text);
  }
  for (const text of [
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '12345::',
    '::1.2.3',
    '1.2.3.4::',
    '::1.2.3.4:5',
    '1:2:3:4:5:6:7:1.2.3.4',
    '',
  ]) {
    assert.is(safeIp(text), undefined, text);
  }
  for (const text of ['10.0.0.1%eth0', 'fe80::1%', `fe80::1%${'x'.repeat(17)}`, 'fe80::1%a%b', 'fe80::1%a b', '::1\n']) {
    assert.is(safeIp(text), undefined, text);
  }
});

test('addresses of either kind are kept as they are', () => {
  for (const text of ['0.0.0.0', '255.255.255.255', '::', '::1', '1::', '1:2:3:4:5:6:7::', '::2:3:4:5:6:7:8', 'A:b:0:00:000:0000:F:9']) {
    assert.ok(isKept(text), text);
  }
  for (const text of ['::ffff:10.0.0.1', '1:2:3:4:5:6:7.8.9.10', '64:ff9b::1.2.3.4', 'fe80::1%eth0.1']) assert.ok(isKept(text), text);
});

test('it is an address exactly where Node says so', () => {
  const word = fc.constantFrom('', '0', '1', 'a', 'ff', '00', '1234', 'fffff', '255', '256', '10.0.0.1', 'g');
  const near = fc.array(fc.tuple(word, fc.constantFrom(':', '::', '.', ':')), { maxLength: 9 }).map((pairs) => pairs.flat().join(''));
  const ends = fc.tuple(near, word).map(([text, end]) => text + end);
  const texts = fc.oneof(ends, fc.ipV4(), fc.ipV6(), fc.string({ unit: fc.constantFrom(...'01f:.') }));
  let addresses = 0;
  fc.assert(
    fc.property(texts, (text) => {
      assert.is(isKept(text), isIP(text) !== 0);
      if (isIP(text) !== 0) addresses++;
    }),
    { numRuns: 3000 },
  );
  assert.ok(addresses > 300, String(addresses));
});

test.run();
