import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry, defineEvent, defineEvents, definitionOf, isTelemetryError } from '../../lib/index';

function refuses(run: () => unknown, code: string, pattern: RegExp): void {
  try {
    run();
  } catch (error) {
    assert.ok(isTelemetryError(error), String(error));
    assert.is(error.code, code);
    assert.match(error.message, pattern);
    return;
  }
  assert.unreachable(`${code} should have been thrown`);
}

test('the leaves of a catalogue are the frozen tuples, and nothing else shows', () => {
  const events = defineEvents('app', { part: { a: defineEvent() } });
  assert.equal(events, { part: { a: ['app', 'part', 'a'] } });
  assert.equal(Object.keys(events.part.a), ['0', '1', '2']);
  assert.ok(Object.isFrozen(events.part.a) && Object.isFrozen(events.part) && Object.isFrozen(events));
  assert.is(JSON.stringify(events), '{"part":{"a":["app","part","a"]}}');
});

test('one leaf under two names makes two events', () => {
  const leaf = defineEvent({ doc: 'shared' });
  const events = defineEvents('app', { part: { a: leaf, b: leaf } });
  assert.is.not(definitionOf(events.part.a)?.id, definitionOf(events.part.b)?.id);
  assert.is(definitionOf(events.part.b)?.doc, 'shared');
  createTelemetry({ events });
});

test('definitionOf tells what was declared, undefined for a plain tuple', () => {
  const events = defineEvents('app', {
    part: {
      a: defineEvent<{ duration: number; size: number }, { model: string; prompt: string }>({
        doc: 'text',
        level: 'WARNING' as never,
        tags: ['model'],
        private: ['prompt'],
        measurements: { duration: { unit: 'us', doc: 'how long' }, size: { unit: 'bytes' } },
        slow: { warn: '5s', error: 10_000 },
      }),
    },
  });
  const { id, name, ...rest } = definitionOf(events.part.a)!;
  assert.type(id, 'number');
  assert.is(name, events.part.a);
  assert.equal(rest, {
    key: 'app.part.a',
    doc: 'text',
    level: 'WARNING',
    tags: ['model'],
    private: ['prompt'],
    measurements: { duration: { unit: 'us', doc: 'how long' }, size: { unit: 'bytes' } },
    slow: { warn: 5000, error: 10_000 },
    schema: undefined,
    unit: 'us',
  });
  assert.is(definitionOf(['app', 'part', 'a']), undefined);
});

test('wrong segments are refused with the value', () => {
  const leaf = defineEvent();
  for (const app of ['', '1', 'a.b', '*', 'a b', '__proto__', 'x'.repeat(65), 5, null]) {
    refuses(() => defineEvents(app as string, { part: { a: leaf } }), 'EVENT_NAME_INVALID', /Got /);
  }
  refuses(() => defineEvents('app', { 'bad part': { a: leaf } }), 'EVENT_NAME_INVALID', /"bad part"/);
  refuses(() => defineEvents('app', { part: { 'bad.action': leaf } }), 'EVENT_NAME_INVALID', /"bad\.action"/);
});

test('wrong trees and leaves are refused', () => {
  for (const tree of [null, 5, [], 'x']) refuses(() => defineEvents('app', tree as never), 'OPTION_INVALID', /defineEvent/);
  for (const actions of [null, 5, [], 'x']) refuses(() => defineEvents('app', { part: actions } as never), 'OPTION_INVALID', /defineEvent/);
  for (const leaf of [null, {}, 5, ['app', 'part', 'a']])
    refuses(() => defineEvents('app', { part: { a: leaf } } as never), 'OPTION_INVALID', /app\.part\.a/);
});

test('wrong options of an event are refused, with the nearest name and what is accepted', () => {
  refuses(() => defineEvent({ tag: ['x'] } as never), 'OPTION_UNKNOWN', /"tag".*Did you mean "tags"/);
  refuses(() => defineEvent({ zzz: 1 } as never), 'OPTION_UNKNOWN', /doc, level, tags, private, stream, measurements, slow, schema/);
  refuses(() => defineEvent({ level: 'loud' } as never), 'OPTION_INVALID', /trace\|debug\|info\|warn\|error\|critical\|silent/);
  refuses(() => defineEvent({ tags: 'model' } as never), 'OPTION_INVALID', /strings/);
  refuses(() => defineEvent({ tags: [5] } as never), 'OPTION_INVALID', /strings/);
  refuses(() => defineEvent({ doc: 5 } as never), 'OPTION_INVALID', /string/);
  refuses(() => defineEvent({ measurements: { duration: { unit: 'h' } } } as never), 'OPTION_INVALID', /ns\|us\|ms\|s/);
  refuses(() => defineEvent({ measurements: { duration: { units: 's' } } } as never), 'OPTION_UNKNOWN', /Did you mean "unit"/);
  refuses(() => defineEvent({ measurements: [] } as never), 'OPTION_INVALID', /object/);
  refuses(() => defineEvent({ slow: { warn: '5s', error: '4s' } }), 'OPTION_INVALID', /slow\.error is not valid.*no less than slow\.warn/);
  refuses(() => defineEvent({ slow: { warn: 'soon' } } as never), 'OPTION_INVALID', /slow\.warn/);
  refuses(() => defineEvent({ slow: { wran: 5 } } as never), 'OPTION_UNKNOWN', /Did you mean "warn"/);
  refuses(() => defineEvent({ schema: { metadata: {} } } as never), 'OPTION_INVALID', /Standard Schema/);
  refuses(() => defineEvent(null as never), 'OPTION_INVALID', /object of options/);
});

test('errors print any value in one short line', () => {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const values: [unknown, string][] = [
    ['x'.repeat(500), `"${'x'.repeat(80)}"`],
    [{ secret: 'token' }, '<object>'],
    [() => 'secret', '<function>'],
    [null, 'null'],
    [[['a'], { b: 1 }, 'c', 1, 2, 3], '[[…],<object>,"c",1,2]'],
    [10n, '10'],
    [Symbol('s'), 'Symbol(s)'],
    [revoked.proxy, '<unreadable>'],
  ];
  const telemetry = createTelemetry();
  for (const [value, printed] of values) {
    try {
      telemetry.attach('id', value as never, () => {});
      assert.unreachable();
    } catch (error) {
      assert.match((error as Error).message, `Got ${printed}. `);
    }
  }
});

test.run();
