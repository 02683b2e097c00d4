import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseAddress } from '../../../../lib/node/alerts/request/address';
import { AddressGuard, type Verdict } from '../../../../lib/node/alerts/request/address-guard';
import { refusalOf } from '../../../support/alerts/failure';
import { FORBIDDEN } from '../../../support/alerts/forbidden';

const guard = (...allowed: string[]): AddressGuard => new AddressGuard('aTarget', allowed);
const verdicts = (made: AddressGuard, name: string, ...addresses: string[]): Verdict[] =>
  addresses.map((address) => made.judge(name, address));

test('public addresses are public', () => {
  const addresses = [
    '8.8.8.8',
    '1.1.1.1',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.0.1',
    '172.32.0.1',
    '192.167.1.1',
    '223.255.255.255',
    '11.0.0.0',
  ];
  const v6 = ['2606:4700::1111', '2a00:1450:4001::1', '2001:4860:4860::8888', '2001:200::1', '2003::1', '2620:0:2d0:200::7'];
  assert.equal(new Set(verdicts(guard(), 'a.example', ...addresses, ...v6)), new Set(['public']));
});

test('every address that is not public is refused', () => {
  for (const [, address] of FORBIDDEN) assert.is(guard().judge('a.example', address), 'refused', address);
  for (const text of ['', 'localhost', '0x7f.1', '127.1', 'fe80::1%eth0', '4000::1', 'e000::1', '1::1'])
    assert.is(guard().judge('a', text), 'refused');
});

test('an address or range opens itself and nothing beside it', () => {
  const made = guard('127.0.0.1', '10.1.2.0/24', '[fd00::7]', '169.254.169.254');
  assert.equal(verdicts(made, 'a', '127.0.0.1', '10.1.2.0', '10.1.2.255', 'fd00::7', '169.254.169.254'), Array(5).fill('opened'));
  assert.equal(verdicts(made, 'a', '127.0.0.2', '10.1.3.0', '10.1.1.255', 'fd00::8', '::1', '::ffff:127.0.0.1'), Array(6).fill('refused'));
});

test('a name opens what is inside, for itself only, and never link-local, metadata or nobody', () => {
  const made = guard('Hooks.Internal.', 'localhost');
  assert.equal(verdicts(made, 'hooks.internal', '10.0.0.1', '127.0.0.1', '::1', '192.168.3.4', 'fd12::1'), Array(5).fill('opened'));
  const never = [
    '169.254.169.254',
    'fe80::1',
    '0.0.0.0',
    '224.0.0.1',
    'fd00:ec2::254',
    '100.100.100.200',
    '168.63.129.16',
    '255.255.255.255',
    '64:ff9b::a00:1',
  ];
  assert.equal(verdicts(made, 'hooks.internal', ...never), Array(never.length).fill('refused'));
  assert.is(made.judge('other.internal', '10.0.0.1'), 'refused');
  assert.is(made.judge('hooks.internal', '8.8.8.8'), 'public');
  assert.ok(made.isOpenName('localhost') && !made.isForbiddenName('localhost'));
  assert.ok(made.isForbiddenName('metadata.google.internal') && made.isForbiddenName('a.localhost'));
});

test("a range opens no metadata address, and nothing else that is nobody's, by lying around it", () => {
  for (const [range, ...addresses] of [
    ['100.64.0.0/10', '100.100.100.200'],
    ['168.0.0.0/8', '168.63.129.16'],
    ['169.0.0.0/8', '169.254.0.1', '169.254.169.254'],
    ['169.254.0.0/16', '169.254.169.254', '169.254.170.2', '169.254.170.23'],
    ['192.0.0.0/24', '192.0.0.192'],
    ['fd00::/8', 'fd00:ec2::254', 'fd00:ec2::23', 'fd20:ce::254'],
    ['fc00::/7', 'fd00:ec2::254'],
    ['fd00:ec2::/32', 'fd00:ec2::254'],
    ['::/32', '::127.0.0.1', '::ffff:169.254.169.254', '::ffff:0:127.0.0.1', '::'],
    ['::ffff:0:0/96', '::ffff:169.254.169.254', '::ffff:10.0.0.1', '::ffff:127.0.0.1'],
    ['64:ff9b::/32', '64:ff9b::a9fe:a9fe', '64:ff9b::808:808', '64:ff9b:1::7f00:1'],
    ['64:ff9b::/96', '64:ff9b::a9fe:a9fe', '64:ff9b::a00:1', '64:ff9b::6464:64c8'],
    ['fe80::/32', 'fec0::1', 'ff02::1'],
  ] as const) {
    assert.equal(verdicts(guard(range), 'a', ...addresses), Array(addresses.length).fill('refused'), range);
  }
  // Beside them it opens what is its own.
  assert.equal(verdicts(guard('100.64.0.0/10', 'fd00::/8'), 'a', '100.64.0.1', 'fd00::1', 'fd00:ec2::253'), Array(3).fill('opened'));
});

test("what is nobody's is opened by a range that lies within it, and each metadata address by its own entry", () => {
  for (const [range, ...addresses] of [
    ['169.254.0.0/16', '169.254.0.1'],
    ['198.18.7.0/24', '198.18.7.9'],
    ['2001:db8::/32', '2001:db8::1'],
    ['fe80::/64', 'fe80::1'],
    ['64:ff9b::/96', '64:ff9b::808:808'],
    ['64:ff9b::10.0.0.0/104', '64:ff9b::a01:203'],
    ['100.100.100.200', '100.100.100.200'],
    ['169.254.170.2', '169.254.170.2'],
    ['fd00:ec2::254', 'fd00:ec2::254'],
    ['::ffff:127.0.0.1', '::ffff:7f00:1'],
    ['4000::1', '4000::1'],
  ] as const)
    assert.equal(verdicts(guard(range), 'a', ...addresses), Array(addresses.length).fill('opened'), range);
});

test('a name does not open the metadata of IPv6 that pods are given', () => {
  assert.is(guard('hooks.internal').judge('hooks.internal', 'fd00:ec2::23'), 'refused');
});

test('property: whatever ranges are allowed, a metadata address is opened by its own entry only', () => {
  const metadata = ['169.254.169.254', '169.254.170.2', '100.100.100.200', '168.63.129.16', 'fd00:ec2::254', 'fd20:ce::254', '::ffff:a9fe:a9fe', '64:ff9b::a9fe:a9fe'];
  fc.assert(
    fc.property(fc.constantFrom(...metadata), fc.integer({ min: 0, max: 127 }), (address, bits) => {
      const bytes = parseAddress(address)!;
      const prefix = bytes.length === 4 ? bits % 32 : bits;
      const masked = bytes.map((byte, at) => byte & ((0xff << (8 - Math.min(8, Math.max(0, prefix - at * 8)))) & 0xff));
      const groups = Array.from({ length: 8 }, (_, at) => (((masked[2 * at] ?? 0) << 8) | (masked[2 * at + 1] ?? 0)).toString(16)).join(':');
      const range = `${bytes.length === 4 ? masked.join('.') : groups}/${prefix}`;
      let made: AddressGuard;
      try {
        made = guard(range);
      } catch {
        return; // Too wide for anybody.
      }
      assert.is(made.judge('a', address), 'refused', range);
    }),
    { numRuns: 500 },
  );
}); // biome-ignore format: lists

test('what is no host, address or range is refused without being repeated', () => {
  const wrong = [
    'https://hooks.internal/secret-canary', 'hooks.internal:8080', '127.0.0.1:80', '*', '*.internal', '', ' ', 'a b', 'user@host', '10.1.2.3/24', '10.0.0.0/7',
    '0.0.0.0/0', '::/0', 'f000::/4', '::/7', 'fe00::/7', 'fe80::/10', 'ff00::/8', '2000::/3', '2a00::/12', '2002::/16', '::/8', 'fc00::/6', '2600::/31', '127.1', '2130706433', 'a/b', 'a?b', 'a#b', 'x'.repeat(300),
  ]; // biome-ignore format: a list
  for (const entry of wrong) {
    const refusal = refusalOf(() => guard('127.0.0.1', entry));
    assert.match(refusal, /^OPTION_INVALID aTarget: allowPrivate\[1\] is not valid/, entry);
    assert.not.match(refusal, 'canary');
  }
  assert.match(
    refusalOf(() => new AddressGuard('aTarget', 'localhost' as never)),
    'aTarget: allowPrivate is not valid',
  );
  assert.match(
    refusalOf(() => new AddressGuard('aTarget', [7] as never)),
    'allowPrivate[0]',
  );
  assert.match(
    refusalOf(() => guard(...Array.from({ length: 65 }, (_, index) => `a${index}`))),
    'allowPrivate is not valid',
  );
});

test.run();
