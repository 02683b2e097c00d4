import { envDetector } from '@opentelemetry/resources';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isSdkDisabled, resourceFromEnvironment } from '../../lib/core/variables/otel-resource';

const read = (OTEL_RESOURCE_ATTRIBUTES: string, OTEL_SERVICE_NAME?: string) => {
  const problems: string[] = [];
  const attributes = resourceFromEnvironment({ OTEL_RESOURCE_ATTRIBUTES, OTEL_SERVICE_NAME }, (problem) => problems.push(problem));
  return { attributes, problems };
};

/** What the SDK makes of the same variables. */
function official(list: string, name: string): unknown {
  const { OTEL_RESOURCE_ATTRIBUTES: listBefore, OTEL_SERVICE_NAME: nameBefore } = process.env;
  process.env.OTEL_RESOURCE_ATTRIBUTES = list;
  process.env.OTEL_SERVICE_NAME = name;
  try {
    return envDetector.detect().attributes;
  } finally {
    restore('OTEL_RESOURCE_ATTRIBUTES', listBefore);
    restore('OTEL_SERVICE_NAME', nameBefore);
  }
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

test('attributes are read, decoded and trimmed; a service name of its own wins', () => {
  assert.equal(read(' service.name=a , service.version=1%2C2,empty=,x=%F0%9F%98%80', 'shop').attributes, {
    'service.name': 'shop',
    'service.version': '1,2',
    empty: '',
    x: '😀',
  });
  assert.equal(read('', '').attributes, {});
  assert.equal(read('service.name=a', '  ').attributes, { 'service.name': 'a' });
});

test('a list with anything wrong in it is ignored as a whole, and the problem repeats no value', () => {
  const wrong = ['a=1,secret', 'a=1,b=c=d', 'a=1,=secret', 'a=1,b=%secret', `a=1,b=${'s'.repeat(256)}`, `a=1,${'k'.repeat(256)}=s`];
  for (const list of wrong) {
    const { attributes, problems } = read(list, 'shop');
    assert.equal(attributes, { 'service.name': 'shop' }, list);
    assert.is(problems.length, 1);
    assert.match(problems[0]!, /^OTEL_RESOURCE_ATTRIBUTES is ignored: item 2 /);
    assert.not.match(problems[0]!, 'secret');
  }
});

test('a list is bounded', () => {
  const list = (count: number): string => Array.from({ length: count }, (_, index) => `k${index}=v`).join(',');
  assert.is(Object.keys(read(list(128)).attributes).length, 128);
  assert.equal(read(list(129)), {
    attributes: {},
    problems: ['OTEL_RESOURCE_ATTRIBUTES is ignored: it has more than 128 attributes.'],
  });
  assert.equal(read(`a=${'x'.repeat(10_000_000)}`).problems, ['OTEL_RESOURCE_ATTRIBUTES is ignored: it is too long.']);
});

test('any list is read as the SDK reads it', () => {
  const piece = fc.oneof(
    fc.constantFrom('a', 'service.name', '=', ',', '%', '%2C', '%zz', ' ', 'é', '__proto__=x'),
    fc.string({ maxLength: 6 }),
  );
  const clean = fc.tuple(fc.string({ minLength: 1, maxLength: 8 }), fc.string({ maxLength: 8 }));
  const lists = fc.oneof(
    fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
    fc.array(clean, { maxLength: 5 }).map((pairs) => pairs.map((pair) => pair.map(encodeURIComponent).join('=')).join(',')),
  );
  const usable = lists.filter((list) => !list.includes('\0') && !list.includes('__proto__'));
  fc.assert(
    fc.property(usable, fc.constantFrom('', 'shop'), (list, name) =>
      assert.equal({ ...read(list, name).attributes }, official(list, name)),
    ),
    { numRuns: 2000 },
  );
});

test('names that objects treat specially are names like others', () => {
  const { attributes } = read('__proto__=p,constructor=c');
  assert.equal(Object.entries(attributes), [
    ['__proto__', 'p'],
    ['constructor', 'c'],
  ]);
});

test('without variables, or where they may not be read, there is nothing', () => {
  const refusing = new Proxy({}, { get: () => assert.unreachable() });
  assert.equal(resourceFromEnvironment(refusing), {});
  assert.equal([isSdkDisabled(refusing), isSdkDisabled({})], [false, false]);
});

test('the SDK is disabled by true alone; other words are told', () => {
  const problems: string[] = [];
  const isDisabled = (OTEL_SDK_DISABLED: string): boolean => isSdkDisabled({ OTEL_SDK_DISABLED }, (problem) => problems.push(problem));
  assert.equal(['true', 'TRUE', ' True ', 'false', 'FALSE', ''].map(isDisabled), [true, true, true, false, false, false]);
  assert.equal(problems, []);
  assert.equal(['1', 'yes', 'tru'].map(isDisabled), [false, false, false]);
  assert.is(new Set(problems).size, 1);
  assert.is(problems.length, 3);
});

test.run();
