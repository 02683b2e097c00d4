import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DEED, deedIn } from '../../lib/security/admin-deed';
import { createSecurity } from '../../lib/security/security';
import { fakeHost } from './fake-host';

const QUIET = { failures: false, errorRate: false, suspiciousErrors: false } as const;
const CHANGE = { action: 'log_level_changed', target: 'coder.llm', actor: 'operator', before: 'info', after: 'debug' };
const READ = { action: 'read', target: '/admin/logs/lines', actor: 'viewer' };

test('what an administrator did is kept and told, and is no field of the log', () => {
  const host = fakeHost();
  const security = createSecurity(host, QUIET);
  const told: unknown[] = [];
  security.on(({ admin }) => void told.push(admin));
  security.record('authz_admin', { action: 'log_level_changed', [DEED]: CHANGE } as never);
  assert.equal(security.recent()[0]!.admin, CHANGE);
  assert.equal(told, [CHANGE]);
  assert.equal(host.written[0]!.fields, { action: 'log_level_changed', severity: 'medium' });
  assert.equal(Object.getOwnPropertySymbols(host.written[0]!.fields), []);
});

test('an application that records the same name tells nothing of its fields', () => {
  const security = createSecurity(fakeHost(), QUIET);
  security.record('authz_admin', { action: 'user_deleted', target: 'ann@example.org', actor: 'ben', admin: CHANGE });
  assert.is(security.recent()[0]!.admin, undefined);
});

test('texts are bounded, paths are told without ids, and only plain values are told', () => {
  const deed = deedIn({ [DEED]: { ...CHANGE, target: 'x'.repeat(1000), before: { level: 'info' }, after: Number.NaN } });
  assert.equal(deed, { action: 'log_level_changed', target: 'x'.repeat(128), actor: 'operator' });
  assert.is(deedIn({ [DEED]: { ...READ, target: '/admin/logs/of/0af7651916cd43dd8448eb211c80319c' } })?.target, '/admin/logs/of/***');
});

test('what is no deed is none, whatever it is', () => {
  const broken = {
    get [DEED]() {
      throw new Error('no');
    },
  };
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  for (const fields of [
    undefined,
    null,
    5,
    'text',
    {},
    broken,
    revoked.proxy,
    { [DEED]: null },
    { [DEED]: 'x' },
    { [DEED]: revoked.proxy },
  ]) {
    assert.is(deedIn(fields), undefined);
  }
  for (const part of ['action', 'target', 'actor']) assert.is(deedIn({ [DEED]: { ...CHANGE, [part]: 5 } }), undefined);
});

test('reads through the admin API take at most 20 places of the last 100, so that changes are not forgotten', () => {
  const security = createSecurity(fakeHost(), QUIET);
  security.record('authz_admin', { [DEED]: CHANGE } as never);
  for (let i = 0; i < 500; i++) security.record('sensitive_read', { [DEED]: READ } as never);
  assert.is(security.recent().length, 21);
  assert.equal(security.recent().at(-1)?.admin, CHANGE);
  assert.equal(security.recent(20).map(({ name }) => name), Array(20).fill('sensitive_read')); // biome-ignore format: short
  assert.is(security.counts().byName.sensitive_read, 500);
  for (let i = 0; i < 100; i++) security.record(`own_${i}`);
  assert.equal(security.recent().map(({ name }) => name), Array.from({ length: 100 }, (_, back) => `own_${99 - back}`)); // biome-ignore format: short
});

test.run();
