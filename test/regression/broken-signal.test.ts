import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry } from '../../lib/index';

const A = ['app', 'part', 'a'] as const;

/** A signal of somebody's own whose methods may throw. */
function brokenSignal(broken: 'addEventListener' | 'removeEventListener'): AbortSignal {
  const method = (name: string) => () => {
    if (name === broken) throw new Error(name);
  };
  return { aborted: false, addEventListener: method('addEventListener'), removeEventListener: method('removeEventListener') } as never;
}

test('a signal that cannot be listened to attaches nothing, takes no id and replaces nobody', () => {
  const bus = createTelemetry();
  const calls: string[] = [];
  bus.attach('id', A, () => calls.push('old'));
  const signal = brokenSignal('addEventListener');
  assert.throws(() => bus.attach('id', A, () => calls.push('new'), undefined, { signal, onConflict: 'replace' }), /addEventListener/);
  assert.throws(() => bus.attach('other', A, () => calls.push('other'), undefined, { signal }), /addEventListener/);
  bus.execute(A);
  assert.equal(calls, ['old']);
  assert.equal(
    bus.listHandlers().map(({ id }) => id),
    ['id'],
  );
});

test('a signal that cannot be let go of does not keep its handler attached', () => {
  const bus = createTelemetry();
  let calls = 0;
  bus.attach('id', A, () => calls++, undefined, { signal: brokenSignal('removeEventListener') });
  assert.throws(() => bus.detach('id'), /removeEventListener/);
  bus.execute(A);
  assert.is(calls, 0);
  assert.is(bus.listHandlers().length, 0);
  assert.is(bus.detach('id'), false);
  bus.attach('id', A, () => calls++);
});

test.run();
