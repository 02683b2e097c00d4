import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createAudit } from '../../../../lib/node/admin/audit-trail';
import type { Actor } from '../../../../lib/node/admin/route';
import { sourceOf } from '../../../../lib/node/server/source-of';
import { fakeClock } from '../../../../lib/testing';

type Told = readonly [name: string, fields: Record<string, unknown>];

function trail() {
  const clock = fakeClock();
  const told: Told[] = [];
  const audit = createAudit({ record: (name, fields) => void told.push([name, { ...fields }]) }, clock);
  return { clock, told, audit };
}

const actor = (more: Partial<Actor> = {}): Actor => ({
  name: 'operator',
  ip: '10.0.0.1',
  userAgent: 'curl',
  scope: 'write',
  via: 'token',
  expiresAt: undefined,
  session: undefined,
  ...more,
});

test('each change is told, with who made it and what was there', () => {
  const { audit, told } = trail();
  for (const level of ['debug', 'trace'])
    audit.changed(actor(), 'log_level_changed', { target: 'shop', before: 'info', after: level, for: '5m' });
  assert.equal(told[1], ['authz_admin', { for: '5m', severity: 'medium', action: 'log_level_changed', target: 'shop', before: 'info', after: 'trace', actor: 'operator', ip: '10.0.0.1', user_agent: 'curl' }]); // biome-ignore format: short
});

test('fields of a change can not put themselves in the place of who made it', () => {
  const { audit, told } = trail();
  audit.changed(actor(), 'x', { target: 't', before: 1, after: 2, actor: 'somebody else', action: 'y', severity: 'low' });
  assert.equal([told[0]![1].actor, told[0]![1].action, told[0]![1].severity], ['operator', 'x', 'medium']);
});

test('reads of one thing are told once a minute, with how many there were', () => {
  const { audit, told, clock } = trail();
  for (let round = 0; round < 5; round++) audit.read(actor(), '/admin/files/a');
  audit.read(actor(), '/admin/files/b');
  audit.read(actor({ name: 'viewer' }), '/admin/files/a');
  assert.equal(told.map(([, { accesses, attempted_resource: what, actor: who }]) => [accesses, what, who]), [[1, '/admin/files/a', 'operator'], [1, '/admin/files/b', 'operator'], [1, '/admin/files/a', 'viewer']]); // biome-ignore format: short
  clock.advance('60s');
  assert.equal(told.slice(3).map(([, { accesses, attempted_resource: what }]) => [accesses, what]), [[4, '/admin/files/a']]); // biome-ignore format: short
  clock.advance('5m');
  assert.is(told.length, 4);
  assert.is(clock.pendingTimers(), 0);
  audit.read(actor(), '/admin/files/a');
  assert.is(told.length, 5);
});

test('a flood of refusals is one event a second for each address, and none is lost', () => {
  const { audit, told, clock } = trail();
  let sent = 0;
  for (let tick = 0; tick < 100; tick++) {
    for (let each = 0; each < 7; each++) {
      audit.refused('unauthorized_access', actor({ ip: `10.0.0.${each % 2}` }), '/admin/levels');
      sent++;
    }
    clock.advance('100ms');
  }
  audit.close();
  assert.ok(told.length <= 2 * 12, `${told.length}`);
  assert.is(told.reduce((sum, [, { attempts }]) => sum + Number(attempts), 0), sent); // biome-ignore format: short
});

test('all addresses of an IPv6 network are one', () => {
  const { audit, told } = trail();
  for (let number = 0; number < 50; number++)
    audit.refused('unauthorized_access', actor({ ip: `2001:db8:1:2::${number.toString(16)}` }), '/x');
  assert.is(told.length, 1);
  audit.refused('unauthorized_access', actor({ ip: '2001:db8:1:3::1' }), '/x');
  assert.is(told.length, 2);
  assert.is(sourceOf('2001:0db8:0001:0002:ffff::1'), sourceOf('2001:db8:1:2::'));
  assert.is(sourceOf('::ffff:10.0.0.1'), '10.0.0.1');
  assert.is(sourceOf('::1'), sourceOf('::2'));
  assert.is(sourceOf('fe80::1%eth0'), sourceOf('fe80::2'));
  assert.is(sourceOf(undefined), '');
});

test('ten thousand addresses are counted; the oldest goes, and is told of', () => {
  const { audit, told, clock } = trail();
  const address = (number: number): string => `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
  for (const round of [0, 1]) {
    void round;
    audit.refused('rate_limit_exceeded', actor({ ip: address(0) }), '/x');
  }
  for (let number = 1; number <= 10_000; number++) audit.refused('rate_limit_exceeded', actor({ ip: address(number) }), '/x');
  assert.is(told.length, 1 + 10_000 + 1);
  assert.equal(told.filter(([, { ip }]) => ip === address(0)).map(([, { attempts }]) => attempts), [1, 1]); // biome-ignore format: short
  clock.advance('2m');
  assert.is(clock.pendingTimers(), 0);
});

test('a security stream that throws disturbs nobody', () => {
  const clock = fakeClock();
  const audit = createAudit({ record: () => { throw new Error('no'); } }, clock); // biome-ignore format: short
  for (let round = 0; round < 3; round++) {
    audit.changed(actor(), 'a', { target: 't', before: 1, after: 2 });
    audit.read(actor(), 'r');
    audit.refused('unauthorized_access', actor(), '/x');
  }
  clock.advance('2m');
  audit.close();
});

test.run();
