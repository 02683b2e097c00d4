import { BlockList, isIP } from 'node:net';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type AddressRange, isWithin, parseAddress, parseRange } from '../../../../lib/node/alerts/request/address';

const hex = (address: readonly number[]): string => Buffer.from(address).toString('hex');

test('addresses are read in their usual spellings', () => {
  assert.equal(parseAddress('10.1.2.255'), [10, 1, 2, 255]);
  for (const [text, bytes] of [
    ['::', '0'.repeat(32)],
    ['::1', `${'0'.repeat(31)}1`],
    ['1::', `0001${'0'.repeat(28)}`],
    ['2001:db8::a:0:1', '20010db80000000000000000000a00000001'.replace(/^(.{8}).{4}/, '$1')],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
    ['::ffff:1.2.3.4', `${'0'.repeat(20)}ffff01020304`],
    ['64:ff9b::1.2.3.4', '0064ff9b000000000000000001020304'],
    ['1:2:3:4:5:6:1.2.3.4', '00010002000300040005000601020304'],
    ['1:2:3:4:5:6:7::', '00010002000300040005000600070000'],
  ] as const) {
    assert.is(hex(parseAddress(text)!), bytes, text);
  }
});

test('nothing else is an address', () => {
  for (const text of [
    '', '1', '1.2.3', '01.2.3.4', '1.2.3.4.', '1.2.3.256', '0x7f.0.0.1', ' 1.2.3.4', '1.2.3.4\n', '::1%lo', 'fe80::1%eth0', ':', ':::', '1::2::3',
    '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7:8::', '::1.2.3', '1.2.3.4::', '12345::', 'g::', '[::1]', ':1:2:3:4:5:6:7:8', '1.2.3.4:80', 'localhost',
  ]) {
    assert.is(parseAddress(text), undefined, text);
  }
}); // biome-ignore format: a list

test('property: what Node takes for an address is one, with the same bytes; zones are not', () => {
  const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));
  const v6 = fc
    .tuple(fc.array(group, { maxLength: 9 }), fc.array(group, { maxLength: 9 }), fc.constantFrom('::', ':'))
    .map(([head, tail, mark]) => `${head.join(':')}${mark}${tail.join(':')}`);
  const texts = fc.oneof(v6, fc.ipV4(), fc.ipV6(), fc.stringMatching(/^[0-9a-f:.]{1,20}$/));
  fc.assert(
    fc.property(texts, (text) => {
      const bytes = parseAddress(text);
      assert.is(bytes !== undefined, isIP(text) !== 0, text);
      if (bytes?.length !== 16) return;
      const groups = hex(bytes).match(/.{4}/g)!.join(':');
      assert.is(new URL(`http://[${groups}]/`).hostname, new URL(`http://[${text}]/`).hostname);
    }),
    { numRuns: 2000 },
  );
});

test('ranges are read with their prefix; bits behind it must be 0', () => {
  assert.equal(parseRange('10.1.2.0/24'), { bytes: [10, 1, 2, 0], bits: 24 });
  assert.equal(parseRange('10.1.2.3'), { bytes: [10, 1, 2, 3], bits: 32 });
  assert.is(parseRange('fc00::/7')!.bits, 7);
  assert.is(parseRange('::1')!.bits, 128);
  for (const text of [
    '10.1.2.3/24',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/x',
    '10.0.0.0/8/8',
    '::/129',
    '10.0.0.0/-1',
    '/8',
    'fe80::1/10',
  ]) {
    assert.is(parseRange(text), undefined, text);
  }
});

test('property: an address is within a range exactly when Node says so', () => {
  const v4 = fc.tuple(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), fc.boolean());
  fc.assert(
    fc.property(v4, ([base, other, bits, isNear]) => {
      const bytes = parseAddress(base)!;
      const range: AddressRange = { bytes: masked(bytes, bits), bits };
      const list = new BlockList();
      list.addSubnet(range.bytes.join('.'), bits, 'ipv4');
      const address = isNear ? near(base, other, bits) : other;
      assert.is(isWithin(parseAddress(address)!, range), bits === 0 || list.check(address, 'ipv4'), `${address} in ${range.bytes}/${bits}`);
    }),
    { numRuns: 2000 },
  );
});

test('addresses of one family are not within ranges of the other', () => {
  assert.not(isWithin(parseAddress('10.0.0.1')!, parseRange('::/0')!));
  assert.not(isWithin(parseAddress('::ffff:10.0.0.1')!, parseRange('10.0.0.0/8')!));
});

const masked = (bytes: readonly number[], bits: number): number[] =>
  bytes.map((byte, index) => byte & ((0xff << (8 - Math.min(8, Math.max(0, bits - index * 8)))) & 0xff));

/** An address that shares the first bits with another. */
function near(base: string, other: string, bits: number): string {
  const [own, rest] = [parseAddress(base)!, parseAddress(other)!];
  const kept = masked(own, bits);
  const free = masked(rest, bits).map((byte, index) => rest[index]! ^ byte);
  return kept.map((byte, index) => byte | free[index]!).join('.');
}

test.run();
