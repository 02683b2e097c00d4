import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hashOf } from '../../lib/errors/hash';

test('a hash is 12 hexadecimal digits, the same in every run', () => {
  fc.assert(fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => assert.match(hashOf(texts), /^[0-9a-f]{12}$/)));
  assert.is(hashOf(['TypeError', 'no user <*>', '', 'users:find']), '35a23dac0d73');
  assert.is(hashOf([]), '000000000001');
});

test('lists of texts that are the same characters in other portions have other hashes', () => {
  const all = [['ab', 'c'], ['a', 'bc'], ['abc'], ['abc', ''], ['', 'abc'], ['a', 'b', 'c'], [], [''], ['', '']];
  assert.is(new Set(all.map(hashOf)).size, all.length);
});

test('a million texts have no more collisions than chance, in all 48 bits and in any 32 of them', () => {
  const hashes: string[] = [];
  for (let at = 0; at < 1_000_000; at++) hashes.push(hashOf([`error ${at}`]));
  // Birthday bound: n² / 2^(bits + 1) pairs, so 0.002 of 48 bits and 116.4 of 32 with a deviation of 10.8.
  assert.is(new Set(hashes).size, hashes.length);
  const collisionsOf = (cut: (hash: string) => string) =>
    hashes.length - new Set(hashes.map((hash) => Number.parseInt(cut(hash), 16))).size;
  for (const cut of [(hash: string) => hash.slice(0, 8), (hash: string) => hash.slice(2, 10), (hash: string) => hash.slice(4)]) {
    const collisions = collisionsOf(cut);
    assert.ok(collisions > 60 && collisions < 175, `${collisions} collisions`);
  }
});

test('one changed bit of a text changes half the bits of its hash', () => {
  const bits = (hash: string) => BigInt(`0x${hash}`);
  const counts = new Array<number>(48).fill(0);
  const rounds = 4000;
  for (let round = 0; round < rounds; round++) {
    const text = `message number ${round}`;
    const at = round % text.length;
    const changed = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << (round % 7))) + text.slice(at + 1);
    const difference = bits(hashOf([text])) ^ bits(hashOf([changed]));
    for (let bit = 0; bit < 48; bit++) counts[bit]! += Number((difference >> BigInt(bit)) & 1n);
  }
  // Six standard deviations of a fair coin are 4.7 %.
  for (const [bit, count] of counts.entries()) assert.ok(Math.abs(count / rounds - 0.5) < 0.05, `bit ${bit}: ${count / rounds}`);
});

test.run();
