import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry, isTelemetryError, memorySink, type RedactionOptions, type SinkOptions } from '../../../lib/index';
import { captureRecords } from '../../../lib/testing/index';
import { createLog, parseLine } from '../../support/records';
import { benignRecord, mulberry32, secretRecord } from '../../support/secrets';

const COUNT = Number(process.env.RECORDS ?? 10_000);
const SEED = Number(process.env.SEED ?? 20_260_118);
const DONE = ['app', 'part', 'done'] as const;

const OUTPUTS: readonly Omit<SinkOptions, 'sink'>[] = [
  { format: 'json' },
  { format: 'json', schema: 'pino' },
  { format: 'json', schema: 'ecs' },
  { format: 'json', schema: 'otel' },
  { format: 'text' },
  { format: 'pretty', colors: true },
  { format: 'minimal' },
  { format: '%(asctime)s %(name)s %(message)s %(fields)s %(exception)s' },
  { format: (record) => JSON.stringify(record) },
];

test(`no secret of ${COUNT} records reaches any output (seed ${SEED})`, () => {
  const random = mulberry32(SEED);
  const sinks = OUTPUTS.map((output) => ({ sink: memorySink({ maxLines: 10 }), ...output }));
  const { telemetry } = createLog({ sinks });
  using captured = captureRecords(telemetry, { passThrough: true });
  const logger = telemetry.logger('bot');
  for (let index = 0; index < COUNT; index++) {
    const { record, secrets } = secretRecord(random);
    const fields = record as Record<string, unknown>;
    // All the ways into a record, in turn.
    if (index % 5 === 0) logger.info('line', fields);
    else if (index % 5 === 1) logger.error(Object.assign(new Error('failed'), fields), 'line');
    else if (index % 5 === 2) logger.child(fields).info('line');
    else if (index % 5 === 3) telemetry.execute(DONE, {}, { request: fields });
    else telemetry.execute(DONE, fields, [fields]);
    // What is written with JSON's escapes is searched for as it was, too.
    const written = sinks.map(({ sink }) => sink.lines.join('')).concat(captured.lines.at(-1)!);
    for (const [output, text] of written.entries()) {
      for (const secret of secrets) {
        const inJson = JSON.stringify(secret).slice(1, -1);
        if (!text.includes(secret) && !text.includes(inJson)) continue;
        assert.unreachable(`record ${index} of seed ${SEED} leaks ${inJson} to output ${output}: ${text.slice(0, 1500)}`);
      }
    }
    for (const { sink } of sinks) sink.clear();
    (captured.lines as string[]).length = 0;
    (captured.records as unknown[]).length = 0;
  }
});

test('records without secrets are written as they are', () => {
  const random = mulberry32(SEED + 1);
  const { telemetry, record } = createLog();
  let altered = 0;
  for (let index = 0; index < COUNT; index++) {
    const data = benignRecord(random);
    telemetry.execute(DONE, {}, { data });
    if (JSON.stringify(record().data) !== JSON.stringify(data)) altered++;
  }
  assert.ok(altered <= COUNT / 1000, `${altered} of ${COUNT} were altered (seed ${SEED + 1})`);
});

function redacted(redact: RedactionOptions, fields: object, message = 'line'): Record<string, unknown> {
  const { telemetry, record } = createLog({ redact });
  telemetry.logger('bot').info(message, fields);
  return record() as Record<string, unknown>;
}

test('rules of the application: texts, patterns and functions, in messages, fields, keys and errors', () => {
  const rules: RedactionOptions['rules'] = ['Project X', /badge-\d{4}/, { name: 'upper', rule: (text) => text.replaceAll('SHOUT', 'shh') }];
  const { message, a, b, c } = redacted({ rules }, { a: 'badge-1234', b: ['SHOUT', { 'Project X': 1 }], c: new Error('for Project X') }, 'Project X begins') as { message: string; a: string; b: unknown; c: undefined };
  assert.equal([message, a, b, c], ['*** begins', '***', ['shh', { '***': 1 }], undefined]);
  const { telemetry, record } = createLog({ redact: { rules } });
  telemetry.logger('bot').error(new Error('for Project X'));
  const { exception, message: text } = record();
  assert.equal([exception!.message, text], ['for ***', 'for ***']);
}); // biome-ignore format: long lines

test('a rule that throws, or returns no text, masks the text as a whole and is named', () => {
  for (const rule of [
    () => {
      throw new Error('no');
    },
    () => 5 as never,
  ]) {
    // biome-ignore format: short
    const { telemetry, lines } = createLog({ redact: { rules: [{ name: 'mine', rule }] } });
    telemetry.logger('bot').info('line', { a: 'text', n: 5 });
    const [line] = lines();
    const { message, '***': a, '***_': n } = parseLine(line!);
    // Keys are texts, too.
    assert.equal([message, a, n], ['***', '***', 5]);
    assert.not.match(line!, '"text"');
    assert.equal(telemetry.logStats().redaction.failedRules, ['mine']);
  }
});

test('a rule that logs does not harm the record it is asked about', () => {
  const memory = memorySink();
  const telemetry = createTelemetry({
    environment: 'test',
    log: { level: 'info', format: 'json', sinks: [memory], redact: { rules: [(text) => { if (text === 'outer') telemetry.logger('bot').info('inner', { b: [1] }); return text; }] } },
  }); // biome-ignore format: long lines
  telemetry.logger('bot').info('outer', { a: { c: 1 } });
  assert.equal(memory.lines.map((line) => JSON.parse(line)).map(({ message, a, b }) => [message, a, b]), [['inner', undefined, [1]], ['outer', { c: 1 }, undefined]]); // biome-ignore format: short
});

test('own keys, keys that are allowed, exact paths and paths with *', () => {
  const fields = {
    badgeNumber: 'x1',
    authToken: 'x2',
    user: { street: 'x3', city: 'x4' },
    items: [{ pin: 'x5', id: 1 }, { pin: 'x6' }],
    street: 'x7',
  };
  const found = redacted({ keys: ['badge_number', /^ci/], allowKeys: ['auth_token'], paths: ['user.street', 'items[*].pin'] }, fields);
  const { badgeNumber, authToken, user, items, street } = found;
  assert.equal(
    [badgeNumber, authToken, user, items, street],
    ['***', 'x2', { street: '***', city: '***' }, [{ pin: '***', id: 1 }, { pin: '***' }], 'x7'],
  );
});

test('paths hold for child fields, context and measurements, too', () => {
  const { telemetry, records } = createLog({ redact: { paths: ['user.street', 'plain'] } });
  telemetry
    .logger('bot')
    .child({ user: { street: 'x' }, plain: 'x' })
    .info('line');
  telemetry.execute(DONE, { plain: 'x', user: { street: 'x' } } as never);
  for (const { user, plain } of records()) assert.equal([user, plain], [{ street: '***' }, '***']);
});

test('the replacement can be another, and what was masked is counted', () => {
  const { telemetry, record } = createLog({ redact: { replacement: '[gone]' } });
  telemetry.logger('bot').info('with Bearer abcdefghijklmnop1234', { password: 'pw', token: null, secret: true });
  const { message, password, token, secret } = record();
  assert.equal([message, password, token, secret], ['with Bearer [gone]', '[gone]', null, true]);
  assert.ok(telemetry.logStats().redaction.masked >= 1);
});

test('scanning of texts can be left out, keys are masked all the same', () => {
  const { message, password } = redacted({ values: false }, { password: 'pw' }, 'Bearer abcdefghijklmnop1234');
  assert.equal([message, password], ['Bearer abcdefghijklmnop1234', '***']);
});

test('a secret that lies across the cut of a long text is masked, though its beginning alone would be nobody', () => {
  const secret = 'ghp_abcdefghijklmnop1234567890ABCDEFGHIJ';
  for (let at = 16_384 - 50; at < 16_384 + 10; at += 2) {
    const { text } = redacted({}, { text: `${'x '.repeat(at / 2)}${secret}${' x'.repeat(5000)}` }) as { text: string };
    assert.not.match(text, 'ghp_a', `at ${at}`);
  }
});

test('FILTER_SENSITIVE_DATA=false is heard outside production only, with a warning', () => {
  for (const environment of ['test', 'production'] as const) {
    process.env.FILTER_SENSITIVE_DATA = 'false';
    const warnings: string[] = [];
    const memory = memorySink();
    try {
      const telemetry = createTelemetry({ environment, onWarning: ({ message }) => warnings.push(message), log: { level: 'info', format: 'json', sinks: [memory] } });
      telemetry.logger('bot').info('line', { password: 'pw' });
    } finally {
      delete process.env.FILTER_SENSITIVE_DATA;
    }
    assert.is(JSON.parse(memory.lines[0]!).password, environment === 'production' ? '***' : 'pw');
    // Said once in a process; another test may have heard it.
    assert.ok(warnings.every((message) => /filterSensitiveData is false/.test(message)));
  }
}); // biome-ignore format: long lines

test('wrong redaction options are refused', () => {
  for (const redact of [true, 5, { key: ['a'] }, { paths: ['a..b'] }, { rules: [/(a+)+/] }]) {
    assert.throws(() => createLog({ redact: redact as never }), (error: unknown) => isTelemetryError(error) && /OPTION/.test(error.code)); // biome-ignore format: short
  }
});

test.run();
