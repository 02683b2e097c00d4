import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTelemetryError } from '../../lib/index';
import { watchSlow } from '../../lib/performance/watch';
import { CLASSES, watching } from './watching';

const classOf = () => undefined;

function refusalOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (isTelemetryError(error)) return `${error.code}: ${error.what}`;
    throw error;
  }
  throw new Error('expected an error');
}

test('wrong options are refused, by name, before anything is attached', () => {
  const { telemetry, host, slow } = watching();
  slow.detach();
  const refused: [object, string][] = [
    [{ clases: {} }, 'OPTION_UNKNOWN: watchSlow has no option "clases"'],
    [{ classes: {} }, 'OPTION_INVALID: watchSlow: classOf'],
    [{ classOf }, 'OPTION_INVALID: watchSlow: classes'],
    [{ events: [] }, 'OPTION_INVALID: watchSlow: events'],
    [{ ...CLASSES, events: [['a', 'b', 'c', 'd']] }, 'OPTION_INVALID: watchSlow: events'],
    [{ ...CLASSES, events: ['coder.llm.response'] }, 'OPTION_INVALID: watchSlow: events'],
    [{ classOf, classes: { 'a b': {} } }, 'OPTION_INVALID: watchSlow: classes'],
    [{ classOf, classes: JSON.parse('{"__proto__":{}}') }, 'OPTION_INVALID: watchSlow: classes'],
    [{ classOf, classes: { ['a'.repeat(65)]: {} } }, 'OPTION_INVALID: watchSlow: classes'],
    [
      { classOf, classes: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`c${index}`, {}])) },
      'OPTION_INVALID: watchSlow: classes',
    ],
    [{ classOf, classes: { a: { warn: '5 parsecs' } } }, 'OPTION_INVALID: watchSlow: classes.a.warn'],
    [{ classOf, classes: { a: { error: 0 } } }, 'OPTION_INVALID: watchSlow: classes.a.error'],
    [{ classOf, classes: { a: { warn: '5s', error: '4s' } } }, 'OPTION_INVALID: watchSlow: classes.a.error'],
    [{ classOf, classes: { a: { wran: 1 } } }, 'OPTION_UNKNOWN: watchSlow: classes.a has no option "wran"'],
    [{ classOf, classes: { a: undefined } }, 'OPTION_INVALID: watchSlow: classes.a'],
    [{ classOf, classes: { a: null } }, 'OPTION_INVALID: watchSlow: classes.a'],
    [{ thresholds: { 'coder.llm': {} } }, 'OPTION_INVALID: watchSlow: thresholds'],
    [{ thresholds: { 'coder.llm.response': 5000 } }, 'OPTION_INVALID: watchSlow: thresholds.coder.llm.response'],
    [{ keep: 0 }, 'OPTION_INVALID: watchSlow: keep'],
    [{ keep: 1001 }, 'OPTION_INVALID: watchSlow: keep'],
    [{ keep: 1.5 }, 'OPTION_INVALID: watchSlow: keep'],
    [{ maxAge: 'never' }, 'OPTION_INVALID: watchSlow: maxAge'],
    [{ maxEvents: 10_001 }, 'OPTION_INVALID: watchSlow: maxEvents'],
    [{ describe: 'x' }, 'OPTION_INVALID: watchSlow: describe'],
    [{ contextKeys: 'user' }, 'OPTION_INVALID: watchSlow: contextKeys'],
    [{ contextKeys: [1] }, 'OPTION_INVALID: watchSlow: contextKeys'],
    [{ contextKeys: Array(21).fill('a') }, 'OPTION_INVALID: watchSlow: contextKeys'],
  ];
  for (const [options, refusal] of refused) {
    assert.match(
      refusalOf(() => watchSlow(host, options)),
      refusal,
    );
    assert.equal(telemetry.listHandlers(), []);
  }
});

test('the widest options there may be are accepted', () => {
  const { host, slow } = watching();
  slow.detach();
  const classes = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`c.${index}_-`, { warn: 1, error: 1 }]));
  const contextKeys = Array(20).fill('a');
  const options = { classes, classOf, events: [[], ['a'], ['a', 'b']] as const, keep: 1000, maxEvents: 10_000, maxAge: 1, contextKeys };
  assert.is(Object.keys(watchSlow(host, options).thresholds().classes).length, 50);
});

test('changes of thresholds that are wrong change nothing', () => {
  const { slow } = watching(CLASSES);
  const before = slow.thresholds();
  const good = { 'coder.llm.response': { warn: 1 } };
  const wrong: [object | undefined, RegExp][] = [
    [undefined, /OPTION_INVALID/],
    [{ keep: 5 }, /OPTION_UNKNOWN/],
    [{ thresholds: good, classes: { toools: { warn: 1 } } }, /one of the classes there are: non-tools, tools/],
    [{ classes: { tools: { warn: 1 } }, thresholds: { 'not a key': {} } }, /dotted key/],
    [{ classes: { tools: { warn: 2, error: 1 } } }, /not below warn, 2 ms/],
  ];
  for (const [changes, refusal] of wrong) assert.throws(() => slow.setThresholds(changes as never), refusal);
  assert.equal(slow.thresholds(), before);
});

test('thresholds can only be changed by setThresholds', () => {
  const { slow, took, messages } = watching({ ...CLASSES, events: [], thresholds: { 'coder.tool.stop': { warn: '9s' } } });
  const { classes, events } = slow.thresholds();
  for (const told of [...Object.values(classes), ...Object.values(events)]) {
    assert.throws(() => Object.assign(told, { warn: 1 }), TypeError);
  }
  (classes as Record<string, object>).tools = { warn: 1 };
  took(['coder', 'llm', 'response'], 100);
  assert.equal(messages(), []);
  assert.equal(slow.thresholds().classes.tools, { warn: 30_000, error: 60_000 });
});

test('a wrong query is refused', () => {
  const { slow } = watching();
  for (const query of [{ limit: 0 }, { limit: 1.5 }, { event: 7 }, { event: [7] }, { class: 7 }, { clas: 'a' }, null]) {
    assert.throws(() => slow.slowest(query as never), /OPTION_(INVALID|UNKNOWN)/);
  }
});

test.run();
