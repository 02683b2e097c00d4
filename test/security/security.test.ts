import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TelemetryError } from '../../lib/core/errors';
import { isTelemetryError } from '../../lib/index';
import { SECURITY_EVENTS } from '../../lib/security/events';
import type { SecurityEvent } from '../../lib/security/journal';
import type { SecurityOptions } from '../../lib/security/options';
import { createSecurity } from '../../lib/security/security';
import { fakeHost } from './fake-host';

/** Without detectors. */
const QUIET: SecurityOptions = { failures: false, errorRate: false, suspiciousErrors: false };
const bare = () => {
  const host = fakeHost();
  return { host, security: createSecurity(host, QUIET) };
};

test('a record has its fields, and the severity that is recommended for its name', () => {
  const { host, security } = bare();
  security.record('authz_fail', { ip: '10.0.0.1', endpoint: '/admin', tenant: 7 });
  security.record('authz_fail', { severity: 'low' });
  security.record('something_else');
  assert.equal(host.written, [
    { name: 'authz_fail', fields: { ip: '10.0.0.1', endpoint: '/admin', tenant: 7, severity: 'high' } },
    { name: 'authz_fail', fields: { severity: 'low' } },
    { name: 'something_else', fields: { severity: 'medium' } },
  ]);
});

test('a severity that is none is replaced by the recommended one', () => {
  const { host, security } = bare();
  for (const severity of ['grave', 5, null, {}, '__proto__']) security.record('authn_token_reuse', { severity } as never);
  assert.equal(
    host.written.map(({ fields }) => fields.severity),
    Array(5).fill('critical'),
  );
});

test('the vocabulary is complete and frozen: names, severities, a sentence for each', () => {
  const names = Object.keys(SECURITY_EVENTS);
  assert.is(names.length, 58);
  for (const prefix of ['authn_', 'authz_', 'crypt_', 'excess_', 'input_', 'malicious_', 'mcp_', 'privilege_', 'sensitive_', 'sequence_']) {
    assert.ok(
      names.some((name) => name.startsWith(prefix)),
      prefix,
    );
  }
  for (const prefix of ['session_', 'sys_', 'upload_', 'user_'])
    assert.ok(
      names.some((name) => name.startsWith(prefix)),
      prefix,
    );
  for (const [name, { severity, doc }] of Object.entries(SECURITY_EVENTS)) {
    assert.match(name, /^[a-z0-9_]+$/);
    assert.ok(['low', 'medium', 'high', 'critical'].includes(severity));
    assert.ok(doc.length > 10);
  }
  assert.ok(Object.isFrozen(SECURITY_EVENTS) && Object.isFrozen(SECURITY_EVENTS.authz_fail));
});

test('names that are none, too long or made to forge lines become safe ones', () => {
  const { host, security } = bare();
  for (const name of [undefined, null, 5, {}, '', Symbol('x'), 'a\nSecurity event: b', 'é\ud800', 'x'.repeat(1_000_000)]) {
    security.record(name as never);
  }
  assert.equal(
    host.written.map(({ name }) => name),
    [...Array(6).fill('unnamed'), 'a_Security_event:_b', '__', 'x'.repeat(64)],
  );
});

test('fields that refuse to be read stop nothing', () => {
  const { host, security } = bare();
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const broken = {
    ip: '10.0.0.1',
    get user() {
      throw new Error('no');
    },
  };
  for (const fields of [revoked.proxy, null, 5, 'text', broken, Object.freeze({ a: 1 }), Object.create(null)]) {
    security.record('authz_fail', fields as never);
  }
  assert.is(host.written.length, 7);
  assert.equal(host.written[4]!.fields, { ip: '10.0.0.1', user: '[unreadable]', severity: 'high' });
  assert.is(security.stats().dropped, 0);
});

test('a field called __proto__ is a field', () => {
  const { host, security } = bare();
  security.record('authz_fail', JSON.parse('{"__proto__":{"severity":"low"},"a":1}'));
  const { fields } = host.written[0]!;
  assert.ok(Object.hasOwn(fields, '__proto__'));
  assert.is(Object.getPrototypeOf(fields), Object.prototype);
  assert.is(fields.severity, 'high');
});

test('each field is read once', () => {
  const { host, security } = bare();
  let reads = 0;
  const fields = {
    get severity() {
      return ++reads === 1 ? 'low' : 'critical';
    },
  };
  security.record('authz_fail', fields as never);
  assert.is(reads, 1);
  assert.is(host.written[0]!.fields.severity, 'low');
  assert.is(security.recent()[0]!.severity, 'low');
});

test('of more than 256 fields it is told how many were left out', () => {
  const { host, security } = bare();
  security.record('authz_fail', Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`f${index}`, index])));
  const { fields } = host.written[0]!;
  assert.is(Object.keys(fields).length, 258);
  assert.is(fields.fields_left_out, 744);
});

test('counts are by name; of unknown names the first 256 have their own', () => {
  const { security } = bare();
  for (let index = 0; index < 1000; index++) security.record(`name_${index}`);
  security.record('name_0');
  security.record('authz_fail');
  security.record('__proto__');
  const { total, byName, otherNames } = security.counts();
  assert.equal([total, Object.keys(byName).length, otherNames], [1003, 257, 745]);
  assert.equal([byName.name_0, byName.name_255, byName.name_256, byName.authz_fail], [2, 1, undefined, 1]);
  assert.is(
    Object.values(byName).reduce((sum, count) => sum + count, otherNames),
    total,
  );
});

test('a name called __proto__ is counted like any other', () => {
  const { security } = bare();
  security.record('__proto__');
  assert.equal(Object.entries(security.counts().byName), [['__proto__', 1]]);
});

test('the last 100 events are kept, the newest first', () => {
  const { host, security } = bare();
  for (let index = 0; index < 250; index++) {
    security.record('authz_fail', { attempts: index });
    host.clock.advance(1);
  }
  const all = security.recent();
  assert.equal([all.length, all[0]!.attempts, all[99]!.attempts], [100, 249, 150]);
  assert.is(all[0]!.time, Date.UTC(2026, 0, 1) + 249);
  assert.equal(
    security.recent(2).map(({ attempts }) => attempts),
    [249, 248],
  );
  for (const [most, length] of [
    [0, 0],
    [-5, 0],
    [Number.NaN, 0],
    [2.9, 2],
    [1e9, 100],
    [Number.POSITIVE_INFINITY, 100],
  ] as const) {
    assert.is(security.recent(most).length, length);
  }
});

test('fewer than 100 events are told newest first, too', () => {
  const { security } = bare();
  assert.equal(security.recent(), []);
  for (const name of ['a', 'b', 'c']) security.record(name);
  assert.equal(
    security.recent().map(({ name }) => name),
    ['c', 'b', 'a'],
  );
});

test('what is kept of an event holds nothing private', () => {
  const { security } = bare();
  const canary = 'Zq8vT2mX9kLw4RnB';
  security.record('authz_fail', {
    ip: `10.0.0.1 ${canary}`,
    endpoint: `https://me:${canary}@host.example/reset/${canary}?token=${canary}#${canary}`,
    user: canary,
    user_agent: canary,
    attempted_resource: canary,
    attempts: canary as never,
    blocked: canary as never,
    [canary]: canary,
  });
  const [event] = security.recent();
  assert.equal(event, {
    name: 'authz_fail',
    severity: 'high',
    time: event!.time,
    source: 'application',
    endpoint: '/reset/***',
  });
  assert.ok(Object.isFrozen(event));
});

const ENDPOINTS: readonly (readonly [given: unknown, kept: string | undefined])[] = [
  ['/admin', '/admin'],
  ['POST /v1/chat/completions', 'POST /v1/chat/completions'],
  ['/users/1234/orders', '/users/1234/orders'],
  ['/users/me@example.com', '/users/***'],
  ['/a;jsessionid=1', '/a'],
  ['/x/123e4567-e89b-12d3-a456-426614174000', '/x/***'],
  ['/x/%41%42', '/x/***'],
  ['/a\u0000\u202eb', '/ab'],
  ['?secret', undefined],
  [5, undefined],
  [`/${'ab/'.repeat(1000)}`, `/${'ab/'.repeat(1000)}`.slice(0, 128)],
];
for (const [given, kept] of ENDPOINTS) {
  test(`of an endpoint ${JSON.stringify(given).slice(0, 50)} is kept what may be shown`, () => {
    const { security } = bare();
    security.record('authz_fail', { endpoint: given as never });
    assert.is(security.recent()[0]!.endpoint, kept);
  });
}

test('an address is kept if it is one', () => {
  const { security } = bare();
  const kept = (ip: unknown) => {
    security.record('authz_fail', { ip: ip as never });
    return security.recent(1)[0]!.ip;
  };
  for (const ip of ['10.0.0.1', '2001:db8::1', 'fe80::1%eth0', '::ffff:10.0.0.1']) assert.is(kept(ip), ip);
  for (const ip of ['secret', 'deadbeef', 'cafe.babe', '10.0.0.1; secret', 5, `${'1.'.repeat(100)}1`]) assert.is(kept(ip), undefined);
});

test('a listener whose promise rejects is counted, that of a class of its own, too; no other answer is looked into', async () => {
  const { host, security } = bare();
  class Later extends Promise<void> {}
  security.on((() => Later.reject(new Error('no'))) as never);
  let asked = 0;
  security.on((() => ({ then: () => asked++ })) as never);
  security.record('authz_fail');
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal([security.stats().listenerFailures, host.warnings.length, asked], [1, 1, 0]);
});

test('a listener is told of each event until it leaves; another one is not disturbed by what it throws', async () => {
  const { host, security } = bare();
  const seen: SecurityEvent[] = [];
  security.on(() => {
    throw new Error('no');
  });
  security.on((async () => Promise.reject(new Error('no'))) as never);
  const leave = security.on((event) => seen.push(event));
  security.record('authz_fail');
  security.record('sensitive_read');
  leave();
  leave();
  security.record('authz_fail');
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(
    seen.map(({ name }) => name),
    ['authz_fail', 'sensitive_read'],
  );
  assert.is(security.stats().listenerFailures, 6);
  assert.equal(
    host.warnings.map(({ code }) => code),
    ['HANDLER_FAILED', 'HANDLER_FAILED'],
  );
});

test('a listener that fails where nobody can be told disturbs no other one', () => {
  const host = fakeHost();
  const refuse = () => {
    throw new Error('no');
  };
  const security = createSecurity({ ...host, warn: refuse }, QUIET);
  let calls = 0;
  security.on(refuse);
  security.on(() => calls++);
  security.record('authz_fail');
  assert.equal([calls, security.stats().listenerFailures, security.stats().dropped], [1, 1, 0]);
});

test('a function that listens twice leaves once at a time', () => {
  const { security } = bare();
  let calls = 0;
  const listener = () => calls++;
  const leave = security.on(listener);
  security.on(listener);
  leave();
  security.record('authz_fail');
  assert.is(calls, 1);
});

test('who comes or goes while an event is told changes nothing for this one', () => {
  const { security } = bare();
  const seen: string[] = [];
  security.on(() => {
    seen.push('first');
    leaveSecond();
    security.on(() => seen.push('third'));
  });
  const leaveSecond = security.on(() => seen.push('second'));
  security.record('authz_fail');
  assert.equal(seen, ['first', 'second']);
});

test('a listener that records goes 4 deep', () => {
  const { host, security } = bare();
  security.on(() => security.record('again'));
  security.record('authz_fail');
  assert.equal([host.written.length, security.stats().dropped], [4, 1]);
  security.record('authz_fail');
  assert.equal([host.written.length, security.stats().dropped], [8, 2]);
});

test('a host that throws takes no further event with it', () => {
  const { host, security } = bare();
  host.onWrite = () => {
    throw new Error('no');
  };
  security.record('authz_fail');
  host.onWrite = () => undefined;
  security.record('authz_fail');
  assert.equal([security.counts().total, host.written.length, security.stats().dropped], [2, 2, 1]);
});

test('a log that can not be made is told of once, and listeners and detectors go on', () => {
  const host = fakeHost();
  const security = createSecurity(host, { ...QUIET, failures: { threshold: 1 } });
  const told: string[] = [];
  security.on(({ name }) => told.push(name));
  host.onWrite = () => {
    throw new TelemetryError('CONFIG_INVALID', 'log.level is not valid', 'It is "bogus"', 'Use info');
  };
  for (let time = 0; time < 2; time++) security.record('authz_fail', { user: 'ann' });
  assert.equal(told, ['authz_fail', 'authz_fail', 'multiple_failed_attempts']);
  assert.is(security.stats().dropped, 3);
  assert.equal(host.warnings, [
    { code: 'CONFIG_INVALID', message: 'Security events are not written: log.level is not valid. It is "bogus". Use info' },
  ]);
});

test('what a failing log throws is told of whatever it is, also when nobody can be told', () => {
  for (const thrown of [new Error('disk'), 'text', undefined, Object.create(null)]) {
    const { host, security } = bare();
    host.onWrite = () => {
      throw thrown;
    };
    security.record('authz_fail');
    assert.equal(
      host.warnings.map(({ code }) => code),
      ['SINK_FAILED'],
    );
    const mute = createSecurity({ ...host, warn: () => host.onWrite('') }, QUIET);
    mute.record('authz_fail');
    assert.is(mute.stats().dropped, 1);
  }
});

test('its methods work on their own', () => {
  const { record, counts, recent, on, stats, close } = bare().security;
  on(() => undefined);
  record('authz_fail');
  close();
  record('authz_fail');
  assert.equal([counts().total, recent().length, stats().dropped], [2, 2, 0]);
});

const REFUSED: readonly (readonly [options: unknown, code: string, text: RegExp])[] = [
  [{ failure: false }, 'OPTION_UNKNOWN', /"failures"/],
  [{ failures: true }, 'OPTION_INVALID', /failures/],
  [{ failures: { threshold: 0 } }, 'OPTION_INVALID', /threshold/],
  [{ failures: { threshold: 1.5 } }, 'OPTION_INVALID', /threshold/],
  [{ failures: { threshold: 1001 } }, 'OPTION_INVALID', /1,000/],
  [{ failures: { window: 'soon' } }, 'OPTION_INVALID', /failures: window/],
  [{ failures: { names: [5] } }, 'OPTION_INVALID', /names/],
  [{ failures: { maxKeys: 1e9 } }, 'OPTION_INVALID', /maxKeys/],
  [{ failures: { total: { most: 5 } } }, 'OPTION_UNKNOWN', /total/],
  [{ errorRate: { treshold: 5 } }, 'OPTION_UNKNOWN', /"threshold"/],
  [{ errorRate: { window: -1 } }, 'OPTION_INVALID', /errorRate: window/],
  [{ suspiciousErrors: { every: 0 } }, 'OPTION_INVALID', /every/],
  [{ suspiciousErrors: { maxFingerprints: 0 } }, 'OPTION_INVALID', /maxFingerprints/],
  [{ suspiciousErrors: { rules: { mine: 'text' } } }, 'OPTION_INVALID', /rules: mine/],
  [{ suspiciousErrors: { rules: { mine: /^(a+)+$/ } } }, 'OPTION_INVALID', /security: suspiciousErrors: rules: mine: the pattern/],
  [{ suspiciousErrors: { rules: { path_traversal: /(a|a)*b/ } } }, 'OPTION_INVALID', /rules: path_traversal: the pattern/],
  [{ suspiciousErrors: { rules: { all: /x?/ } } }, 'OPTION_INVALID', /empty text/],
  [{ detectors: {} }, 'OPTION_UNKNOWN', /^security has no option "detectors"/],
  [5, 'OPTION_INVALID', /^security is not valid/],
];
for (const [options, code, text] of REFUSED) {
  test(`options that are wrong are refused: ${JSON.stringify(options)}`, () => {
    try {
      createSecurity(fakeHost(), options as never);
      assert.unreachable();
    } catch (error) {
      assert.ok(isTelemetryError(error), String(error));
      assert.is(error.code, code);
      assert.match(error.message, text);
    }
  });
}

test('a listener that is no function is refused', () => {
  assert.throws(() => bare().security.on(5 as never), /HANDLER_INVALID/);
});

test.run();
