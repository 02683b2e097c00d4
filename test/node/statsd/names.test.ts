import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withStatsd } from './with-statsd';

test('names keep letters, digits, dots, underscores and dashes; the rest becomes underscores', () =>
  withStatsd({ prefix: 'shop.eu-1' }, async ({ metric, flush }) => {
    metric('a.b_c-d 9:e|f#g@h\nié😀').add().current = 1;
    assert.equal(await flush(), ['shop.eu-1.a.b_c-d_9_e_f_g_h_i__:1|c']);
  }));

test('tags lose what would end them, and keep colons in values', () =>
  withStatsd({}, async ({ metric, flush }) => {
    metric('x').add({ 'a:b|c,d#e': 'http://h:80/a|b,c#d é 😀' }).current = 1;
    assert.equal(await flush(), ['x:1|c|#a_b_c_d_e:http://h:80/a_b_c_d é 😀']);
  }));

test('control characters, line ends of all kinds and halves of pairs become underscores', () =>
  withStatsd({}, async ({ metric, flush }) => {
    metric('x').add({ 'n\u0000\n': '\r\n\t\u001b\u0085\u2028\u2029\ud800|\udc00' }).current = 1;
    assert.equal(await flush(), ['x:1|c|#n__:__________']);
  }));

test('what has no name is called _', () =>
  withStatsd({}, async ({ metric, flush }) => {
    metric('').add({ '': '' }).current = 1;
    assert.equal(await flush(), ['_:1|c|#_:']);
  }));

test('constant tags stand after those of the series, which win', () =>
  withStatsd({ tags: { env: 'prod', 'host\n': 'a,b' } }, async ({ metric, flush }) => {
    const counters = metric('x');
    counters.add().current = 1;
    counters.add({ env: 'test' }).current = 2;
    assert.equal(await flush(), ['x:1|c|#env:prod,host_:a_b', 'x:2|c|#env:test,host_:a_b']);
  }));

test('whatever names and tags are, a listener reads one line for each metric and loses no count', () => {
  const hostile = fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.string({ unit: fc.constantFrom(...'|#:,@\n\r\ud800 a') }));
  return fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(hostile, hostile, hostile), { minLength: 1, maxLength: 40 }), (series) =>
      withStatsd({}, async ({ metric, flush, listener }) => {
        for (const [name, tag, value] of series) metric(`x${name}`).add({ [tag]: value }).current = 1;
        const lines = await flush();
        assert.is(lines.length, series.length);
        assert.is(
          [...listener.counters.values()].reduce((sum, value) => sum + value, 0),
          series.length,
        );
        for (const line of lines) assert.match(line, /^[\w.-]+:1\|c\|#[^|#,:\n]+:[^|#,\n]*$/);
      }),
    ),
    { numRuns: 50 },
  );
});

test.run();
