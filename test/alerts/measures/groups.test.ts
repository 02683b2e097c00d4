import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Groups } from '../../../lib/alerts/measures/groups';

interface Tally {
  count: number;
}

const create = (redact: (text: string) => string = (text) => text, most = 10) => {
  const released: Tally[] = [];
  const groups = new Groups<Tally>({ by: 'field', make: () => ({ count: 0 }), redact, release: (data) => released.push(data), most });
  const add = (value: unknown): number => ++groups.of(() => value).count;
  return { groups, add, released };
};

test('a group that was forgotten begins anew when its value is met again, and what it held is let go of', () => {
  const { groups, add, released } = create();
  add('a');
  assert.is(add('a'), 2);
  groups.forget('a');
  groups.forget('a');
  assert.equal(released, [{ count: 2 }]);
  assert.is(add('a'), 1);
  assert.equal([...groups.entries()], [['a', { count: 1 }]]);
  groups.clear();
  assert.equal([released.length, [...groups.entries()].length], [2, 0]);
});

test('values that are all masked alike are one group, and take little memory', () => {
  let masked = 0;
  const { groups, add } = create(() => {
    masked++;
    return '***';
  });
  for (let index = 0; index < 1000; index++) add(`secret ${index}`);
  assert.equal([...groups.entries()], [['***', { count: 1000 }]]);
  assert.is((groups as unknown as { readonly byRaw: Map<string, unknown> }).byRaw.size, 20);
  add('secret 1');
  assert.is(masked, 1000);
});

test('of a long value 256 characters are read', () => {
  const seen: number[] = [];
  const { add } = create((text) => {
    seen.push(text.length);
    return text;
  });
  add('x'.repeat(1_000_000));
  assert.is(add(`${'x'.repeat(256)}y`), 2);
  assert.equal(seen, ['field='.length + 256]);
});

test('in a flood of values nothing is masked that is not shown', () => {
  let masked = 0;
  const { groups, add } = create((text) => {
    masked++;
    return text;
  });
  for (let index = 0; index < 1000; index++) add(index);
  assert.equal([masked, groups.overflow, [...groups.entries()].length], [10, 990, 11]);
});

test.run();
