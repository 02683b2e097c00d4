import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTelemetryError } from '../../../lib/core/errors';
import { refusalOf } from '../../../lib/core/pattern';
import { entryVerdict, namedVerdict } from '../../../lib/log/redaction/entries';
import { parsePaths } from '../../../lib/log/redaction/paths';
import { createRedactor, NO_REDACTION, type RedactionOptions } from '../../../lib/log/redaction/redactor';
import { benignRecord, mulberry32, secretRecord } from '../../support/secrets';

const SEED = Number(process.env.SEED ?? 20_260_101);

const codeOf = (options: unknown): string | undefined => {
  try {
    createRedactor(options as RedactionOptions);
  } catch (error) {
    return isTelemetryError(error) ? error.code : 'other';
  }
  return undefined;
};
const isSecretAt = (paths: string[], ...keys: string[]): boolean => {
  let place = parsePaths(paths);
  for (const key of keys) place = place?.child(key);
  return place?.isSecret ?? false;
};

test('wrong options are refused', () => {
  assert.is(codeOf({ key: ['a'] }), 'OPTION_UNKNOWN');
  for (const wrong of [{ keys: [''] }, { keys: 'a' }, { allowKeys: [1] }, { values: 1 }, { rules: [''] }, { rules: [1] }, { rules: [null] }, { rules: [{ name: '', rule: 'a' }] }, { replacement: 1 }, 1, { rules: [/(a+)+/] }, { keys: [/(a+)+/] }]) {
    assert.is(codeOf(wrong), 'OPTION_INVALID', JSON.stringify(wrong));
  }
  for (const path of ['a..b', '.a', 'a.', 'a[b]', 'a[', 'a.[0]', 'a[0]b']) assert.is(codeOf({ paths: [path] }), 'OPTION_INVALID', path);
}); // biome-ignore format: lists

test('patterns that may take long are refused, others are not', () => {
  for (const bad of [/(a+)+/, /(a|a)*/, /(a*)*b/, /(?:a?){30}b/, /(a|ab)*c/, /(\w+\s?)*x/, /.*.*x/, /\d+\d+/, /\w+_\w+!/, /(a)\1/, /(?<n>a)\k<n>/, /(?=a+)a/, /a*/, /a?/, /(?:a{1,64}){1,64}/, /([a-z]+)*/i, /(?:[\w.]{1,9}){9}x/]) {
    assert.type(refusalOf(bad), 'string', String(bad));
  }
  for (const good of [/badge-\d+/, /\d{3}-\d{2}-\d{4}/, /[\w.]{1,64}@[\w-]{1,64}\.\w{2,8}/, /key=\w+&id=\w+/, /(?:\d{1,3}\.){3}\d{1,3}/, /(?:cat|dog)+s/, /^x-[^\s]+$/im, /[\]a]+b/, /\bfoo\b/u, /\p{Lu}{2}\d+/u, /(?:[0-9a-f]{2}:){5}[0-9a-f]{2}/, /a(?=b)/, /é+x/]) {
    assert.is(refusalOf(good), undefined, String(good));
  }
}); // biome-ignore format: lists

test('neighbours that can share a text in too many ways are refused, few ways and many repeats are not', () => {
  for (const bad of [/.{0,200}.{0,200}.{0,200}x/, /.{0,200}.{0,200}x/, /.*.{1,64}x/, /.{1,64}.*x/, /a?a?a?a?a?a?a?a?a?a?a?a?a?x/, /(?:.{0,200}a){4}x/, /.{0,200}(?:\w{0,200}!)x/, /.{0,200}(?=\w{0,200}!)x/, /(?=.{0,100}.{0,100}y)x/, /(?:x|.{0,80}.{0,80})y/, /[ab]{0,99}-?[bc]{0,99}x/, /(?:.{1,90}y){2}x/, /[ab]{0,90}c{0,9}[bc]{0,90}x/, /a{0,99}[ab]{99}b{0,99}x/]) {
    assert.match(refusalOf(bad) ?? 'taken', /^neighbours share .*; give them smaller bounds/, String(bad));
  }
  for (const good of [/.{1,64}.{1,64}x/, /.*(?:foo|bar|baz)x/, /\w+\s*=\s*\w+/, /\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}/, /[a-z]{0,200}-[a-z]{0,200}-[a-z]{0,200}/, /<[^<>]{0,200}\bon[a-z]{3,20}\s{0,5}=/, /a{0,200}b{0,200}c{0,200}d{0,200}e/, /(?:one|two|three|four|five|six) .*x/, /x.{0,256}$/]) {
    assert.is(refusalOf(good), undefined, String(good));
  }
}); // biome-ignore format: lists

test('exact paths lead to what is masked', () => {
  assert.ok(isSecretAt(['user.address.street'], 'user', 'address', 'street'));
  assert.not(isSecretAt(['user.address.street'], 'user', 'address'));
  assert.not(isSecretAt(['user.address.street'], 'user', 'street'));
  for (const path of ['items.*.pin', 'items[*].pin']) assert.ok(isSecretAt([path], 'items', '7', 'pin'));
  assert.ok(isSecretAt(['a["b.c"]'], 'a', 'b.c'));
  assert.ok(isSecretAt(["a['*']"], 'a', '*'));
  assert.not(isSecretAt(["a['*']"], 'a', 'b'));
  assert.ok(isSecretAt(['a[0]'], 'a', '0'));
  assert.ok(isSecretAt(['a.*.c', 'a.b.d'], 'a', 'b', 'c'));
  assert.ok(isSecretAt(['a.*.c', 'a.b.d'], 'a', 'b', 'd'));
  assert.not(isSecretAt(['a.b'], 'a', '__proto__'));
  assert.is(parsePaths([]), undefined);
});

test('literals are taken literally', () => {
  const redactor = createRedactor({ rules: ['a.c$&'] });
  assert.is(redactor.text('xa.c$&x abc'), 'x***x abc');
});

test('a pattern keeps no state and does not touch the one it was made from', () => {
  const pattern = /badge-\d+/y;
  pattern.lastIndex = 3;
  const redactor = createRedactor({ rules: [pattern], replacement: '$&' });
  for (let i = 0; i < 3; i++) assert.is(redactor.text('x badge-1 badge-22'), 'x $& $&');
  assert.is(pattern.lastIndex, 3);
});

test('a function sees the text and its key, and undefined means unchanged', () => {
  const redactor = createRedactor({ rules: [(text, key) => (key === 'plate' ? '-' : text === 'b' ? 'c' : undefined)] });
  assert.equal([redactor.text('a', 'plate'), redactor.text('a'), redactor.text('b', 'x')], ['-', 'a', 'c']);
  assert.equal(redactor.stats(), { masked: 2, failedRules: [] });
});

test('a rule that throws or gives no text masks the whole text', () => {
  const broken = { name: 'broken', rule: (text: string) => (text === 'a' ? (1 as never) : text === 'b' ? fail() : undefined) };
  const redactor = createRedactor({ rules: [broken] });
  assert.equal([redactor.text('a'), redactor.text('b'), redactor.text('c')], ['***', '***', 'c']);
  assert.equal(redactor.stats(), { masked: 2, failedRules: ['broken'] });
});

test('a rule that takes too long is disabled and from then on everything is masked', () => {
  let now = 0;
  const slow = (text: string): undefined => void (now += text.length);
  const redactor = createRedactor({ rules: [slow] }, { monotonicTime: () => now });
  assert.is(redactor.text('x'.repeat(20)), 'x'.repeat(20));
  assert.equal(redactor.stats().failedRules, []);
  redactor.text('y'.repeat(21));
  assert.is(redactor.text('z'), '***');
  assert.equal(redactor.stats().failedRules, ['rule 1']);
});

test('session ids longer than 8 characters keep the first 8', () => {
  const redactor = createRedactor();
  assert.equal(
    ['12345678', '123456789', 12, null].map((id) => redactor.session(id)),
    ['12345678', '12345678***', '12', 'null'],
  );
  assert.is(redactor.session({ toString: fail }), '***');
});

test('own keys count inside texts, exempt ones do not, and values can be left alone', () => {
  assert.is(createRedactor({ keys: ['employee-badge'] }).text('employee_badge=7 a=1'), 'employee_badge=*** a=1');
  assert.is(createRedactor({ keys: [/^q$|^zz/] }).text('zzz=7'), 'zzz=***');
  assert.is(createRedactor({ allowKeys: ['token'] }).text('token=7'), 'token=7');
  assert.is(createRedactor({ values: false }).text('token=7'), 'token=7');
  assert.is(createRedactor({ replacement: '[x]' }).text('token=7'), 'token=[x]');
});

test('NO_REDACTION changes nothing', () => {
  assert.equal(
    [NO_REDACTION.verdict('password'), NO_REDACTION.text('password=x'), NO_REDACTION.session('123456789')],
    ['plain', 'password=x', '123456789'],
  );
});

test('arrays and objects of names and values say what is secret', () => {
  const { verdict } = createRedactor();
  const list = ['Host', 'a', 'Authorization', 'x'];
  assert.equal(
    list.map((_, i) => entryVerdict(verdict, list, i)),
    ['plain', 'plain', 'plain', 'secret'],
  );
  assert.is(entryVerdict(verdict, ['password', 'x', 'y'], 1), 'plain');
  assert.is(namedVerdict(verdict, { name: 'cookie', value: 'x' }, 'value'), 'secret');
  assert.is(namedVerdict(verdict, { name: 'cookie', value: 'x' }, 'name'), 'plain');
  assert.is(namedVerdict(verdict, { name: 'a', value: 'x' }, 'value'), 'plain');
});

test(`no secret passes a walk over random records, and benign records stay (seed ${SEED})`, () => {
  const random = mulberry32(SEED);
  const redactor = createRedactor();
  let leaked = 0;
  let altered = 0;
  for (let i = 0; i < 4000; i++) {
    const { record, secrets } = secretRecord(random);
    const written = JSON.stringify(walk(record, redactor));
    const leak = secrets.find((secret) => written.includes(secret) || written.includes(JSON.stringify(secret).slice(1, -1)));
    if (leak !== undefined && leaked++ < 3) console.log(`leaked ${leak} in ${written}`);
    const before = JSON.stringify(walk(benignRecord(mulberry32(SEED + i)), NO_REDACTION));
    const after = JSON.stringify(walk(benignRecord(mulberry32(SEED + i)), redactor));
    if (before !== after && altered++ < 3) console.log(`altered ${before} to ${after}`);
  }
  assert.is(leaked, 0);
  assert.ok(altered <= 4, `${altered} benign records altered`);
});

/** A log writer's walk, as short as it can be. */
function walk(value: unknown, redactor: typeof NO_REDACTION, key?: string): unknown {
  if (typeof value === 'string') return redactor.text(value, key);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value))
    return value.map((item, i) => (entryVerdict(redactor.verdict, value, i) === 'plain' ? walk(item, redactor) : '***'));
  if (value instanceof Set) return walk([...value], redactor);
  const entries: [string, unknown][] = value instanceof Map ? [...value] : Object.entries(value);
  if (value instanceof Error) entries.push(['message', value.message], ['stack', value.stack]);
  return Object.fromEntries(
    entries.map(([name, inner]) => [
      name,
      redactor.verdict(name) === 'secret' || namedVerdict(redactor.verdict, value, name) !== 'plain' ? '***' : walk(inner, redactor, name),
    ]),
  );
}

function fail(): never {
  throw new Error('no');
}

test.run();
