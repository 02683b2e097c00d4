import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DeliveryError, failureOf } from '../../lib/alerts/target';

test('how a delivery failed is read from its error, and of others nothing is known', () => {
  const error = new DeliveryError({ code: 'HTTP_429', mayPass: true, retryAfterMs: 5 });
  assert.is(failureOf(error), error);
  for (const other of [new Error('x'), undefined, null, 'x', 7, { code: 'X', mayPass: false }])
    assert.equal(failureOf(other), { code: 'FAILED', mayPass: true });
});

test('what refuses to be looked at is a failure like others', () => {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const trap = new Proxy(
    {},
    {
      has() {
        throw new Error('x');
      },
    },
  );
  for (const hostile of [revoked.proxy, trap]) assert.equal(failureOf(hostile), { code: 'FAILED', mayPass: true });
});

test.run();
