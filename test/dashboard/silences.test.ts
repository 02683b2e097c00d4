import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { coverText } from '../../lib/dashboard/page/views/silences';

const silence = { id: 'silence-1', startedAt: 0, endsAt: 1 };

test('a silence says what it covers', () => {
  assert.is(coverText({ ...silence, rule: 'slow_orders' }), 'slow_orders');
  assert.is(coverText({ ...silence, rule: 'slow_orders', group: 'eu' }), 'slow_orders (eu)');
  assert.is(coverText({ ...silence, severity: 'warning' }), 'warning only');
});

test('one that names nothing covers every alert', () => {
  assert.is(coverText(silence), 'every alert');
});

test.run();
