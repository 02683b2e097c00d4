import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { normaliseMessage } from '../../lib/errors/normalise';

test('what varies from occurrence to occurrence becomes <*>, what a programmer wrote stays', () => {
  const cases: readonly (readonly [string, string])[] = [
    ["connect ECONNREFUSED 10.0.0.7:5432, open '/srv/a b.txt'", "connect ECONNREFUSED <*>, open '<*>'"],
    ["Cannot read properties of undefined (reading 'name')", "Cannot read properties of undefined (reading '<*>')"],
    ['Unexpected token } in JSON at position 7', 'Unexpected token } in JSON at position <*>'],
    [`Unexpected token 'a', "{\\"a\\": x" is not valid JSON`, `Unexpected token '<*>', "<*>" is not valid JSON`],
    ["can't find user 42, nor user -43 or +1.5e-7", "can't find user <*>, nor user <*> or <*>"],
    ['GET https://x.test/z?a=b&c=[1] failed: 503', 'GET <*> failed: <*>'],
    ['timeout of 35.2s exceeded at src/app/x.ts:12:5.', 'timeout of <*> exceeded at <*>.'],
    ['1,234.5 rows, 20 % and 6% at 12:30:00', '<*> rows, <*> % and <*>% at <*>'],
    ['at 2026-01-31T12:00:00.123Z and 2026-01-31T12:00:00+01:00', 'at <*> and <*>'],
    ['id 0190163d-8694-739b-aea5-966c26f8ad91 (deadbeef, 0xFF, 01ARZ3NDEKTSV4RRFFQ69G5FAV, 7k3mq9td)', 'id <*> (<*>, <*>, <*>, <*>)'],
    ['::1, fe80::1%eth0, aa:bb:cc:dd:ee:ff', '<*>, <*>, <*>'],
    ['mail to bob.smith+x@mail.example.com bounced', 'mail to <*> bounced'],
    ['C:\\x\\y.js ~/notes ./a ../b /etc/passwd a/b.txt', '<*> <*> <*> <*> <*> <*>'],
    ['token eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.abc_Def', 'token <*>'],
    ['key dGhpcyBpcyBhIHRlc3QgMTIzNDU2Nzg5MA== wrong', 'key <*> wrong'],
    ['user-5 of worker3 by @scope/pkg@1.2.3', 'user-<*> of <*> by @scope/pkg@<*>'],
    ["name=\"a\" value='b' `c` “d” x:'e'", "name=\"<*>\" value='<*>' `<*>` “<*>” x:'<*>'"],
    ["the users' list isn't there", "the users' list isn't there"],
    ['and/or HTTP/1.1 TCP/IP', 'and/or HTTP/<*> TCP/IP'],
    ['  a\n\tb\u0000c  ', 'a b c'],
    ['an open "quote and 5" pipes', 'an open "<*>" pipes'],
    ["an open 'quote", 'an open quote'],
    ['', ''],
  ];
  for (const [message, normal] of cases) assert.is(normaliseMessage(message), normal);
});

const hex = (length: number) => fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const crockford = fc.constantFrom(...'0123456789abcdefghjkmnpqrstvwxyz');
const withDigit = (text: string) => /\d/.test(text);
const name = fc.string({ unit: fc.constantFrom(...'abcxyz-_'), minLength: 1, maxLength: 8 }).map((text) => `a${text}`);
const VARIABLE = {
  number: fc.oneof(fc.nat(), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })).map(String),
  hexadecimal: fc.oneof(
    hex(8).filter((text) => withDigit(text) || text.length >= 8),
    hex(16),
    hex(40),
    fc.nat().map((value) => `0x${value.toString(16)}`),
  ),
  uuid: fc.uuid(),
  ulid: fc.ulid(),
  'error id': fc.string({ unit: crockford, minLength: 8, maxLength: 8 }).filter(withDigit),
  quoted: fc.string({ maxLength: 30 }).map((text) => `"${text.replace(/["\\]/g, '')}"`),
  date: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((date) => date.toISOString()),
  time: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((date) => date.toISOString().slice(11, 19)),
  ip: fc.oneof(
    fc.ipV4(),
    fc.ipV6().filter((ip) => ip.includes(':')),
  ),
  'e-mail': fc.tuple(name, name, name).map(([user, host, top]) => `${user}@${host}.${top.replace(/_/g, '')}`),
  url: fc.webUrl({ withQueryParameters: true, withFragments: true }).filter((url) => !/[()]|[.:!?]$/.test(url)),
  path: fc.array(name, { minLength: 1, maxLength: 5 }).map((parts) => `/${parts.join('/')}`),
  'windows path': fc.array(name, { minLength: 1, maxLength: 5 }).map((parts) => `C:\\${parts.join('\\')}`),
  token: fc
    .string({ unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'), minLength: 32, maxLength: 64 })
    .filter((text) => /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text) && text.replace(/\d/g, '').length >= 16),
};
const word = fc.constantFrom('cannot', 'open', 'for', "don't", 'ECONNREFUSED', 'user', 'failed', 'and/or', 'code');
const around = fc.constantFrom<readonly [string, string]>(
  [' ', ' '],
  [' (', ') '],
  [' [', '] '],
  [': ', ', '],
  ['=', '; '],
  [' ', '. '],
  [' ', ': '],
);

test('messages that differ only in what varies are equal when they are normalised', () => {
  for (const [kind, part] of Object.entries(VARIABLE)) {
    fc.assert(
      fc.property(fc.array(fc.tuple(word, around, part, part), { minLength: 1, maxLength: 5 }), (places) => {
        const message = (which: 2 | 3) => places.map((place) => `${place[0]}${place[1][0]}${place[which]}${place[1][1]}`).join('');
        const [one, other] = [normaliseMessage(message(2)), normaliseMessage(message(3))];
        assert.is(one, other, kind);
        assert.ok(one.includes('<*>'), `${kind}: ${one}`);
      }),
      { numRuns: 300 },
    );
  }
});

const hostile = fc
  .array(
    fc.constantFrom(...`ab1 '"\`“”/\\.:,;<*>()[]{}=-+@%_Z9F?!|`, '<*>', ' ', '://', 'abcdef', "n't", 'é', '\n', '\ud800', 'x'.repeat(250)),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

test('a normalised message is its own normalised message, of at most 512 characters', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        hostile,
        fc.string({ unit: 'binary' }),
        fc.array(hostile, { maxLength: 20 }).map((all) => all.join('')),
      ),
      (message) => {
        const normal = normaliseMessage(message);
        assert.is(normaliseMessage(normal), normal);
        assert.ok(normal.length <= 512);
      },
    ),
    { numRuns: 5000 },
  );
});

test('what once was another message when read again is its own normalised message', () => {
  const long = `abcdef${'x'.repeat(250)}`;
  for (const message of [
    `${long}9=é/${long}`,
    `${long}n't'://`,
    `'x don't1 y`,
    `c:'\\x`,
    `“”://”`,
    `'\`://\\'`,
    `<*>1.${'x'.repeat(252)}`,
    'zz1:ab:cd',
    '5/a',
    '--5',
    '1a,2',
  ]) {
    const normal = normaliseMessage(message);
    assert.is(normaliseMessage(normal), normal);
  }
});

/** How long it takes for one text, at its quickest. */
function quickest(text: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 15; run++) {
    const start = performance.now();
    normaliseMessage(text);
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

test('a message takes as long as words of its length, whatever it repeats', () => {
  // Nothing is read twice: if each of the 512 characters of the result cost a look at the rest, it would be hundreds of times.
  const words = Math.max(quickest('word '.repeat(1638)), 0.2);
  const repeated = ['.', '?', '!', '…', ':', '::.', '.:', "'", '"', '=', '<*>', '://', 'a://.', '-', '1,', '1=', 'a.'];
  for (const part of repeated) {
    const time = quickest(part.repeat(8192).slice(0, 8192));
    assert.ok(time / words < 50, `${part}: ${time} ms, words ${words} ms`);
  }
  const time = quickest(`${'x'.repeat(190)}${'.'.repeat(8000)}`);
  assert.ok(time / words < 50, `${time} ms, words ${words} ms`);
});

test('signs behind a word stay as they are, however many', () => {
  for (const sign of ['.', '!', '?', '…']) {
    assert.is(normaliseMessage(`failed${sign.repeat(200)} again`), `failed${sign.repeat(200)} again`);
    assert.is(normaliseMessage(sign.repeat(8192)), sign.repeat(512));
  }
  assert.is(normaliseMessage('lost fe80::.'), 'lost <*>.');
  assert.is(normaliseMessage('lost fe80:::'), 'lost <*>:');
  assert.is(normaliseMessage('why?!.. user 5...: x'), 'why?!.. user <*>...: x');
});

test('a message of signs is its own normalised message at every length', () => {
  const sign = fc.constantFrom('.', ':', '::', '!', '?', '…', '<*>', 'a', 'a::', '1', ' ', "'", '"', '/', '=', 'x'.repeat(250));
  const run = fc.tuple(sign, fc.oneof(fc.nat(4), fc.nat(600))).map(([text, count]) => text.repeat(count));
  fc.assert(
    fc.property(fc.array(run, { maxLength: 6 }), (runs) => {
      const normal = normaliseMessage(runs.join(''));
      assert.is(normaliseMessage(normal), normal);
    }),
    { numRuns: 2000 },
  );
  for (const part of ['.', ':', '?', '!', '…', '.:', '::.', 'a::']) {
    const normal = normaliseMessage(part.repeat(8192));
    assert.is(normaliseMessage(normal), normal, part);
  }
});

test('words stay as they are', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom(...'ghijklmnopqrstuvwxyzé'), minLength: 1, maxLength: 12 }), {
        minLength: 1,
        maxLength: 20,
      }),
      (words) => {
        assert.is(normaliseMessage(words.join(' ')), words.join(' '));
      },
    ),
  );
});

test('a giant message is read as far as 8,192 characters, and left as far as 512', () => {
  const words = 'word '.repeat(1_000_000);
  assert.is(normaliseMessage(words), 'word '.repeat(102).trimEnd());
  assert.is(normaliseMessage(`${'1 '.repeat(50)}end`), `${'<*> '.repeat(50)}end`);
  for (const part of ["'", '"a', 'a@', 'a/', '<', '<*', 'a:', '=', '-1', "x'", '\\"'])
    assert.ok(normaliseMessage(part.repeat(500_000)).length <= 512);
  assert.is(normaliseMessage('x'.repeat(300)), '<*>');
  assert.is(normaliseMessage('x'.repeat(256)), 'x'.repeat(256));
});

test.run();
