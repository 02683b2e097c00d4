import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deedText, named, storyOf } from '../../lib/dashboard/page/views/security-parts';
import type { SecurityEvent } from '../../lib/dashboard/wire/security';

const event = (more: Partial<SecurityEvent> = {}): SecurityEvent => ({
  event: 'authz_fail',
  severity: 'high',
  timestamp: '2026-01-01T00:00:00.000Z',
  source: 'application',
  ...more,
});

test('what an administrator did is a sentence', () => {
  const deed = { action: 'log_level_changed', target: 'coder.llm', actor: 'operator' };
  assert.is(deedText({ ...deed, before: 'info', after: 'debug' }), 'log_level_changed coder.llm: info → debug, by operator');
  assert.is(deedText(deed), 'log_level_changed coder.llm, by operator');
  assert.is(deedText({ ...deed, after: false }), 'log_level_changed coder.llm: false, by operator');
  assert.is(deedText({ ...deed, before: 0 }), 'log_level_changed coder.llm: was 0, by operator');
});

test('what a detector found, and what fields tell, is in words', () => {
  assert.is(storyOf(event()), '');
  assert.is(storyOf(event({ endpoint: '/login', attempts: 1, blocked: false })), '1 attempt, at /login, not blocked');
  const found = { pattern: 'sql_injection', repeats: 3 };
  assert.is(storyOf(event({ event: 'suspicious_error', source: 'library', found })), 'looks like sql_injection, 3 times');
  assert.is(storyOf(event({ attempts: 4, found: { scope: 'ip', window_ms: 300_000 } })), 'by ip, within 300 s, 4 attempts');
});

test('an event keeps its name when others come before it', () => {
  const [first, second] = [event({ ip: '10.0.0.1' }), event({ ip: '10.0.0.2' })];
  const before = named([second, first]).map(({ ip, key }) => [ip, key]);
  const after = named([event({ ip: '10.0.0.3' }), second, first]).map(({ ip, key }) => [ip, key]);
  assert.equal(after.slice(1), before);
  assert.is(new Set(after.map(([, key]) => key)).size, 3);
});

test.run();
