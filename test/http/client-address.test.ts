import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { TrustProxy } from '../../lib/http/options';
import { tracked } from './tracked';

/** The address that a request is said to come from. */
function ipOf(trustProxy: TrustProxy, peer: string | undefined, forwarded?: string): string | undefined {
  const { begin, tracking } = tracked({ trustProxy, accessLog: false, metrics: false }, 'silent');
  const exchange = begin({ peer, ...(forwarded !== undefined && { headers: { 'x-forwarded-for': forwarded, forwarded: 'for=6.6.6.6' } }) });
  const { ip } = exchange;
  tracking.close();
  return ip;
}

test('by default nobody but the connection says who the client is', () => {
  assert.is(ipOf(false, '198.51.100.7', '1.2.3.4'), '198.51.100.7');
  assert.is(ipOf(false, undefined, '1.2.3.4'), undefined);
});

test('hops are steps from the right, and what stands further left never counts', () => {
  const spoofed = '6.6.6.6, 7.7.7.7, 203.0.113.9, 10.0.0.2';
  assert.is(ipOf(1, '10.0.0.1', spoofed), '10.0.0.2');
  assert.is(ipOf(2, '10.0.0.1', spoofed), '203.0.113.9');
  assert.is(ipOf(1, '10.0.0.1', '203.0.113.9'), '203.0.113.9');
  assert.is(ipOf(3, '10.0.0.1', '203.0.113.9'), '203.0.113.9', 'fewer than there should be');
  assert.is(ipOf(1, '10.0.0.1'), '10.0.0.1');
  assert.is(ipOf(1, undefined, '203.0.113.9'), '203.0.113.9', 'a socket of the file system');
});

test('with ranges the walk ends at the first that is not trusted', () => {
  const trust = ['loopback', 'private', '203.0.113.0/24'];
  assert.is(ipOf(trust, '127.0.0.1', '6.6.6.6, 198.51.100.7, 203.0.113.9, 10.1.2.3'), '198.51.100.7');
  assert.is(ipOf(trust, '127.0.0.1', '10.1.2.3, 192.168.0.4'), '10.1.2.3', 'all of them trusted');
  assert.is(ipOf(trust, '::1', 'fd00::7, 172.31.0.1'), 'fd00::7');
  assert.is(ipOf(trust, '172.32.0.1', '1.2.3.4'), '172.32.0.1');
  assert.is(ipOf(trust, undefined, '1.2.3.4'), undefined, 'a peer without an address is on no list');
});

test('a header from a peer that is not trusted never counts', () => {
  const address = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string());
  fc.assert(
    fc.property(fc.array(address, { maxLength: 5 }), (entries) => {
      assert.is(ipOf(['10.0.0.0/8'], '198.51.100.7', entries.join(', ')), '198.51.100.7');
    }),
    { numRuns: 60 },
  );
});

test('whatever a client writes before it, the proxy names the client', () => {
  fc.assert(
    fc.property(fc.string(), (spoofed) => {
      assert.is(ipOf(['10.0.0.1'], '10.0.0.1', `${spoofed},198.51.100.7`), '198.51.100.7');
      assert.is(ipOf(1, '10.0.0.1', `${spoofed},198.51.100.7`), '198.51.100.7');
    }),
    { numRuns: 60 },
  );
});

test('a header of any length is read from its right end', () => {
  assert.is(ipOf(['10.0.0.1'], '10.0.0.1', `${'6.6.6.6,'.repeat(20_000)}198.51.100.7`), '198.51.100.7');
});

test('what is no address ends the walk', () => {
  for (const garbage of [
    'unknown',
    '',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '1.2.3.4:x',
    '::1::',
    '[1.2.3.4]',
    'localhost',
    '_hidden',
    '1.2.3.4;DROP',
    ':::',
    '1:2:3:4:5:6:7:8:9',
    'fe80::1%',
    '12345::',
  ])
    assert.is(ipOf(2, '10.0.0.1', `6.6.6.6, ${garbage}`), '10.0.0.1', garbage);
});

test('ports, brackets, zones and mapped addresses are told plainly', () => {
  assert.is(ipOf(1, '10.0.0.1', '198.51.100.7:4711'), '198.51.100.7');
  assert.is(ipOf(1, '10.0.0.1', '[2001:DB8::1]:4711'), '2001:db8::1');
  assert.is(ipOf(1, '10.0.0.1', '2001:db8::1'), '2001:db8::1');
  assert.is(ipOf(1, '10.0.0.1', '::ffff:198.51.100.7'), '198.51.100.7');
  assert.is(ipOf(1, '10.0.0.1', '::FFFF:c633:6407'), '198.51.100.7');
  assert.is(ipOf(false, '::ffff:192.0.2.5'), '192.0.2.5');
  assert.is(ipOf(false, 'fe80::1%eth0'), 'fe80::1');
  assert.is(ipOf(['10.0.0.0/8'], '::ffff:10.0.0.1', '198.51.100.7'), '198.51.100.7', 'mapped peers are in ranges of IPv4');
  assert.is(ipOf(['::ffff:10.0.0.0/104'], '10.0.0.1', '198.51.100.7'), '198.51.100.7', 'and mapped ranges are of IPv4');
});

test('ranges of any length', () => {
  const isTrusted = (range: string, peer: string): boolean => ipOf([range], peer, '203.0.113.1') === '203.0.113.1';
  assert.ok(isTrusted('10.128.0.0/9', '10.200.0.1'));
  assert.not.ok(isTrusted('10.128.0.0/9', '10.127.0.1'));
  assert.ok(isTrusted('2001:db8::/33', '2001:db8:7fff::1'));
  assert.not.ok(isTrusted('2001:db8::/33', '2001:db8:8000::1'));
  assert.ok(isTrusted('192.0.2.1', '192.0.2.1'));
  assert.not.ok(isTrusted('192.0.2.1', '192.0.2.2'));
  for (const wrong of [
    '10.0.0.0/33',
    '10.0.0.0/',
    '::/0',
    '::ffff:0:0/90',
    '1.2.3.4/8/8',
    '1.2.3.4:80',
    '[::1]',
    'Loopback',
    'constructor',
    '/8',
  ])
    assert.throws(() => ipOf([wrong], '10.0.0.1'), /OPTION_INVALID/, wrong);
});

test.run();
