import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry, type EventName } from '../../lib/index';

const A = ['app', 'part', 'a'] as const;
const LONG = `first\n\u001b[31m${'x'.repeat(100_000)}`;

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  return assert.unreachable('it should have thrown') as never;
}

test('an id that is long, or holds control characters, is printed short and on one line', () => {
  const warnings: string[] = [];
  const bus = createTelemetry({ onWarning: ({ message }) => warnings.push(message) });
  const fail = () => {
    throw new TypeError('boom');
  };
  bus.attach(LONG, A, fail);
  const message = messageOf(() => bus.attach(LONG, A, fail));
  assert.ok(message.length < 500, `${message.length} characters`);
  assert.is(message.includes('\n') || message.includes('\u001b'), false);
  bus.execute(A);
  assert.match(warnings[0]!, /^Handler "first\\n\\u001b\[31mx+" failed on app\.part\.a .*TypeError: boom/);
  assert.ok(warnings[0]!.length < 1500, `${warnings[0]!.length} characters`);
});

test('a conflict with a handler of many events names some of them', () => {
  const bus = createTelemetry();
  const events = Array.from({ length: 5000 }, (_, index): EventName => ['app', 'part', `e${index}`]);
  bus.attachMany('many', events, () => {});
  const message = messageOf(() => bus.attach('many', A, () => {}));
  assert.match(message, 'app.part.e0');
  assert.match(message, '4995 more');
  assert.ok(message.length < 500, `${message.length} characters`);
});

test.run();
