import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { currentTrace } from '../../lib/http/scope';
import { formatTraceparent, parseTraceparent, parseTracestate } from '../../lib/http/trace-context';
import { tracked } from './tracked';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const RUNS = { numRuns: 500 };
const hex = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });

test('a trace of the caller is taken up, and its own span is new', () => {
  const { request, heard } = tracked();
  const { trace } = request({ headers: { traceparent: `00-${TRACE}-${PARENT}-01`, tracestate: 'a=1,b=2' } }, { status: 200 }, (exchange) =>
    assert.is(currentTrace(), exchange.trace),
  );
  const { spanId, ...rest } = trace;
  assert.equal(rest, { traceId: TRACE, parentId: PARENT, flags: 1, state: 'a=1,b=2' });
  assert.match(spanId, /^[0-9a-f]{16}$/);
  assert.is.not(spanId, PARENT);
  assert.is(formatTraceparent(trace), `00-${TRACE}-${spanId}-01`);
  assert.is(heard.length, 2);
});

test('without one, or when none is accepted, a trace begins', () => {
  const one = tracked().request().trace;
  assert.match(one.traceId, /^[0-9a-f]{32}$/);
  assert.equal([one.parentId, one.flags, one.state], [undefined, 1, undefined]);
  const other = tracked({ acceptTrace: false }).request({ headers: { traceparent: `00-${TRACE}-${PARENT}-01` } }).trace;
  assert.is.not(other.traceId, TRACE);
  assert.is(other.parentId, undefined);
});

test('a state without a trace is of none', () => {
  assert.is(tracked().request({ headers: { tracestate: 'a=1' } }).trace.state, undefined);
});

test('the cases of the W3C text', () => {
  const found = (text: string): unknown => parseTraceparent(text)?.flags;
  const ids = `${TRACE}-${PARENT}`;
  assert.is(found(`00-${ids}-00`), 0);
  assert.is(found(`00-${ids}-01`), 1);
  assert.is(found(`00-${ids}-ff`), 1, 'only sampled is known');
  assert.is(found(`cc-${ids}-01`), 1, 'a later version');
  assert.is(found(`cc-${ids}-01-what-comes-later`), 1);
  for (const refused of [
    `00-${ids}-01-more`,
    `00-${ids}-01-`,
    `cc-${ids}-01.what`,
    `ff-${ids}-01`,
    `00-${ids}-1`,
    `00-${ids}-0X`,
    `00-${ids.toUpperCase()}-01`,
    `00-${'0'.repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${ids}-01, 00-${ids}-01`,
    ` 00-${ids}-01`,
    `0-${ids}-01`,
    `00-${TRACE.slice(1)}-${PARENT}-01`,
    `00${ids}01`,
    '',
  ])
    assert.is(parseTraceparent(refused), undefined, refused);
});

test('what is formatted is read back', () => {
  const letters = (id: string): boolean => /[^0]/.test(id);
  fc.assert(
    fc.property(hex(32).filter(letters), hex(16).filter(letters), fc.nat(1), (traceId, spanId, flags) => {
      const text = formatTraceparent({ traceId, spanId, flags, parentId: undefined, state: undefined });
      assert.equal(parseTraceparent(text), { traceId, parentId: spanId, flags });
    }),
    RUNS,
  );
});

test('no text makes reading throw, and what is taken is well-formed', () => {
  const almost = fc
    .tuple(fc.constantFrom('00', '01', 'ff'), hex(32), hex(16), hex(2), fc.string({ maxLength: 3 }), fc.nat(60))
    .map(([version, trace, parent, flags, tail, cut]) => `${version}-${trace}-${parent}-${flags}${tail}`.slice(cut % 5 === 0 ? cut : 0));
  fc.assert(
    fc.property(fc.oneof(fc.string(), almost), (text) => {
      const found = parseTraceparent(text);
      if (found === undefined) return;
      assert.match(found.traceId, /^[0-9a-f]{32}$/);
      assert.match(found.parentId, /^[0-9a-f]{16}$/);
      assert.match(found.traceId + found.parentId, /[1-9a-f]/);
    }),
    RUNS,
  );
});

test('a state is passed on whole, or not at all', () => {
  assert.is(parseTracestate('rojo=00f067aa0ba902b7,congo=t61rcWkgMzE'), 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE');
  assert.is(parseTracestate(' a=1 , ,\tb=2,'), 'a=1,b=2');
  assert.is(parseTracestate('0tenant@vendor=x'), '0tenant@vendor=x');
  assert.is(parseTracestate(`a=${'x'.repeat(256)}`), `a=${'x'.repeat(256)}`);
  const many = (count: number): string => Array.from({ length: count }, (_, index) => `k${index}=v`).join(',');
  assert.is(parseTracestate(many(32)), many(32));
  for (const refused of [
    many(33),
    `a=${'x'.repeat(257)}`,
    `a=${'x'.repeat(250)},b=${'x'.repeat(250)},c=${'x'.repeat(20)}`,
    'A=1',
    'a',
    'a=',
    '=1',
    'a=1=2',
    'a=1,a=2',
    'a b=1',
    'a=\u00e4',
    'a=\u0000',
    '',
    ' ',
    undefined,
  ])
    assert.is(parseTracestate(refused), undefined, refused);
});

test('no state makes reading throw, and what is passed on is printable and bounded', () => {
  const member = fc.tuple(fc.string({ maxLength: 5 }), fc.string({ maxLength: 5 })).map((parts) => parts.join('='));
  const list = fc.array(fc.oneof(member, fc.constantFrom('a=1', 'b=2')), { maxLength: 40 }).map((members) => members.join(','));
  fc.assert(
    fc.property(fc.oneof(fc.string(), list), (text) => {
      const found = parseTracestate(text);
      if (found === undefined) return;
      assert.match(found, /^[\x20-\x7e]{1,512}$/);
      assert.is(parseTracestate(found), found);
    }),
    RUNS,
  );
});

test.run();
