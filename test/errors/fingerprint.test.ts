import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Fingerprints, fingerprintOf } from '../../lib/errors/fingerprint';
import { hashOf } from '../../lib/errors/hash';

const recorded = (name: string): Readonly<Record<string, string>> =>
  JSON.parse(readFileSync(new URL(`./stacks/${name}.json`, import.meta.url), 'utf8')).stacks;
const withStack = (stack: string | undefined, message = 'no user 1 (at least not here)', own: object = {}) =>
  Object.assign(new TypeError(message), { stack, ...own });
const HEX = /^[0-9a-f]{12}$/;
const ENGINES = ['node-20', 'node-26', 'deno', 'bun', 'spidermonkey', 'javascriptcore'];

test('the fingerprint of a recorded stack is the same in every run and on every runtime', () => {
  const stack = recorded('node-20').method;
  assert.is(fingerprintOf(withStack(stack)), '3366de615c73');
  assert.is(fingerprintOf(withStack(stack)), new Fingerprints().ofError(withStack(stack)).fingerprint);
});

test('it survives shifted lines, another folder, another system, and the compilation of TypeScript', () => {
  for (const engine of ENGINES) {
    for (const [name, stack] of Object.entries(recorded(engine))) {
      if (name === 'message of lines') continue;
      const before = fingerprintOf(withStack(stack, 'x'));
      const changes: readonly (readonly [string | RegExp, string])[] = [
        [/:(\d+):(\d+)/g, ':9$1:4$2'],
        [/line (\d+) >/g, 'line 7$1 >'],
        ['/srv/app/', '/home/someone/checkout-2/'],
        ['/srv/app/', '/C:/code/'],
        ['.mjs', '.ts'],
        ['.mjs', '.mjs?v=3'],
      ];
      for (const [what, by] of changes)
        assert.is(fingerprintOf(withStack(stack.replaceAll(what, by), 'x')), before, `${engine} ${name}: ${by}`);
    }
  }
});

test('versions of one engine agree where their names for functions do', () => {
  for (const name of ['plain', 'method', 'constructor', 'private', 'getter', 'async', 'anonymous', 'native', 'json']) {
    const [one, ...others] = ['node-20', 'node-26', 'deno'].map((engine) => fingerprintOf(withStack(recorded(engine)[name], 'x')));
    for (const other of others) assert.is(other, one, name);
  }
});

test('type, message, function, file and root cause make another one', () => {
  const frames = (place: string) => `Error: x\n    at ${place}\n    at main (/srv/main.js:1:1)`;
  const of = (place: string, message = 'x', own = {}) => fingerprintOf(withStack(frames(place), message, own));
  const all = [
    of('find (/srv/users.js:1:1)'),
    of('load (/srv/users.js:1:1)'),
    of('find (/srv/groups.js:1:1)'),
    of('find (/srv/users.js:1:1)', 'y'),
    of('find (/srv/users.js:1:1)', 'x', { name: 'RangeError' }),
    of('find (/srv/users.js:1:1)', 'x', { code: 'E_USER' }),
    of('find (/srv/users.js:1:1)', 'x', { cause: new RangeError('r') }),
    of('find (/srv/users.js:1:1)', 'x', { cause: Object.assign(new RangeError('r'), { code: 'E_USER' }) }),
    of('find (/srv/users.js:1:1)', 'x', { cause: 'text' }),
  ];
  assert.is(new Set(all).size, all.length, all.join(' '));
});

test('of the chain of causes only type and code of the innermost count, not its message, and its length does not', () => {
  const wrap = (cause: unknown) => withStack('Error: x\n    at f (/srv/a.js:1:1)', 'fetch failed', { cause });
  const refused = (message: string) => Object.assign(new Error(message), { code: 'ECONNREFUSED' });
  const one = fingerprintOf(wrap(refused('alpha')));
  assert.is(fingerprintOf(wrap(refused('beta'))), one);
  assert.is(fingerprintOf(wrap(new RangeError('between', { cause: refused('gamma') }))), one);
  assert.is.not(fingerprintOf(wrap(Object.assign(new Error('alpha'), { code: 'ENOTFOUND' }))), one);
  assert.is(fingerprintOf(wrap(Object.assign(new Error('alpha'), { code: 'ECONNREFUSED', errors: [1, 2] }))), one);
  const secret = (code: unknown) => fingerprintOf(wrap(Object.assign(new Error('alpha'), { code })));
  assert.is(secret('order-4711'), secret('order-4712'));
  assert.is(secret(4711), secret(4712));
});

test('frames of packages and of the runtime do not count unless there are no others', () => {
  const of = (...frames: string[]) => fingerprintOf(withStack(`Error: x\n${frames.map((frame) => `    at ${frame}`).join('\n')}`, 'x'));
  const own = 'find (/srv/users.js:1:1)';
  assert.is(of('query (/srv/node_modules/pg/client.js:1:1)', own, 'listOnTimeout (node:internal/timers:1:1)'), of(own));
  assert.is.not(of('query (/srv/node_modules/pg/client.js:1:1)'), of('emit (node:events:1:1)'));
  const six = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${name} (/srv/a.js:1:1)`);
  assert.is(of(...six), of(...six.slice(0, 5)));
  assert.is.not(of(...six), of(...six.slice(0, 4)));
  assert.is(of(...Array.from({ length: 20 }, () => own), six[0]!), of(own, six[0]!));
});

test('lines of a message do not pass for frames, however they look', () => {
  const message = 'query failed\n    at fake (/srv/fake.js:1:1)\nlast line';
  const of = (text: string) => fingerprintOf(withStack(`Error: ${text}\n    at real (/srv/a.js:1:1)`, text));
  assert.is(of(message), of(message.replace('fake.js:1', 'fake.js:2')));
  for (const engine of ENGINES) {
    const stack = recorded(engine)['message of lines']!;
    const forged = 'first line\n    at fake (/srv/app/fake.js:1:1)\nfake@/srv/app/fake.js:1:1';
    const clean = stack.replace(forged, 'first line');
    const type = { name: 'Error' };
    assert.is(fingerprintOf(withStack(stack, forged, type)), fingerprintOf(withStack(clean, forged, type)), engine);
  }
  // A short message that is a part of a function's name, where there is no headline.
  const frames = 'main@/srv/a.js:1:1\nother@/srv/b.js:1:1';
  for (const message of ['main', '1:1']) {
    assert.is.not(fingerprintOf(withStack(frames, message)), fingerprintOf(withStack(frames.replace('main', 'mainly'), message)), message);
  }
});

test('errors without a stack, and what is no error, have one by what they are', () => {
  const all: unknown[] = ['text', 'other text', null, undefined, true, Symbol('x'), {}, { message: 'text' }, () => {}, Object.create(null)];
  const seen = new Set<string>();
  for (const thrown of all) {
    assert.match(fingerprintOf(thrown), HEX);
    assert.is(fingerprintOf(thrown), fingerprintOf(thrown));
    seen.add(fingerprintOf(thrown));
  }
  // `{}` and an object without prototype are the same thing.
  assert.is(seen.size, all.length - 1);
  assert.is(fingerprintOf('user 1'), fingerprintOf('user 2'));
  assert.is(fingerprintOf(1), fingerprintOf(2));
  assert.is(fingerprintOf(10n ** 50n), fingerprintOf(2n));
  assert.match(fingerprintOf(withStack(undefined)), HEX);
});

test('an own fingerprint overrides it: digits as they are, other texts hashed, {{ default }} within a list', () => {
  const stack = 'Error: x\n    at f (/srv/a.js:1:1)';
  const given = (fingerprint: unknown) => fingerprintOf(withStack(stack, 'x', { fingerprint }));
  const otherwise = fingerprintOf(withStack(stack, 'x'));
  assert.is(given('c0ffee123456'), 'c0ffee123456');
  assert.is(given(['c0ffee123456']), 'c0ffee123456');
  for (const text of ['C0FFEE123456', 'c0ffee12345', 'c0ffee1234567', 'payments', '000000000000']) {
    assert.match(given(text), HEX);
    assert.is.not(given(text), text);
    assert.is.not(given(text), otherwise);
  }
  assert.is(given(['a', 'b']), hashOf(['a', 'b']));
  assert.is(given(['{{ default }}', 'eu']), hashOf([otherwise, 'eu']));
  assert.is(given(['{{default}}', 'eu']), given(['{{ default }}', 'eu']));
  assert.is(given('{{ default }}'), otherwise);
  for (const wrong of [undefined, null, '', [], [''], 12, [1, 'a'], {}, true, new Proxy([], { get: () => assert.unreachable() })]) {
    assert.is(given(wrong), otherwise, String(typeof wrong));
  }
  assert.is(fingerprintOf(Object.create(withStack(stack, 'x', { fingerprint: 'c0ffee123456' }))).length, 12);
  class Inherited extends Error {}
  Object.defineProperty(Inherited.prototype, 'fingerprint', { value: 'c0ffee123456' });
  assert.is.not(fingerprintOf(new Inherited('x')), 'c0ffee123456');
});

test('errors that refuse to be read still have a fingerprint', () => {
  const refuse = () => {
    throw new Error('no');
  };
  const revoked = Proxy.revocable(new Error('x'), {});
  revoked.revoke();
  const endless = new Error('x');
  endless.cause = endless;
  const hostile: unknown[] = [
    revoked.proxy,
    new Proxy(new Error('x'), { get: refuse, getOwnPropertyDescriptor: refuse, has: refuse, ownKeys: refuse, getPrototypeOf: refuse }),
    Object.defineProperties(new Error('x'), {
      stack: { get: refuse },
      message: { get: refuse },
      name: { get: refuse },
      cause: { get: refuse },
      code: { get: refuse },
      fingerprint: { get: refuse },
    }),
    Object.assign(new Error('x'), { stack: 12, message: {}, name: null, cause: Symbol('x'), code: [] }),
    Object.assign(new Error('x'), { stack: 'x'.repeat(1_000_000), name: 'y'.repeat(1_000_000) }),
    new Error('z '.repeat(1_000_000)),
    new AggregateError([new Error('a')], 'several'),
    Object.freeze(new Error('x')),
    endless,
    '\ud800',
  ];
  for (const thrown of hostile) assert.match(fingerprintOf(thrown), HEX);
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true, withBigInt: true, withTypedArray: true }), (thrown) =>
      assert.match(fingerprintOf(thrown), HEX),
    ),
  );
});

test('what a fingerprint is made of is not kept from giant texts', () => {
  const { type, message, raw } = new Fingerprints().ofError(Object.assign(new Error('x'.repeat(5000)), { name: 'N'.repeat(5000) }));
  assert.is(type.length, 128);
  assert.is(message, '<*>');
  assert.is(raw, 'x'.repeat(5000));
  assert.is(new Fingerprints().ofError(new Error('x'.repeat(50_000))).raw, 'x'.repeat(16_384));
  assert.is(new Fingerprints().ofLine('app.bot', 'x'.repeat(50_000)).raw, 'x'.repeat(16_384));
});

test('lines without an error have one by who tells of them and what they say', () => {
  const fingerprints = new Fingerprints();
  const one = fingerprints.ofLine('app.bot', 'user 1 is unknown');
  assert.equal({ ...one, fingerprint: '' }, { fingerprint: '', type: 'app.bot', message: 'user <*> is unknown', raw: 'user 1 is unknown' });
  assert.is(fingerprints.ofLine('app.bot', 'user 2 is unknown').fingerprint, one.fingerprint);
  assert.is.not(fingerprints.ofLine('app.web', 'user 1 is unknown').fingerprint, one.fingerprint);
  assert.is.not(fingerprints.ofLine('app.bot', 'user is unknown').fingerprint, one.fingerprint);
});

test('a flood of messages and places leaves the fingerprints as they are', () => {
  const fingerprints = new Fingerprints();
  const error = (at: number) => withStack(`Error: x\n    at f${at} (/srv/a.js:1:1)`, `word${'x'.repeat(at % 50)} ${'y'.repeat(at % 70)}`);
  for (let at = 0; at < 20_000; at++) {
    const { fingerprint } = fingerprints.ofError(error(at));
    if (at % 1000 === 0) assert.is(fingerprint, new Fingerprints().ofError(error(at)).fingerprint);
  }
});

test.run();
