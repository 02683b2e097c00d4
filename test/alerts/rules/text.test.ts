import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AlertRule, ReadyRule } from '../../../lib/alerts/rule';
import { readRule } from '../../../lib/alerts/rules/read-rule';
import { isTelemetryError } from '../../../lib/index';

const segment = fc.stringMatching(/^[A-Za-z][\w-]{0,10}$/);
const wild = fc.oneof({ weight: 4, arbitrary: segment }, { weight: 1, arbitrary: fc.constant('*') });
const pattern = fc
  .oneof(fc.tuple(wild, wild), fc.tuple(wild, wild, wild))
  .map((segments) => segments.join('.'))
  .filter((key) => !key.startsWith('telemetry.alert'));
const event = fc.oneof(pattern, fc.array(pattern, { minLength: 2, maxLength: 4 }));
const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 });
const filter = fc.option(fc.dictionary(name, fc.string({ unit: 'binary', maxLength: 10 }), { minKeys: 1, maxKeys: 3 }), { nil: undefined });
const window = fc.oneof(
  fc.integer({ min: 1, max: 864e5 }),
  fc.constantFrom(1000, 6e4, 36e5, 5e3),
  fc.double({ min: 0.001, max: 864e5, noNaN: true }),
);
const regex = fc.constantFrom(/time-?out/i, /a\/b/, /[/"]x/, /ü\n/u, /"quoted"/s, /x{1,3}y\//);

const defined = <Shape extends object>(shape: Shape): Shape =>
  Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined)) as Shape;

/** Conditions by kind; each with whether its numbers are shares, may be negative, or have no threshold. */
const conditions = {
  value: fc.record({ kind: fc.constant('value'), metric: name, tags: filter }),
  history: fc.record({ kind: fc.constant('history'), metric: name, tags: filter, of: fc.constantFrom('avg', 'min', 'max'), window }),
  count: fc.record({ kind: fc.constantFrom('count', 'rate'), event, filter, window }),
  sum: fc.record({ kind: fc.constant('sum'), event, filter, measurement: name, window }),
  duration: fc.record({
    kind: fc.constant('duration'),
    event,
    filter,
    of: fc.constantFrom('min', 'max', 'mean', 'p50', 'p75', 'p90', 'p95', 'p99', 'p999'),
    window,
  }),
  errorRate: fc.record({ kind: fc.constant('errorRate'), event, filter, failures: fc.option(event, { nil: undefined }), window }),
  burnRate: fc.record({
    kind: fc.constant('burnRate'),
    event,
    filter,
    slo: fc.double({ min: 1e-9, max: 1, noNaN: true, maxExcluded: true }),
    failures: fc.option(event, { nil: undefined }),
    windows: fc.tuple(fc.integer({ min: 1000, max: 864e5 }), fc.integer({ min: 1, max: 999 })),
  }),
  errors: fc.record({
    kind: fc.constant('errors'),
    pattern: fc.option(fc.oneof(regex, name), { nil: undefined }),
    level: fc.option(fc.constantFrom('error', 'critical'), { nil: undefined }),
    logger: fc.option(name, { nil: undefined }),
    fingerprint: fc.option(name, { nil: undefined }),
    window,
  }),
  security: fc.record({
    kind: fc.constant('security'),
    name: fc.option(fc.oneof(name, fc.array(name, { minLength: 2, maxLength: 4 })), { nil: undefined }),
    window,
  }),
  health: fc.record({ kind: fc.constant('health'), check: fc.option(name, { nil: undefined }) }),
  absent: fc.record({ kind: fc.constant('absent'), event, filter, window }),
};

type Kind = keyof typeof conditions;

const number = (kind: Kind): fc.Arbitrary<number> => {
  if (kind === 'errorRate') return fc.double({ min: 0, max: 1, noNaN: true });
  if (kind === 'health') return fc.constantFrom(0, 1, 2, 0.5);
  const min = kind === 'value' || kind === 'history' || kind === 'sum' ? -1e12 : 0;
  return fc.oneof(fc.double({ min, max: 1e15, noNaN: true, noDefaultInfinity: true }), fc.integer({ min: Math.max(min, -1000), max: 1e6 }));
};

const rule = fc.constantFrom(...(Object.keys(conditions) as Kind[])).chain((kind) =>
  fc
    .record({
      name: fc.stringMatching(/^[\w.-]{1,64}$/),
      when: conditions[kind] as fc.Arbitrary<{ readonly check?: unknown }>,
      op: fc.constantFrom('>', '>=', '<', '<='),
      numbers: fc.uniqueArray(number(kind), { minLength: 3, maxLength: 3, selector: (value) => value + 0 }),
      has: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
      severity: fc.constantFrom('warning', 'critical'),
      for: fc.option(window, { nil: undefined }),
      keepFor: fc.option(window, { nil: undefined }),
      by: fc.option(kind === 'health' ? fc.constant('check') : name, { nil: undefined }),
    })
    .map(({ when, op, numbers, has: [hasWarning, hasCritical, hasClear], by, ...rest }): AlertRule => {
      const [low, middle, high] = [...numbers].sort((one, other) => (op.startsWith('>') ? one - other : other - one));
      const isGrouped = kind !== 'absent' && (kind !== 'health' || when.check === undefined);
      const threshold = {
        op,
        ...((hasWarning || !hasCritical) && { warning: middle }),
        ...(hasCritical && { critical: high }),
        ...(hasClear && { clear: low }),
      };
      return defined({
        ...rest,
        when: defined(when),
        threshold: kind === 'absent' ? undefined : threshold,
        by: isGrouped ? by : undefined,
      }) as never;
    }),
);

const comparable = ({ show: _show, text: _text, ...ready }: ReadyRule): object => ready;
/** Zero is one number here. */
const plainZero = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_key, found) => (found instanceof RegExp ? String(found) : found === 0 ? 0 : found)) as string);

test('what is printed of a rule is read back as the same rule', () => {
  fc.assert(
    fc.property(rule, (given) => {
      const ready = readRule(given);
      const text = `${ready.name}: ${ready.text}`;
      fc.pre(text.length <= 2000);
      const again = readRule(text);
      assert.equal(plainZero(comparable(again)), plainZero(comparable(ready)), text);
      assert.is(again.text, ready.text);
    }),
    { numRuns: 2000 },
  );
});

const WORDS = [
  'count',
  'errorRate',
  'errors',
  'health',
  'value',
  'max',
  'burnRate',
  'absent',
  '(',
  ')',
  '{',
  '}',
  '=',
  ',',
  '|',
  ':',
  '>',
  '>=',
  '<',
  '"a.b"',
  '"x',
  '/a/i',
  '/(a+)+/',
  '/',
  'is',
  'degraded',
  'critical',
  'clear',
  'in',
  'and',
  'for',
  'keep',
  'by',
  'as',
  '5',
  '5%',
  '1m',
  '5/min',
  '99.9%',
  '-',
  '1e9',
  '1,000',
  '_',
  '\\',
  '\u0000',
  'ü',
  '\ud800',
  '\n',
] as const;

test('whatever is written, there is a rule or an error that says where', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(fc.constantFrom(...WORDS), { maxLength: 15 }).map((words) => words.join(' ')),
    fc.array(fc.constantFrom(...WORDS), { maxLength: 15 }).map((words) => words.join('')),
    // A valid rule of which one character is another, or gone.
    fc.tuple(rule, fc.nat(), fc.string({ unit: 'binary', maxLength: 1 })).map(([given, place, other]) => {
      const { text: valid } = readRule(given);
      const at = place % valid.length;
      return valid.slice(0, at) + other + valid.slice(at + 1);
    }),
  );
  fc.assert(
    fc.property(text, (written) => {
      try {
        readRule(written);
      } catch (error) {
        assert.ok(isTelemetryError(error), String(error));
        assert.is(error.code, 'RULE_INVALID');
        const column = Number(/at column (\d+)\./.exec(error.message)?.[1]);
        assert.ok(column >= 1 && column <= Math.max(written.length, 1) + 1, error.message);
      }
    }),
    { numRuns: 10_000 },
  );
});

test('texts made to be slow are refused or read, however often their parts repeat', () => {
  const units = [
    '"',
    '\\"',
    '[',
    '/[',
    '/\\',
    '(',
    '{',
    '1',
    '1_000',
    '1,000',
    'a.',
    'a ',
    ' ',
    '\n',
    '-',
    'count(',
    '"a.b"|',
    'errors(/a|',
    '/(?:',
    ':',
    'a-',
  ];
  for (const unit of units) {
    for (const frame of [
      (body: string) => body,
      (body: string) => `errors(${body}`,
      (body: string) => `count("a.b") > ${body}`,
      (body: string) => `errors(/${body}/) > 1`,
    ]) {
      const text = frame(unit.repeat(3000)).slice(0, 1999);
      assert.throws(
        () => readRule(text),
        (error: unknown) => isTelemetryError(error) && error.code === 'RULE_INVALID',
      );
    }
  }
});

test.run();
