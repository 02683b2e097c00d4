import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runWithContext } from '../../lib/core/context';
import { createErrorFunctions } from '../../lib/errors/errors';
import type { MessageFormat } from '../../lib/errors/messages/format';
import { germanMessages } from '../../lib/errors/messages/german';
import { USER_ERROR_KINDS } from '../../lib/errors/messages/kind-table';
import { recordingHost } from './recording-host';

const OWN = { title: 'Own *kind*', message: 'A message of its own.', action: 'Do as you like.' };
const host = recordingHost();
const errors = createErrorFunctions(host, {
  kinds: { own: { ...OWN, matches: (error) => (error as { own?: unknown } | undefined)?.own === true } },
  messages: { de: germanMessages },
});
const ID = /[0-9a-hjkmnp-tv-z]{8}/;

/** What makes an error one of each kind. */
const LOOKS: readonly object[] = [
  { code: 'ETIMEDOUT' },
  { status: 503 },
  { issues: [{}] },
  { code: 'CONFIG_INVALID' },
  { code: 'EACCES' },
  { name: 'SessionError' },
  { code: 'EBUSY' },
  {},
  { own: true },
];
const KINDS = [
  'timeout',
  'upstream_error',
  'parse_error',
  'config_error',
  'permission_error',
  'session_error',
  'lock_error',
  'unknown',
  'own',
];
const FORMATS: readonly MessageFormat[] = ['text', 'markdown', 'json'];
const LOCALES: readonly (string | undefined)[] = [undefined, 'de', 'de-AT', 'en', 'fr'];

const canary = fc.string({
  unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'),
  minLength: 16,
  maxLength: 16,
});

/** An error with canaries in every place that an error has, which looks like one of the kinds. */
function errorWith(looks: object, [a, b, c, d, e, f, g, h]: readonly string[], shape: number): unknown {
  const cause = Object.assign(new Error(a, { cause: b }), {
    path: `/home/${c}`,
    sql: `SELECT ${d}`,
    stack: `Error\n    at ${e} (/${f}.ts:1:1)`,
  });
  const error = shape % 2 === 0 ? new Error(`${g} failed`, { cause }) : new AggregateError([cause, h], `${g} failed`);
  Object.assign(error, {
    path: `/srv/${h}`,
    session_id: a,
    detail: b,
    table: c,
    hostname: d,
    errno: e,
    kind: f,
    [g!]: h,
    toString: () => a,
    toJSON: () => b,
  });
  error.stack = `${e}: ${f}\n    at ${g} (/${h}.ts:1:1)`;
  Object.assign(error, looks);
  if ('issues' in looks) Object.assign(error, { issues: [{ message: a, path: [b] }] });
  if ('name' in looks) Object.assign(error, { name: `SessionOf${c}Error` });
  return shape >= 2 && !('own' in looks) ? { wrapped: g, message: h, cause: error } : error;
}

test('nothing of an error is in its message, whatever its kind, the format and the language', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(
      fc.array(canary, { minLength: 8, maxLength: 8 }),
      fc.nat(LOOKS.length - 1),
      fc.nat(3),
      fc.constantFrom(...FORMATS),
      fc.constantFrom(...LOCALES),
      fc.boolean(),
      (canaries, look, shape, format, locale, isLogged) => {
        const error = errorWith(LOOKS[look]!, canaries, shape);
        seen.add(`${KINDS[look]} ${format} ${locale}`);
        assert.is(errors.kindOf(error), KINDS[look]);
        const options = { format, ...(locale !== undefined && { locale }) };
        const message = runWithContext({ session_id: canaries[0], request_id: canaries[1] }, () =>
          isLogged
            ? errors.logAndFormat(error, { ...options, message: canaries[2]!, component: canaries[3]!, fields: { secret: canaries[4] } })
            : errors.userMessage(error, options),
        );
        const text = typeof message === 'string' ? message : JSON.stringify(message);
        assert.match(text, ID);
        const leaked = canaries.filter((each) => text.toLowerCase().includes(each.toLowerCase()));
        assert.equal(leaked, []);
      },
    ),
    { numRuns: 3000 },
  );
  assert.is(seen.size, KINDS.length * FORMATS.length * LOCALES.length);
});

test('nothing of what is passed as kind, language or id is in a message either', () => {
  fc.assert(
    fc.property(canary, fc.constantFrom(...FORMATS), (secret, format) => {
      const message = errors.userMessage(new Error(secret), { format, kind: secret, locale: secret, errorId: secret } as never);
      assert.not.ok(JSON.stringify(message).includes(secret));
    }),
  );
});

test('two errors of one kind give the same bytes but for the id', () => {
  const canaries = fc.array(canary, { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(
      canaries,
      canaries,
      fc.nat(LOOKS.length - 1),
      fc.constantFrom(...FORMATS),
      fc.constantFrom(...LOCALES),
      (one, other, look, format, locale) => {
        const options = { format, ...(locale !== undefined && { locale }) };
        const [first, second] = [one, other].map((each, index) => {
          const error = errorWith(LOOKS[look]!, each, index * 2);
          const message = errors.userMessage(error, options);
          const { errorId } = errors.userMessage(error, { ...options, format: 'json' });
          const text = JSON.stringify(message);
          assert.is(text.split(errorId).length, 2);
          return { errorId, text: text.replace(errorId, '') };
        });
        assert.is.not(first!.errorId, second!.errorId);
        assert.is(first!.text, second!.text);
      },
    ),
  );
});

test('every kind has a message in every format and language, made of a title, a sentence, an action, an id and a request', () => {
  for (const kind of [...USER_ERROR_KINDS, 'own'] as const) {
    for (const locale of ['en', 'de']) {
      const { title, message, action, errorId, quote } = errors.userMessage('x', { kind, locale, format: 'json' });
      assert.match(errorId, ID);
      const text = errors.userMessage('x', { kind, locale, errorId });
      assert.ok(text.startsWith(`${title}\n${message}\n${action}\n\n`) && text.includes(errorId) && text.endsWith(`\n${quote}`));
    }
  }
});

test.run();
