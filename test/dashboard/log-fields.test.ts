import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { VNode } from '../../lib/dashboard/page/dom';
import { TypedFields } from '../../lib/dashboard/page/views/log-fields';

function fake() {
  const params: Record<string, string> = {};
  const changes: object[] = [];
  const page = {
    param: (name: string) => params[name] ?? '',
    setParams: (change: Readonly<Record<string, string | undefined>>) => {
      changes.push(change);
      Object.assign(params, change);
    },
  };
  const fields = new TypedFields(page);
  const input = (param: string): VNode =>
    fields.field(param, param).children.find((one) => typeof one === 'object' && one.tag === 'input') as VNode;
  const type = (param: string, value: string): void => input(param).props.on?.input?.({ target: { value } } as never);
  const leave = (param: string): void => input(param).props.on?.change?.({} as never);
  return { params, changes, fields, input, type, leave };
}

test('what is typed is shown, and goes to the address when the field is left', () => {
  const { changes, input, type, leave, fields } = fake();
  type('text', 'ti');
  type('text', 'timeout');
  assert.is(input('text').props.value, 'timeout');
  assert.equal(changes, []);
  leave('text');
  assert.equal(changes, [{ text: 'timeout' }]);
  assert.is(input('text').props.value, 'timeout');
  fields.destroy();
});

test('what is typed into several fields goes at once', () => {
  const { changes, type, leave, fields } = fake();
  type('text', 'a');
  type('event', 'b');
  leave('event');
  assert.equal(changes, [{ text: 'a', event: 'b' }]);
  fields.destroy();
});

test('when the address is changed elsewhere, that holds', () => {
  const { params, changes, input, type, leave, fields } = fake();
  type('text', 'half');
  params.text = 'from a link';
  assert.is(input('text').props.value, 'from a link');
  leave('text');
  assert.equal(changes, []);
  fields.destroy();
});

test('a field that goes forgets what was not sent', () => {
  const { changes, type, fields, input } = fake();
  type('text', 'x');
  fields.destroy();
  assert.is(input('text').props.value, '');
  assert.equal(changes, []);
});

test('at most 100 suggestions are there', () => {
  const { fields } = fake();
  const field = fields.field('event', 'Event', { suggestions: Array.from({ length: 500 }, (_, at) => `e${at}`) });
  const list = field.children.find((one) => typeof one === 'object' && one.tag === 'datalist') as VNode;
  assert.is(list.children.length, 100);
});

test.run();
