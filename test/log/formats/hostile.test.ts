import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createFormat, type FormatOptions } from '../../../lib/log/formats/index';
import { CORE_FIELDS, type LogRecord } from '../../../lib/log/record';
import { createSchema, SCHEMAS } from '../../../lib/log/schemas/create-schema';

const RUNS = 2000;
const utc = { timeZone: 'utc' } as const;

/** Every code unit that must not reach an output as it is. */
const FORBIDDEN = [
  ...range(0x00, 0x1f),
  ...range(0x7f, 0x9f),
  0x061c,
  0x200b,
  0x200e,
  0x200f,
  ...range(0x2028, 0x202e),
  ...range(0x2060, 0x206f),
  0xfeff,
  ...range(0xfff9, 0xfffb),
  0xd800,
  0xdbff,
  0xdc00,
  0xdfff,
];
const HOSTILE = `${FORBIDDEN.map((unit) => `${String.fromCharCode(unit)}x`).join('')}\r\n2026-02-13 00:00:00,000 - root - CRITICAL - forged\n{"level":"ERROR"}\x1b]0;title\x07`;

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

const line: [string, FormatOptions][] = [
  ...SCHEMAS.map((schema): [string, FormatOptions] => ['json', { schema }]),
  ...SCHEMAS.map((schema): [string, FormatOptions] => ['json', { schema, fieldsUnder: 'data' }]),
  ['minimal', {}],
  ['%(asctime)s %(name)s %(message)s %(fields)s %(exception)s', utc],
];
const withError: [string, FormatOptions][] = [
  ['text', utc],
  ['text', { ...utc, instance: true }],
  ['text', { ...utc, fieldsUnder: 'data' }],
  ['pretty', utc],
  ['pretty', { ...utc, width: 60 }],
  ['pretty', { ...utc, colors: true }],
  ['combined', utc],
  ['%(asctime)s %(name)-20.30s %(levelname)08d %(message)s %(fields)s %(created)f', utc],
];

/** Finds what must not be there, after what the format itself is allowed to write. */
function problemOf(text: string, mayHaveLines: boolean, mayHaveColors: boolean): string | undefined {
  let plain = text;
  if (mayHaveColors) for (const code of ['0', '2', '90', '36', '32', '33', '31', '1;97;41']) plain = plain.replaceAll(`\x1b[${code}m`, '');
  const [first, ...rest] = plain.split('\n');
  if (rest.length > 0 && !mayHaveLines) return 'more than one line';
  for (const part of rest) if (!part.startsWith('    ')) return `a line begins at the margin: ${JSON.stringify(part)}`;
  for (const part of [first!, ...rest]) {
    for (let index = 0; index < part.length; index++) {
      const unit = part.charCodeAt(index);
      const isSurrogate = unit >= 0xd800 && unit <= 0xdfff;
      if (!isSurrogate && FORBIDDEN.includes(unit)) return `U+${unit.toString(16)} at ${index}`;
    }
    if (/\p{Cs}/u.test(part)) return 'half a surrogate pair';
  }
  return undefined;
}

function checkAll(record: LogRecord): void {
  const before = JSON.stringify(record);
  for (const [name, options] of [...line, ...withError]) {
    const text = createFormat(name, options)(record);
    const mayHaveLines = withError.some(([other, its]) => other === name && its === options);
    const problem = problemOf(text, mayHaveLines, options.colors === true);
    assert.is(problem, undefined, `${name} ${JSON.stringify(options)}: ${problem}`);
    assert.is(Buffer.from(text).toString('utf8'), text);
  }
  assert.is(JSON.stringify(record), before, 'a format changed the record');
}

const error = (more: object = {}) => ({
  type: HOSTILE,
  message: HOSTILE,
  traceback: [HOSTILE, HOSTILE],
  [HOSTILE]: HOSTILE,
  code: HOSTILE,
  ...more,
});

/** The types say what a record is made of; here every text is the worst one. */
const hostileRecord = (more: object = {}): LogRecord =>
  ({
    ...Object.fromEntries(CORE_FIELDS.map((name) => [name, HOSTILE])),
    exception: error({ cause: error(), errors: [error({ cause: error() }), error()] }),
    [HOSTILE]: HOSTILE,
    [`${HOSTILE}_ms`]: 5,
    data: { [HOSTILE]: HOSTILE, list: [HOSTILE, { [HOSTILE]: HOSTILE }] },
    ...more,
  }) as unknown as LogRecord;

test('a record of hostile text is one record in every format', () => {
  checkAll(hostileRecord());
  checkAll(hostileRecord({ timestamp: '2026-02-13T19:06:35.545Z', level: 'ERROR' }));
  checkAll(
    hostileRecord({ method: HOSTILE, path: HOSTILE, status: 200, ip: HOSTILE, user: HOSTILE, user_agent: HOSTILE, http_version: HOSTILE }),
  );
  checkAll(hostileRecord({ method: HOSTILE, path: HOSTILE, status: 200, http_version: `1${HOSTILE}` }));
  checkAll(hostileRecord({ exception: HOSTILE }));
  for (const unit of FORBIDDEN) checkAll({ timestamp: '', level: 'INFO', logger: '', message: String.fromCharCode(unit) });
});

test('text shows what it escapes, and leaves joiners, emoji and letters alone', () => {
  const text = (message: string) => createFormat('minimal')({ timestamp: '', level: 'INFO', logger: 'l', message });
  assert.is(
    text('a\nb\tc\r\x1b[31m\x7f\x85\u2028\u202e\ufeff\ud800'),
    'INFO l a\\nb\\tc\\r\\u001b[31m\\u007f\\u0085\\u2028\\u202e\\ufeff\\ud800',
  );
  assert.is(text('می\u200cخواهم 👩‍👩‍👧 Zürich 東京 \\n'), 'INFO l می\u200cخواهم 👩‍👩‍👧 Zürich 東京 \\n');
});

test('JSON of every schema parses to what the schema made', () => {
  for (const schema of SCHEMAS) {
    const made = createSchema(schema)(hostileRecord());
    assert.is(JSON.stringify(JSON.parse(createFormat('json', { schema })(hostileRecord()))), JSON.stringify(made));
  }
});

const units = fc
  .array(fc.oneof(fc.constantFrom(...FORBIDDEN), fc.nat(0xffff)), { maxLength: 12 })
  .map((codes) => String.fromCharCode(...codes));
const key = fc.oneof(
  units,
  fc.constantFrom('__proto__', 'constructor', 'toJSON', 'toString', 'level', 'time', 'msg', 'err', 'data', 'labels', 'a.b'),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    units,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 3 }),
  ),
}));
const level = fc.constantFrom('TRACE', 'DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL', 'constructor', '__proto__');
/** Any object that JSON can hold is survived, since files are read that others wrote. */
const anyRecord = fc
  .tuple(
    fc.dictionary(fc.oneof(key, fc.constantFrom(...CORE_FIELDS, 'duration_ms', 'method', 'path', 'status')), value, { maxKeys: 12 }),
    level,
  )
  .map(([fields, name]) => JSON.parse(JSON.stringify({ level: name, ...fields })) as LogRecord);

test('whatever a record holds, no format throws, and each writes one safe record', () => {
  fc.assert(fc.property(anyRecord, checkAll), { numRuns: RUNS });
});

test('whatever a record holds, the JSON of every schema round-trips and loses no own field', () => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      for (const schema of SCHEMAS) {
        const text = createFormat('json', { schema })(record);
        assert.is(JSON.stringify(JSON.parse(text)), JSON.stringify(createSchema(schema)(record)));
      }
      assert.is(JSON.stringify(JSON.parse(createFormat('json')(record))), JSON.stringify(record));
      const own = Object.keys(record).filter((name) => !CORE_FIELDS.includes(name)).length;
      const core = CORE_FIELDS.filter((name) => Object.hasOwn(record, name) && !(name === 'exception' && record[name] === null)).length;
      assert.is(Object.keys(createSchema('pino')(record)).length, own + core);
    }),
    { numRuns: RUNS },
  );
});

test('errors within errors end', () => {
  let exception: object = { type: 'E', message: 'm', traceback: [] };
  for (let depth = 0; depth < 2000; depth++) exception = { type: 'E', message: 'm', traceback: [], cause: exception, errors: [] };
  const record = { timestamp: '', level: 'ERROR', logger: 'l', message: 'm', exception } as unknown as LogRecord;
  assert.is(createFormat('text')(record).split('\n').length, 18);
});

test.run();
