import { createTelemetry, defineEvent, defineEvents, type Warning } from 'telemetry-bus';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as v from 'valibot';

test('what a schema quotes of a payload in a warning is masked', () => {
  const warnings: Warning[] = [];
  const shop = defineEvents('shop', {
    cart: { add: defineEvent({ schema: { metadata: v.object({ sku: v.number() as never }) } }) },
  });
  const telemetry = createTelemetry({
    events: shop,
    environment: 'test',
    validate: 'warn',
    onWarning: (warning) => warnings.push(warning),
  });
  telemetry.execute(shop.cart.add, {}, { sku: 'Bearer abcDEF123456789' } as never);
  assert.is(warnings.length, 1);
  assert.match(warnings[0]!.message, 'shop.cart.add');
  assert.not.match(warnings[0]!.message, 'abcDEF123456789');
});

test('what a failing handler throws is masked in the warning about it', () => {
  const warnings: Warning[] = [];
  const telemetry = createTelemetry({ environment: 'test', onWarning: (warning) => warnings.push(warning) });
  telemetry.attach('bad', ['app', 'job', 'done'], () => {
    throw new Error('connect postgres://app:hunter2@db/x failed');
  });
  telemetry.execute(['app', 'job', 'done']);
  assert.is(warnings.length, 1);
  assert.match(warnings[0]!.message, 'postgres://app:***@db/x');
  assert.not.match(warnings[0]!.message, 'hunter2');
});

test.run();
