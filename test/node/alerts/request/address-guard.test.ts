import { test } from 'uvu';
import * as assert from 'uvu/assert';
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

test('what is no host, address or range is refused without being repeated', () => {
  const wrong = [
    'https://hooks.internal/secret-canary', 'hooks.internal:8080', '127.0.0.1:80', '*', '*.internal', '', ' ', 'a b', 'user@host', '10.1.2.3/24', '10.0.0.0/7',
    '0.0.0.0/0', '::/0', 'f000::/4', '127.1', '2130706433', 'a/b', 'a?b', 'a#b', 'x'.repeat(300),
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
