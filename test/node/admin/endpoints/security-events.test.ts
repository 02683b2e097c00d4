import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { securityOf } from '../../../../lib/entries/security';
import { createAdmin } from '../../../../lib/node/admin/admin';
import { READ_TOKEN, TOKENS, WRITE_TOKEN } from '../../../support/admin/tokens';
import { ask } from '../../../support/admin/validate';
import { createLog } from '../../../support/records';

const SECRET = 'ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
const adminOf = () => {
  const log = createLog();
  return { ...log, admin: createAdmin(log.telemetry, { tokens: TOKENS }), security: securityOf(log.telemetry) };
};

test('security events are told in the shape of requirement C12, and in no other', async () => {
  const { admin, security } = adminOf();
  security.record('authn_login_fail', { ip: '10.0.0.1', endpoint: '/login', attempts: 1, blocked: false });
  const { json } = await ask(admin, 'GET', '/admin/logs/security', { token: READ_TOKEN });
  assert.equal(json, {
    security_events: [
      {
        event: 'authn_login_fail',
        timestamp: '2026-01-01T00:00:00.000Z',
        severity: 'medium',
        source: 'application',
        ip: '10.0.0.1',
        endpoint: '/login',
        attempts: 1,
        blocked: false,
      },
    ],
    event_summary: { authn_login_fail: 1 },
    total_events: 1,
  });
});

test('the numbers of the summary add up to the total, whatever the names are', async () => {
  const { admin, security } = adminOf();
  for (let i = 0; i < 300; i++) security.record(`own_${i}`);
  const { json } = await ask(admin, 'GET', '/admin/logs/security?limit=3');
  const numbers: number[] = Object.values(json.event_summary);
  assert.is(
    numbers.reduce((sum, count) => sum + count, 0),
    json.total_events,
  );
  assert.is(json.event_summary['(others)'], 300 - 256);
  assert.equal(
    json.security_events.map(({ event }: { event: string }) => event),
    ['own_299', 'own_298', 'own_297'],
  );
});

test('what a detector found is told', async () => {
  const { admin, security } = adminOf();
  for (let i = 0; i < 4; i++) security.record('authn_login_fail', { ip: '10.0.0.1' });
  const { json } = await ask(admin, 'GET', '/admin/logs/security');
  const [found] = json.security_events;
  assert.is(found.event, 'multiple_failed_attempts');
  assert.is(found.source, 'library');
  assert.is(found.found.scope, 'ip');
});

test('who changed which level to what is told, and who read what', async () => {
  const { admin, security } = adminOf();
  await ask(admin, 'PUT', '/admin/levels', { token: WRITE_TOKEN, body: { logger: 'coder.llm', level: 'debug' } });
  security.record('authz_admin', { action: 'user_deleted', target: 'ann', actor: 'ben' });
  await ask(admin, 'GET', '/admin/logs/security', { token: READ_TOKEN });
  const { json } = await ask(admin, 'GET', '/admin/logs/security', { token: READ_TOKEN });
  assert.equal(
    json.security_events.map(({ event, admin: did }: { event: string; admin?: object }) => [event, did]),
    [
      ['sensitive_read', { action: 'read', target: '/admin/logs/security', actor: 'viewer' }],
      ['authz_admin', undefined],
      ['authz_admin', { action: 'log_level_changed', target: 'coder.llm', actor: 'operator', before: 'inherit', after: 'debug' }],
    ],
  );
});

test('names and endpoints that hold a secret are told without it', async () => {
  const { admin, security } = adminOf();
  security.record(`leak ${SECRET}`, { endpoint: `/x/${SECRET}?token=${SECRET}`, ip: SECRET, password: SECRET });
  const { text, json } = await ask(admin, 'GET', '/admin/logs/security');
  assert.not.match(text, /ghp_/);
  assert.is(json.total_events, 1);
  assert.equal(Object.values(json.event_summary), [1]);
});

test('names that are one once their secrets are gone are counted apart', async () => {
  const { admin, security } = adminOf();
  security.record('try password=one1one1');
  security.record('try password=two2two2');
  const { json } = await ask(admin, 'GET', '/admin/logs/security');
  assert.equal(json.event_summary, { 'try_password=***': 1, 'try_password=*** (2)': 1 });
});

test.run();
