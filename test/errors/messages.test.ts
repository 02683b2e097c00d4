import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { englishMessages } from '../../lib/errors/messages/english';
import { germanMessages } from '../../lib/errors/messages/german';
import { USER_ERROR_KINDS, type UserErrorKind } from '../../lib/errors/messages/kind-table';
import { createUserMessages, userMessage } from '../../lib/errors/messages/user-messages';
import { errorIdOf, isTelemetryError, TelemetryError, type Warning } from '../../lib/index';

const { kindOf, isExpected } = createUserMessages();
const withCode = (code: string): Error => Object.assign(new Error('failed'), { code });
const named = (name: string): Error => Object.assign(new Error('failed'), { name });
const withStatus = (status: number): Error => Object.assign(new Error('failed'), { status });

const KINDS: readonly (readonly [kind: UserErrorKind, errors: readonly unknown[]])[] = [
  ['timeout', [
    ...['ETIMEDOUT', 'ESOCKETTIMEDOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT', '57014'].map(withCode),
    named('TimeoutError'), new DOMException('late', 'TimeoutError'), ...[408, 504].map(withStatus),
    Object.assign(new Error('The operation was aborted'), { name: 'AbortError', code: 'ABORT_ERR', cause: new DOMException('late', 'TimeoutError') }),
  ]],
  ['upstream_error', [
    ...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'EPIPE', 'EHOSTUNREACH', 'UND_ERR_SOCKET', 'ConnectionRefused'].map(withCode),
    ...[429, 500, 502, 503, 599].map(withStatus), Object.assign(new Error('x'), { statusCode: 500 }), { response: { status: 503 } },
    new TypeError('fetch failed', { cause: withCode('ECONNREFUSED') }),
  ]],
  ['permission_error', [...['EACCES', 'EPERM', 'EROFS', 'ERR_ACCESS_DENIED', '42501'].map(withCode), ...[401, 403].map(withStatus), named('NotAllowedError'),
    Object.assign(withCode('ERR_SQLITE_ERROR'), { errcode: 8 })]],
  ['parse_error', [new SyntaxError('Unexpected token'), new URIError('x'), ...['ZodError', 'ValiError', 'ValidationError'].map(named), { issues: [{ message: 'Required' }] }]],
  ['config_error', [
    ...(['CONFIG_INVALID', 'OPTION_UNKNOWN', 'HANDLER_EXISTS'] as const).map((code) => new TelemetryError(code, 'a', 'b', 'c')),
    withCode('CONFIG_INVALID'), withCode('ERR_MODULE_NOT_FOUND'), named('ConfigError'),
  ]],
  ['session_error', [...['SessionExpiredError', 'InvalidSessionError', 'TokenExpiredError', 'SessionNotFound'].map(named), withCode('SESSION_EXPIRED')]],
  ['lock_error', [
    ...['EBUSY', 'ELOCKED', 'SQLITE_BUSY', 'SQLITE_LOCKED', '55P03', '40P01', '40001'].map(withCode), withStatus(423), named('LockError'),
    ...[5, 6, 261, 517].map((errcode) => Object.assign(withCode('ERR_SQLITE_ERROR'), { errcode })),
  ]],
  ['unknown', [
    new Error('x'), 'ETIMEDOUT', undefined, null, 0, Symbol('s'), 10n, {}, [], () => {}, withCode('ERR_INVALID_ARG_TYPE'), withCode('ERR_SQLITE_ERROR'),
    withCode('HANDLER_EXISTS'), new TelemetryError('SCHEMA_MISMATCH', 'a', 'b', 'c'), ...[200, 404, 409, 600, Number.NaN].map(withStatus), { status: '503' },
    { issues: [] }, { issues: 'many' }, named('Obsession'), named('AbortError'), { code: 'toString' }, { kind: 'unknown' }, { kind: 'quota' },
  ]],
]; // biome-ignore format: a table

for (const [kind, errors] of KINDS) {
  test(`errors that are a ${kind}`, () => {
    const wrong = errors.filter((error) => kindOf(error) !== kind);
    assert.equal(wrong, []);
  });
}

class SessionLostError extends Error {}

test('a class whose name is not set is known by its constructor', () => {
  assert.is(kindOf(new SessionLostError('x')), 'session_error');
});

test('what an error says first decides: its kind, its code, its status, its name, its issues', () => {
  const all = { kind: 'lock_error', code: 'EACCES', status: 504, name: 'SyntaxError', issues: [1] };
  const { kind: _kind, ...noKind } = all;
  const { code: _code, ...noCode } = noKind;
  const { status: _status, ...noStatus } = noCode;
  const issues = { issues: [1], name: 'Odd' };
  assert.equal([all, noKind, noCode, noStatus, issues].map(kindOf), [
    'lock_error',
    'permission_error',
    'timeout',
    'parse_error',
    'parse_error',
  ]);
});

test('a kind called unknown does not end the search', () => {
  assert.is(kindOf({ kind: 'unknown', code: 'EACCES' }), 'permission_error');
});

test('an error that says nothing is looked at through its causes and its errors, the nearest first', () => {
  const deep = new Error('1', { cause: new Error('2', { cause: withCode('EACCES') }) });
  assert.is(kindOf(deep), 'permission_error');
  assert.is(kindOf(new AggregateError([new Error('1'), withCode('ECONNREFUSED')])), 'upstream_error');
  assert.is(kindOf(new AggregateError([deep, withCode('EBUSY')])), 'lock_error');
  assert.is(kindOf(new Error('x', { cause: new AggregateError([withCode('EBUSY')]) })), 'lock_error');
});

test('circles end, and so do long chains and wide lists', () => {
  const circle = new Error('circle');
  circle.cause = new Error('back', { cause: circle });
  assert.is(kindOf(circle), 'unknown');
  const chain = (length: number): Error => {
    let error = withCode('EBUSY');
    for (let index = 1; index < length; index++) error = new Error(String(index), { cause: error });
    return error;
  };
  assert.equal([kindOf(chain(32)), kindOf(chain(33))], ['lock_error', 'unknown']);
  const wide = (before: number): AggregateError =>
    new AggregateError([...Array.from({ length: before }, () => new Error('x')), withCode('EBUSY')]);
  assert.equal([kindOf(wide(9)), kindOf(wide(10))], ['lock_error', 'unknown']);
});

test('errors that refuse to be read are unknown', () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const boom = (): never => {
    throw new Error('trap');
  };
  const traps = new Proxy({}, { get: boom, has: boom, ownKeys: boom, getPrototypeOf: boom, getOwnPropertyDescriptor: boom });
  const getters = Object.defineProperties(
    {},
    Object.fromEntries(['kind', 'code', 'status', 'name', 'issues', 'cause', 'errors'].map((key) => [key, { get: boom }])),
  );
  const lists = { errors: proxy, issues: proxy, cause: traps };
  for (const error of [proxy, traps, getters, lists, Object.create(null), Object.freeze(new Error('x'))]) {
    assert.is(kindOf(error), 'unknown');
    assert.match(userMessage(error), /^Something went wrong\n/);
    assert.is(isExpected(error), false);
  }
  const branded = new Proxy({ code: 'HANDLER_EXISTS' }, { has: boom });
  assert.is(kindOf(branded), 'unknown');
});

test('a message is text, Markdown with a bold title and the id in italics, or an object', () => {
  const error = withCode('EACCES');
  const id = errorIdOf(error);
  const { title, message, action } = englishMessages.permission_error;
  const quote = 'Please quote this ID when you ask for help.';
  assert.is(userMessage(error), `${title}\n${message}\n${action}\n\nError ID: ${id}\n${quote}`);
  assert.is(userMessage(error, { format: 'text' }), userMessage(error));
  assert.is(userMessage(error, { format: 'markdown' }), `**${title}**\n\n${message}\n\n${action}\n\n_Error ID: ${id}_\n\n${quote}`);
  const object = userMessage(error, { format: 'json' });
  assert.equal(object, { kind: 'permission_error', title, message, action, errorId: id, quote });
  assert.ok(Object.isFrozen(object));
});

test('a message is in the language asked for, else in the closest, else in the usual one, else in English', () => {
  const { userMessage } = createUserMessages({
    messages: { de: germanMessages, 'de-AT': { timeout: { title: 'Zu spät', message: 'm', action: 'a' } }, PT_br: { id: 'ID: {id}' } },
    locale: 'de',
  });
  const title = (error: unknown, locale?: string): string =>
    userMessage(error, { format: 'json', ...(locale !== undefined && { locale }) }).title;
  const [late, odd] = [withCode('ETIMEDOUT'), new Error('x')];
  assert.equal(
    [undefined, 'de-AT', 'DE_at', 'de-AT-1996', 'de-CH', 'fr', 'en', 'en-GB', '__proto__', 'x'.repeat(1e6)].map((locale) => [
      title(late, locale),
      title(odd, locale),
    ]),
    [
      ...[undefined].map(() => [germanMessages.timeout.title, germanMessages.unknown.title]),
      ...['de-AT', 'DE_at', 'de-AT-1996'].map(() => ['Zu spät', germanMessages.unknown.title]),
      ...['de-CH', 'fr'].map(() => [germanMessages.timeout.title, germanMessages.unknown.title]),
      ...['en', 'en-GB'].map(() => [englishMessages.timeout.title, englishMessages.unknown.title]),
      ...['__proto__', 'x'].map(() => [germanMessages.timeout.title, germanMessages.unknown.title]),
    ],
  );
  assert.match(userMessage(odd), /\n\nFehlernummer: [0-9a-z]{8}\nBitte geben Sie /);
  assert.match(userMessage(odd, { locale: 'pt-BR' }), /\n\nID: [0-9a-z]{8}\nBitte geben Sie /);
});

test('the German texts are complete, and differ from the English ones', () => {
  for (const kind of USER_ERROR_KINDS) {
    for (const part of ['title', 'message', 'action'] as const) assert.is.not(germanMessages[kind][part], englishMessages[kind][part]);
  }
  assert.equal(Object.keys(germanMessages), Object.keys(englishMessages));
  createUserMessages({ messages: { de: germanMessages, en: englishMessages } });
});

const QUOTA = { title: 'Quota used up', message: 'Nothing is left for today.', action: 'Come back tomorrow.' };

test('kinds of your own come first, wherever in the chain they match, in their order', () => {
  const { kindOf, userMessage } = createUserMessages({
    kinds: {
      quota_exceeded: { ...QUOTA, matches: (error) => error instanceof RangeError },
      other: { ...QUOTA, matches: (error) => error instanceof RangeError || error === 'quota' },
    },
    messages: { de: { quota_exceeded: { ...QUOTA, title: 'Aufgebraucht' } } },
  });
  const error = Object.assign(new Error('x', { cause: new RangeError('y') }), { code: 'EACCES' });
  assert.is(kindOf(error), 'quota_exceeded');
  assert.is(kindOf('quota'), 'other');
  assert.is(kindOf(withCode('EACCES')), 'permission_error');
  assert.match(userMessage(error), /^Quota used up\nNothing/);
  assert.is(userMessage(new Error('z'), { format: 'json', kind: 'quota_exceeded', locale: 'de' }).title, 'Aufgebraucht');
});

test('a kind of your own can say one of the eight in other words', () => {
  const { userMessage } = createUserMessages({ kinds: { timeout: { ...QUOTA, title: 'Late' } }, messages: { de: germanMessages } });
  const late = withCode('ETIMEDOUT');
  const titles = ['fr', 'en', 'de'].map((locale) => userMessage(late, { locale, format: 'json' }).title);
  assert.equal(titles, ['Late', 'Late', germanMessages.timeout.title]);
});

test('a matcher that throws is skipped, and said once; only true is a yes', () => {
  const warnings: Warning[] = [];
  const { kindOf } = createUserMessages(
    {
      kinds: {
        broken: { ...QUOTA, matches: () => { throw new Error('secret'); } },
        async: { ...QUOTA, matches: (async () => true) as never },
        late: { ...QUOTA, matches: () => true },
      },
    },
    (warning) => warnings.push(warning),
  ); // biome-ignore format: a table
  assert.equal([kindOf(new Error('x')), kindOf('y')], ['late', 'late']);
  assert.equal(
    warnings.map(({ code }) => code),
    ['HANDLER_FAILED'],
  );
  assert.not.match(warnings[0]!.message, /secret/);
});

test('texts of your own mean nothing to Markdown', () => {
  const special = '1. *a* _b_ `c` [d](e) <f> & g | h ~i~ \\j # k';
  const { userMessage } = createUserMessages({
    kinds: { odd: { title: special, message: '# no heading', action: '- no list' } },
    messages: { de: { id: '*{id}*', quote: '+ no list' } },
  });
  const error = new Error('x');
  assert.equal(userMessage(error, { kind: 'odd', format: 'markdown', locale: 'de' }).split('\n\n'), [
    '**1\\. \\*a\\* \\_b\\_ \\`c\\` \\[d\\](e) \\<f\\> \\& g \\| h \\~i\\~ \\\\j # k**',
    '\\# no heading',
    '\\- no list',
    `_\\*${errorIdOf(error)}\\*_`,
    '\\+ no list',
  ]);
  assert.ok(userMessage(error, { kind: 'odd' }).startsWith(`${special}\n# no heading\n- no list`));
});

const text = (title: string): object => ({ kinds: { odd: { ...QUOTA, title } } });
const REFUSED: readonly (readonly [options: unknown, code: string, message: RegExp])[] = [
  [{ formt: 'text' }, 'OPTION_UNKNOWN', /"formt".*"format"/],
  [{ format: 'html' }, 'OPTION_INVALID', /format.*"html"/],
  [{ locale: '../de' }, 'OPTION_INVALID', /locale.*"\.\.\/de"/],
  [{ expected: true }, 'OPTION_INVALID', /expected.*true/],
  [{ kinds: [] }, 'OPTION_INVALID', /kinds/],
  [{ kinds: { Quota: QUOTA } }, 'OPTION_INVALID', /"Quota".*lower-case/],
  [{ kinds: { id: QUOTA } }, 'OPTION_INVALID', /"id"/],
  [{ kinds: { quote: QUOTA } }, 'OPTION_INVALID', /"quote"/],
  [{ kinds: Object.fromEntries([['__proto__', QUOTA]]) }, 'OPTION_INVALID', /"__proto__"/],
  [{ kinds: { odd: null } }, 'OPTION_INVALID', /kinds\.odd/],
  [{ kinds: { odd: { title: 'a', message: 'b' } } }, 'OPTION_INVALID', /kinds\.odd: action/],
  [{ kinds: { odd: { ...QUOTA, match: () => true } } }, 'OPTION_UNKNOWN', /"match".*"matches"/],
  [{ kinds: { odd: { ...QUOTA, matches: 'x' } } }, 'OPTION_INVALID', /kinds\.odd: matches/],
  [text(''), 'OPTION_INVALID', /title/],
  [text(' a'), 'OPTION_INVALID', /title/],
  [text('a\n_Error ID: 00000000_'), 'OPTION_INVALID', /title/],
  [text('a\u2028b'), 'OPTION_INVALID', /title/],
  [text('a'.repeat(501)), 'OPTION_INVALID', /title/],
  [{ messages: { 'd e': {} } }, 'OPTION_INVALID', /"d e"/],
  [{ messages: { de: null } }, 'OPTION_INVALID', /messages\.de/],
  [{ messages: { de: { timout: QUOTA } } }, 'OPTION_UNKNOWN', /"timout".*"timeout"/],
  [{ messages: { de: { timeout: { ...QUOTA, action: 5 } } } }, 'OPTION_INVALID', /messages\.de\.timeout: action/],
  [{ messages: { de: { timeout: { title: 'x' } } } }, 'OPTION_INVALID', /messages\.de\.timeout: message/],
  [{ messages: { de: { id: 'Nummer' } } }, 'OPTION_INVALID', /\{id\}/],
  [{ messages: { de: { id: '{id} {id}' } } }, 'OPTION_INVALID', /\{id\}/],
  [{ messages: { de: { quote: '' } } }, 'OPTION_INVALID', /quote/],
]; // biome-ignore format: a table

test('wrong options are refused when messages are put together', () => {
  for (const [options, code, message] of REFUSED) {
    try {
      createUserMessages(options as never);
    } catch (error) {
      assert.ok(isTelemetryError(error));
      assert.is(error.code, code);
      assert.match(error.message, message);
      continue;
    }
    assert.unreachable(`${JSON.stringify(options)} was not refused`);
  }
  createUserMessages(text('a'.repeat(500)) as never);
});

test('wrong options of one message are ignored and said once: the rest of them counts', () => {
  const warnings: Warning[] = [];
  const { userMessage } = createUserMessages({}, (warning) => warnings.push(warning));
  const error = withCode('EACCES');
  const wrong = { kind: 'kwota', format: 'json', locale: 5, errorId: {}, formt: 1 };
  for (let index = 0; index < 3; index++) {
    assert.equal(userMessage(error, wrong as never), {
      ...englishMessages.permission_error,
      kind: 'permission_error',
      errorId: errorIdOf(error),
      quote: englishMessages.quote,
    });
  }
  assert.equal(warnings.map(({ code }) => code).sort(), ['OPTION_INVALID', 'OPTION_INVALID', 'OPTION_INVALID', 'OPTION_UNKNOWN']);
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  for (const hostile of [null, 5, 'text', [], proxy]) assert.is(userMessage(error, hostile as never), userMessage(error));
});

test('at most 100 different things are said of options', () => {
  let said = 0;
  const { userMessage } = createUserMessages({}, () => {
    said++;
    throw new Error('the warning fails');
  });
  for (let index = 0; index < 150; index++) userMessage('x', { kind: `kind ${index}` } as never);
  assert.is(said, 100);
});

test('only what can be an error id is taken for one', () => {
  const error = new Error('x');
  const idOf = (errorId: string): string => userMessage(error, { format: 'json', errorId }).errorId;
  assert.is(idOf('0123abcd'), '0123abcd');
  for (const other of ['', '0123abc', '0123abcde', '0123ABCD', '0123abci', '<script>', '0123abcd\n'])
    assert.is(idOf(other), errorIdOf(error));
});

test('what is changed after messages are put together changes none', () => {
  const odd = { ...QUOTA };
  const { userMessage } = createUserMessages({ kinds: { odd } });
  odd.title = 'changed';
  assert.is(userMessage('x', { kind: 'odd', format: 'json' }).title, QUOTA.title);
});

test('a failed validation is expected, its being the cause of something is not', () => {
  const issues = { issues: [{ message: 'Required' }] };
  assert.equal([issues, named('ZodError'), named('ValiError'), named('ValidationError')].map(isExpected), [true, true, true, true]);
  assert.equal([new Error('x', { cause: issues }), new SyntaxError('x'), withCode('EACCES'), 'x', null].map(isExpected), [
    false,
    false,
    false,
    false,
    false,
  ]);
});

test('an own rule decides what is expected, and may leave it open', () => {
  const { isExpected } = createUserMessages({
    expected(error) {
      if (error === 'throws') throw new Error('x');
      return error === 'yes' ? true : error instanceof SyntaxError || named('ZodError') === error ? false : undefined;
    },
  });
  assert.equal(['yes', 'no', 'throws', new SyntaxError('x'), { issues: [1] }].map(isExpected), [true, false, false, false, true]);
  const never = createUserMessages({ expected: () => false });
  assert.is(never.isExpected({ issues: [1] }), false);
});

test.run();
