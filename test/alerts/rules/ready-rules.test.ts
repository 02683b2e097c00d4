import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { SeenHealth, SeenSeries } from '../../../lib/alerts/host';
import { readyRules } from '../../../lib/alerts/ready-rules';
import type { AlertRule } from '../../../lib/alerts/rule';
import { readRule } from '../../../lib/alerts/rules/read-rule';
import { securityOf } from '../../../lib/entries/security';
import { isTelemetryError } from '../../../lib/index';
import { createBench, type Measured } from '../measures/measured';

const one = (rules: readonly AlertRule[], name: string): AlertRule => {
  const rule = rules.find((other) => other.name === name);
  if (rule === undefined) throw new Error(`no rule ${name}`);
  return rule;
};

/** States after `happen`, ten seconds later. */
function statesAfter(rule: AlertRule, happen: (bench: ReturnType<typeof createBench>) => void): ReturnType<Measured['states']> {
  const bench = createBench();
  const measured = bench.measure(rule);
  happen(bench);
  bench.clock.advance('10s');
  return measured.states();
}

const times = (count: number, happen: (index: number) => void): void => {
  for (let index = 0; index < count; index++) happen(index);
};

const bot = readyRules.bot();
const wrapper = readyRules.wrapper({ logSize: { bytes: () => 0, limit: 1000 } });
const platform = readyRules.platform();

test('all that is ready is a rule that can be added, under a name of its own', () => {
  const all = [
    ...bot,
    ...readyRules.web({ errorRate: {} }),
    ...wrapper,
    ...platform,
    ...readyRules.memoryAbove({ name: 'other' }),
    ...readyRules.eventLoopDelay(),
  ];
  const names = all.map((rule) => readRule(rule).name);
  assert.is(new Set(names).size, names.length);
  for (const rule of all) {
    const text = readRule(rule).text;
    if (!text.startsWith('custom')) assert.is(readRule(text).text, text);
    assert.type(rule.summary, 'string');
  }
});

test('bot: more than 5 errors a minute', () => {
  const rule = one(bot, 'more_than_errors');
  const errors = (count: number) => statesAfter(rule, ({ telemetry }) => times(count, () => telemetry.logger('bot').error('no')));
  assert.equal(errors(5), {});
  assert.equal(errors(6), { '': 'warning' });
});

test('bot: repeated time-outs in one channel', () => {
  const rule = one(bot, 'repeated_timeouts');
  const states = statesAfter(rule, ({ telemetry }) => {
    const log = telemetry.logger('bot');
    log.error('Request timed out', { channel_id: 'c1' });
    log.error(new Error('timeout of 5000ms exceeded'), 'Failed', { channel_id: 'c1' });
    log.error(Object.assign(new Error('connect'), { code: 'ETIMEDOUT' }), 'Failed', { channel_id: 'c1' });
    times(2, () => log.error('Request timed out', { channel_id: 'c2' }));
    for (const text of ['context deadline exceeded', '4 DEADLINE_EXCEEDED', 'Deadline of 5 s exceeded'])
      log.error(text, { channel_id: 'c4' });
    times(3, () => log.error('Something else', { channel_id: 'c3' }));
  });
  assert.equal(states, { c1: 'warning', c4: 'warning' });
});

test('bot: failures to save a session', () => {
  const rule = one(bot, 'sessions_not_saved');
  for (const message of [
    'Failed to save session',
    'Session could not be saved',
    'error saving the session file',
    'Could not persist session 5',
    'session not stored',
    'saveSession failed: ENOSPC',
    'save_session failed',
    'SessionSaveError: disk full',
    'Failed to write session file s1.json',
    'Error writing the session',
    'session could not be written',
    'Failed to save user_session',
    'user_session was not saved',
    'store_session failed',
    "ENOSPC: no space left on device, open '/data/sessions/5.json'",
  ]) {
    assert.equal(
      statesAfter(rule, ({ telemetry }) => telemetry.logger('bot').error(new Error(message), 'Failed')),
      { '': 'critical' },
      message,
    );
  }
  for (const message of ['Session expired', 'disk is full', 'restoreSession failed', 'could not write to a socket, session 5 is lost'])
    assert.equal(
      statesAfter(rule, ({ telemetry }) => telemetry.logger('bot').error(message)),
      {},
    );
});

test('bot: database errors', () => {
  const rule = one(bot, 'database_errors');
  const named = (name: string): Error => Object.assign(new Error('no'), { name });
  const coded = (code: string): Error => Object.assign(new Error('no'), { code });
  for (const error of [
    named('PostgresError'),
    named('SqliteError'),
    named('PrismaClientKnownRequestError'),
    named('QueryFailedError'),
    coded('SQLITE_BUSY'),
    coded('ER_DUP_ENTRY'),
    new Error('Database is locked'),
  ]) {
    assert.equal(
      statesAfter(rule, ({ telemetry }) => telemetry.logger('bot').error(error, 'Failed')),
      { '': 'critical' },
      String(error),
    );
  }
  assert.equal(
    statesAfter(rule, ({ telemetry }) => telemetry.logger('bot').error(new TypeError('x is not a function'), 'Failed')),
    {},
  );
});

test('bot: errors of databases as their drivers make them', () => {
  const rule = one(bot, 'database_errors');
  // As pg has it: a class of its own, and "error" for a name. A bundler may shorten the class's name.
  class DatabaseError extends Error {
    override name = 'error';
  }
  class E extends DatabaseError {}
  class SimpleError extends Error {}
  const refusedAt = (port: number): Error =>
    Object.assign(new Error(`connect ECONNREFUSED 127.0.0.1:${port}`), { code: 'ECONNREFUSED', port });
  for (const error of [
    new DatabaseError('relation "users" does not exist'),
    Object.assign(new E('relation "users" does not exist'), { code: '42P01', severity: 'ERROR', routine: 'parserOpenTable' }),
    Object.assign(new Error('terminating connection'), { code: '57P01', severity: 'FATAL' }),
    Object.assign(new Error('READONLY You can not write'), { name: 'ReplyError' }),
    new SimpleError('WRONGTYPE Operation against a key'),
    refusedAt(5432),
    refusedAt(6379),
    refusedAt(27017),
    Object.assign(new AggregateError([refusedAt(5432), refusedAt(5432)]), { code: 'ECONNREFUSED' }),
    Object.assign(new Error('no such table'), { code: 'ERR_SQLITE_ERROR' }),
    new Error('wrapped', { cause: new DatabaseError('no') }),
  ]) {
    assert.equal(
      statesAfter(rule, ({ telemetry }) => telemetry.logger('bot').error(error, 'Failed')),
      { '': 'critical' },
      String(error),
    );
  }
  for (const error of [
    refusedAt(8080),
    refusedAt(54321),
    Object.assign(new Error('no'), { code: '42P01' }),
    Object.assign(new Error('no'), { code: 'EPIPE', severity: 'error' }),
    new AggregateError([]),
  ]) {
    assert.equal(
      statesAfter(rule, ({ telemetry }) => telemetry.logger('bot').error(error, 'Failed')),
      {},
      String(error),
    );
  }
});

test('bot: cost above 1 an hour', () => {
  const bench = createBench();
  const rule = bench.measure(one(bot, 'over_budget'));
  for (let minute = 0; minute < 59; minute++) {
    bench.telemetry.execute(['coder', 'llm', 'response'], { duration: 1, cost: 1 / 64 });
    bench.clock.advance('1m');
    assert.equal(rule.states(), {}, String(minute));
  }
  bench.telemetry.execute(['other', 'llm', 'response'], { duration: 1, cost: 5 / 64 });
  bench.clock.advance('10s');
  assert.equal(rule.states(), {});
  bench.telemetry.execute(['coder', 'llm', 'response'], { duration: 1, cost: 1 / 64 });
  bench.clock.advance('10s');
  assert.equal(rule.states(), { '': 'warning' });
  bench.clock.advance('30m');
  assert.equal(rule.states(), {});
});

test('wrapper: any error', () => {
  const rule = one(wrapper, 'any_error');
  assert.equal(
    statesAfter(rule, ({ telemetry }) => telemetry.logger('api').warn('no')),
    {},
  );
  assert.equal(
    statesAfter(rule, ({ telemetry }) => telemetry.logger('api').error('no')),
    { '': 'warning' },
  );
});

test('wrapper: slow requests are a warning, requests over 10 s critical', () => {
  const rule = one(wrapper, 'slow_requests');
  const request = (duration: number) =>
    statesAfter(rule, ({ telemetry }) => telemetry.execute(['chat', 'completion', 'stop'], { duration }));
  assert.equal([request(5000), request(5200), request(10_200)], [{}, { '': 'warning' }, { '': 'critical' }]);
});

test('wrapper: more than 10 authentication failures a minute, by event or security event', () => {
  const [byEvent, bySecurity] = [one(wrapper, 'authentication_failures'), one(wrapper, 'authentication_failures_security')];
  const events = (count: number) =>
    statesAfter(byEvent, ({ telemetry }) => times(count, () => telemetry.execute(['chat', 'authentication', 'failure'])));
  const security = (count: number) =>
    statesAfter(bySecurity, ({ telemetry }) => times(count, () => securityOf(telemetry).record('authn_login_fail')));
  assert.equal([events(10), events(11)], [{}, { '': 'warning' }]);
  assert.equal([security(10), security(11)], [{}, { '': 'warning' }]);
  assert.equal(
    readyRules.authenticationFailures({ event: false, name: 'logins' }).map(({ name }) => name),
    ['logins'],
  );
  assert.equal(
    readyRules.authenticationFailures({ security: false }).map(({ name }) => name),
    ['authentication_failures'],
  );
});

const gauges = (values: Record<string, readonly SeenSeries[]>) => createBench({ series: (metric) => values[metric] ?? [] });
const gauge = (value: number, tags: readonly (readonly [string, string])[] = []): readonly SeenSeries[] => [{ tags, value: () => value }];

test('wrapper: memory above a threshold, log size near its limit, session count growing', () => {
  const memory = (bytes: number) =>
    gauges({ 'process.memory.usage': gauge(bytes) })
      .measure(one(wrapper, 'memory_above'))
      .states();
  assert.equal([memory(2 ** 30), memory(2 ** 30 + 1)], [{}, { '': 'warning' }]);
  const log = (bytes: number) =>
    createBench()
      .measure(readyRules.logSize({ bytes: () => bytes, limit: 1000 })[0]!)
      .states();
  assert.equal([log(899), log(900), log(1000)], [{}, { '': 'warning' }, { '': 'critical' }]);
  const gauged = gauges({ 'log.size': gauge(950) }).measure(readyRules.logSize({ metric: 'log.size', limit: 1000 })[0]!);
  assert.equal(gauged.states(), { '': 'warning' });
  const told = [readyRules.logSize({ metric: 'log.bytes', limit: 1000 }), readyRules.logSize({ metric: 'log.size', limit: 1000 })].map(
    ([rule]) => rule!.summary!.replace('{value}', readRule(rule!).show(950)),
  );
  // A number of bytes comes with its unit where the name of the metric says what it is.
  assert.equal(told, ['The log has 950 B, near its limit', 'The log has 950 bytes, near its limit']);
  const sessions = (count: number) =>
    statesAfter(one(wrapper, 'session_growth'), ({ telemetry }) => times(count, () => telemetry.execute(['chat', 'session', 'created'])));
  assert.equal([sessions(300), sessions(301)], [{}, { '': 'warning' }]);
  const counted = gauges({ 'sessions.active': gauge(11) }).measure(readyRules.sessionGrowth({ metric: 'sessions.active', most: 10 })[0]!);
  assert.equal(counted.states(), { '': 'warning' });
});

test('platform: processor above 80 % is a warning, above 95 % critical, for 300 s; memory and disk by mount alike', () => {
  const cpu = one(platform, 'cpu_use');
  assert.is(readRule(cpu).forMs, 300_000);
  const states = (name: string, metric: string, value: number) =>
    gauges({ [metric]: gauge(value) })
      .measure(one(platform, name))
      .states();
  assert.equal(
    [0.8, 0.81, 0.96].map((value) => states('cpu_use', 'system.cpu.utilization', value)),
    [{}, { '': 'warning' }, { '': 'critical' }],
  );
  assert.equal(
    [0.85, 0.86, 0.96].map((value) => states('memory_use', 'system.memory.utilization', value)),
    [{}, { '': 'warning' }, { '': 'critical' }],
  );
  const disks = [...gauge(0.96, [['mount', '/']]), ...gauge(0.9, [['mount', '/data']]), ...gauge(0.1, [['mount', '/boot']])];
  const disk = gauges({ 'system.filesystem.utilization': disks }).measure(one(platform, 'disk_use'));
  assert.equal(disk.states(), { '/': 'critical', '/data': 'warning' });
  const own = readyRules.platform({ cpu: { warning: 0.5, critical: 0.6, for: '1m' }, memory: false });
  assert.equal(
    own.map(({ name }) => name),
    ['cpu_use', 'disk_use', 'unhealthy_checks'],
  );
  assert.equal([own[0]!.threshold, own[0]!.for], [{ op: '>', warning: 0.5, critical: 0.6 }, '1m']);
});

test('platform: each check that is degraded or unhealthy', () => {
  const health = (): SeenHealth => ({ overall: 2, checks: { database: 2, cache: 1, disk: 0 } });
  assert.equal(createBench({ health }).measure(one(platform, 'unhealthy_checks')).states(), { database: 'critical', cache: 'warning' });
  assert.is(one(platform, 'unhealthy_checks').groupInterval, 0, 'a second check that fails is told at once');
});

test('web: what the detectors raise by themselves, an error again and again, a pattern, a share of failures', () => {
  const web = readyRules.web();
  assert.equal(
    web.map(({ name }) => name),
    ['security_alarms', 'repeated_error'],
  );
  const alarms = statesAfter(one(web, 'security_alarms'), ({ telemetry }) => {
    securityOf(telemetry).record('high_error_rate');
    securityOf(telemetry).record('authz_fail');
  });
  assert.equal(alarms, { high_error_rate: 'warning' });
  const repeated = statesAfter(one(web, 'repeated_error'), ({ telemetry }) => {
    times(10, (index) => telemetry.logger('api').error(`Order ${index} failed`));
    times(9, (index) => telemetry.logger('api').error(`Customer ${index} failed`));
  });
  assert.equal(Object.values(repeated), ['warning']);
  const [pattern] = readyRules.errorPattern({ name: 'heap', pattern: /heap out of memory/i, severity: 'critical' });
  assert.equal(
    statesAfter(pattern!, ({ telemetry }) => telemetry.logger('api').error('JavaScript heap out of memory')),
    { '': 'critical' },
  );
  const [rate] = readyRules.web({ errorRate: { event: 'http.start' }, security: false, repeated: false });
  const share = (failures: number) =>
    statesAfter(rate!, ({ telemetry }) =>
      times(100, (index) => {
        telemetry.execute(['app', 'http', 'start']);
        telemetry.execute(['app', 'http', index < failures ? 'exception' : 'stop']);
      }),
    );
  assert.equal([share(5), share(6), share(21)], [{}, { '': 'warning' }, { '': 'critical' }]);
});

test('the delay of the event loop', () => {
  const states = (ms: number) =>
    gauges({ 'nodejs.eventloop.delay.p99': gauge(ms) })
      .measure(readyRules.eventLoopDelay()[0]!)
      .states();
  assert.equal([states(100), states(101), states(501)], [{}, { '': 'warning' }, { '': 'critical' }]);
});

test('what every rule takes is passed on, and what none takes is refused', () => {
  const common = {
    name: 'mine',
    severity: 'critical',
    for: '2m',
    keepFor: '3m',
    summary: 's',
    runbook: 'r',
    remindEvery: false,
    groupInterval: '1m',
    targets: ['log'],
  } as const;
  const makers = Object.entries(readyRules).filter(([name]) => !['bot', 'web', 'wrapper', 'platform'].includes(name));
  const needed: Record<string, object> = { errorPattern: { pattern: 'x' }, logSize: { bytes: () => 1, limit: 5 } };
  for (const [name, make] of makers) {
    const [rule] = (make as (options: object) => readonly AlertRule[])({ ...needed[name], ...common });
    const { when: _when, threshold: _threshold, by: _by, ...rest } = rule!;
    assert.equal(rest, common, name);
    readRule(rule!);
    assert.throws(
      () => (make as (options: object) => unknown)({ ...needed[name], name: 'x', thresold: 5 }),
      (error: unknown) => isTelemetryError(error) && error.code === 'OPTION_UNKNOWN',
      name,
    );
  }
  for (const [make, options] of [
    [readyRules.bot, { erors: {} }],
    [readyRules.bot, { errors: 5 }],
    [readyRules.errorPattern, undefined],
    [readyRules.errorPattern, { name: 'x' }],
    [readyRules.logSize, undefined],
    [readyRules.logSize, { limit: 5 }],
    [readyRules.logSize, { limit: 5, bytes: () => 1, metric: 'x' }],
    [readyRules.logSize, { limit: 0, bytes: () => 1 }],
    [readyRules.logSize, { limit: 5, bytes: () => 1, near: 1 }],
    [readyRules.sessionGrowth, { metric: 'x' }],
    [readyRules.slowRequests, { warning: 'soon' }],
    [readyRules.eventLoopDelay, { critical: 'soon' }],
  ] as const) {
    assert.throws(() => (make as (options: unknown) => unknown)(options), isTelemetryError, JSON.stringify(options));
  }
});

test.run();
