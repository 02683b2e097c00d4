import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createErrors } from '../../lib/entries/errors';
import type { HttpOptions } from '../../lib/http/options';
import { errorIdOf, runWithContext } from '../../lib/index';
import { type Tracked, tracked } from './tracked';

type Fields = Record<string, unknown>;
const errorsIn = (records: readonly Fields[]): Fields[] => records.filter(({ error_id }) => error_id !== undefined);
const withStatus = (status: unknown, more: object = {}): Error => Object.assign(new Error('mine'), { status, ...more });

test('a handler that failed is reported once, with the fields of C4', () => {
  const { request, records } = tracked();
  const error = new TypeError('boom');
  const exchange = request({ method: 'POST', target: '/users/7?x', headers: {} }, { status: 500 }, (current) => {
    current.matched('/users/:id');
    assert.is(current.fail(error), errorIdOf(error));
    assert.is(current.fail(error), errorIdOf(error));
    current.answer(error);
  });
  const [record, ...more] = errorsIn(records());
  assert.is(more.length, 0);
  const { level, logger, message, component, endpoint, method, path, ip, error_type, request_id, error_id } = record!;
  assert.equal([level, logger, message, component], ['ERROR', 'shop.http', 'boom', 'http']);
  assert.equal([endpoint, method, path, ip], ['/users/:id', 'POST', '/users/7', '192.0.2.1']);
  assert.equal([error_type, request_id, error_id], ['TypeError', exchange.id, errorIdOf(error)]);
  assert.ok(record!.exception);
});

test('a failed handler counts once, also where its event is logged', () => {
  const { request, telemetry } = tracked({}, 'trace');
  request({}, { status: 500 }, (exchange) => exchange.fail(new TypeError('boom')));
  const [group, ...more] = telemetry.getErrors();
  assert.is(more.length, 0);
  assert.is(group!.total, 1);
});

test('an error of the client is a warning, and no error of the server', () => {
  const { request, records, tracking } = tracked();
  for (const error of [withStatus(404), Object.assign(new Error('mine'), { statusCode: 422 })])
    request({}, { status: 400 }, (exchange) => exchange.fail(error));
  assert.equal(
    errorsIn(records()).map(({ level }) => level),
    ['WARNING', 'WARNING'],
  );
  assert.is(tracking.endpoints()[0]!.errors, 0);
  for (const status of [500, 503, 200, 399, 600, 404.5, '404', Number.NaN, null])
    request({}, { status: 200 }, (exchange) => exchange.fail(withStatus(status)));
  assert.ok(errorsIn(records()).every(({ level }) => level === 'ERROR'));
  assert.is(tracking.endpoints()[0]!.errors, 9);
});

test('what a handler reports itself makes no exception, and failing with it later reports nothing more', () => {
  const { request, records, heard } = tracked();
  const error = new Error('dealt with');
  request({}, { status: 200 }, (exchange) => assert.is(exchange.report(error), errorIdOf(error)));
  assert.is(heard[1]!.event, 'stop');
  assert.is(errorsIn(records()).length, 1);
  request({}, { status: 500 }, (exchange) => {
    exchange.report(error);
    exchange.fail(error);
  });
  assert.is(heard[3]!.event, 'exception');
  assert.is(errorsIn(records()).length, 1);
});

test('anything can be thrown', () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const things = [undefined, null, 0, 'text', Symbol('s'), 10n, Object.freeze(new Error('frozen')), proxy, () => 1, Object.create(null)];
  for (const thing of things) {
    const { request, heard, records, tracking } = tracked({ answerErrors: true });
    request({}, { status: 500 }, (exchange) => {
      const id = exchange.fail(thing);
      assert.match(id, /^[0-9a-z]{8}$/);
      assert.is(exchange.fail(thing), id);
      assert.is(JSON.parse(exchange.answer(thing)!.body).error_id, id);
    });
    assert.is(errorsIn(records()).length, 1);
    assert.is(heard[1]!.event, 'exception');
    assert.is(tracking.stats().inFlight, 0);
  }
});

test('failures after the end are reported still', () => {
  const { request, records, heard } = tracked();
  const exchange = request();
  exchange.fail(new Error('late'));
  const [record] = errorsIn(records());
  assert.equal([record!.message, record!.request_id, heard.length], ['late', exchange.id, 2]);
});

test('errors that an application logs in a request have its fields, and their own stay', () => {
  const all = tracked();
  const log = all.telemetry.logger('bot');
  all.request({ target: '/a' }, { status: 200 }, (exchange) => {
    exchange.matched('/:a');
    log.error(new Error('one'));
    log.error(new Error('two'), 'with fields', { path: 'mine', x: 1 });
    log.warn(new Error('three'));
    log.critical('without an error', { x: 1 });
    runWithContext({ task: 't1' }, () => log.error(new Error('deeper')));
    log.warn('plain');
    log.info('plain', { x: 1 });
  });
  log.error(new Error('outside'));
  const records = all.records().filter(({ logger }) => logger === 'shop.bot');
  const told = records.map(({ message, endpoint, method, path, ip, x, task }) => ({ message, endpoint, method, path, ip, x, task }));
  const request = { endpoint: '/:a', method: 'GET', path: '/a', ip: '192.0.2.1', x: undefined, task: undefined };
  const nothing = { endpoint: undefined, method: undefined, path: undefined, ip: undefined, x: undefined, task: undefined };
  assert.equal(told, [
    { message: 'one', ...request },
    { message: 'with fields', ...request, path: 'mine', x: 1 },
    { message: 'three', ...request },
    { message: 'without an error', ...request, x: 1 },
    { message: 'deeper', ...request, task: 't1' },
    { message: 'plain', ...nothing },
    { message: 'plain', ...nothing, x: 1 },
    { message: 'outside', ...nothing },
  ]);
});

test('errors that are reported elsewhere in a request have its fields, too', () => {
  const all = tracked();
  const { capture } = createErrors(all.telemetry);
  all.request({ target: '/a' }, { status: 200 }, () =>
    capture({ component: 'cart', rethrow: false }, () => {
      throw new Error('in a wrapper');
    }),
  );
  const [record] = errorsIn(all.records());
  assert.equal([record!.component, record!.endpoint, record!.path], ['cart', '(unmatched)', '/a']);
});

test('fields that refuse to be read leave an error line as it is', () => {
  const all = tracked();
  const raising = (): never => {
    throw new Error('refused');
  };
  all.request({}, { status: 200 }, () => {
    all.telemetry.logger('bot').error(new Error('one'), 'text', new Proxy({}, { ownKeys: raising, get: raising }));
    all.telemetry.logger('bot').error(new Error('two'), 'text', [1] as never);
  });
  assert.is(errorsIn(all.records()).length, 2);
});

const answerOf = (error: unknown, options: HttpOptions = { answerErrors: true }): { all: Tracked; answer: Fields | undefined } => {
  const all = tracked(options);
  let answer: Fields | undefined;
  all.request({}, { status: 500 }, (exchange) => {
    const found = exchange.answer(error);
    answer = found && { ...found, body: JSON.parse(found.body) };
  });
  return { all, answer };
};

test('an answer says what a person may know, with the ids of record and request', () => {
  const { all, answer } = answerOf(new Error('connect 10.0.0.7:5432 as admin'));
  const record = errorsIn(all.records())[0]!;
  assert.equal(answer, {
    status: 500,
    contentType: 'application/problem+json',
    headers: {},
    body: {
      type: 'about:blank',
      title: 'Something went wrong',
      status: 500,
      detail: 'An error occurred that was not expected. Please try again; if it happens again, ask for help.',
      error_id: record.error_id,
      request_id: record.request_id,
    },
  });
});

test('its status is that of the error, and its language that of the options', () => {
  const { answer } = answerOf(withStatus(503), { answerErrors: { locale: 'de' } });
  assert.is(answer!.status, 503);
  assert.is.not((answer!.body as Fields).title, 'Something went wrong');
  assert.is(answerOf(Object.assign(new Error('x'), { statusCode: 418 })).answer!.status, 418);
  assert.is(answerOf(withStatus(302)).answer!.status, 500);
});

test('only an error of the client that is exposed shows its message, bounded and redacted', () => {
  const detailOf = (error: unknown): unknown => (answerOf(error).answer!.body as Fields).detail;
  assert.is(detailOf(withStatus(422, { expose: true })), 'mine');
  assert.not.match(String(detailOf(withStatus(422))), /mine/);
  assert.not.match(String(detailOf(withStatus(422, { expose: 'yes' }))), /mine/);
  assert.not.match(String(detailOf(withStatus(500, { expose: true }))), /mine/);
  assert.is(String(detailOf(withStatus(400, { expose: true, message: 'x y '.repeat(100) }))).length, 200);
  assert.is(detailOf(withStatus(400, { expose: true, message: 'wrong password=hunter2' })), 'wrong password=***');
});

test('what is redacted of an exposed message is redacted before it is cut', () => {
  const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';
  const { answer } = answerOf(withStatus(400, { expose: true, message: `${'a '.repeat(90)}${token} is not valid` }));
  const detail = String((answer!.body as Fields).detail);
  assert.not.match(detail, /eyJ/);
  assert.ok(detail.length <= 200);
});

test('a status that the response has stands in for one that the error has not', () => {
  const cases: readonly (readonly [object, number | undefined, number])[] = [
    [{}, 409, 409],
    [{}, 503, 503],
    [{ status: 404 }, 409, 404],
    [{ status: 302, statusCode: 422 }, 409, 422],
    [{ status: 302 }, 409, 409],
    [{}, 200, 500],
    [{}, 302, 500],
    [{}, 600, 500],
    [{}, Number.NaN, 500],
    [{}, undefined, 500],
  ];
  for (const [own, ofResponse, expected] of cases) {
    const all = tracked({ answerErrors: true });
    all.request({}, { status: expected }, (exchange) => {
      const answer = exchange.answer(Object.assign(new Error('x'), own), ofResponse)!;
      assert.equal([answer.status, JSON.parse(answer.body).status], [expected, expected]);
    });
    assert.is(errorsIn(all.records())[0]!.level, expected < 500 ? 'WARNING' : 'ERROR');
    assert.is(all.heard[1]!.event, expected < 500 ? 'stop' : 'exception');
  }
});

test('a failure with a status of the response that is at the fault of the request is a warning, without answers, too', () => {
  const all = tracked();
  all.request({}, { status: 409 }, (exchange) => void exchange.fail(new Error('taken'), 409));
  assert.is(errorsIn(all.records())[0]!.level, 'WARNING');
  assert.is(all.heard[1]!.event, 'stop');
});

test('an answer has the few headers that an error may say', () => {
  const headersOf = (headers: unknown): unknown => answerOf(withStatus(401, { headers })).answer!.headers;
  const given = { 'WWW-Authenticate': 'Bearer realm="shop"', Allow: 'GET', 'retry-after': 120, 'Content-Range': 'bytes */7' };
  assert.equal(headersOf({ ...given, 'set-cookie': 'a=1', location: '/', 'content-type': 'text/html', 'x-powered-by': 'me' }), {
    'www-authenticate': 'Bearer realm="shop"',
    allow: 'GET',
    'retry-after': '120',
    'content-range': 'bytes */7',
  });
  assert.equal(headersOf({ allow: 'x'.repeat(256) }), { allow: 'x'.repeat(256) });
  const raising = {
    get allow(): string {
      throw new Error('no');
    },
    'retry-after': '3',
  };
  assert.equal(headersOf(raising), { 'retry-after': '3' });
});

test('headers that could not be sent, or that belong to somebody else, are left out', () => {
  const refusing = new Proxy({}, { ownKeys: () => assert.unreachable() as never });
  const values = [
    '',
    'x'.repeat(257),
    'GET\r\nset-cookie: a=1',
    'GET\u0000',
    'h\u00e9',
    '\u20ac',
    Number.NaN,
    ['GET'],
    { a: 1 },
    null,
    undefined,
  ];
  for (const headers of [...values.map((allow) => ({ allow })), undefined, null, 'allow', [], Object.create({ allow: 'GET' }), refusing])
    assert.equal(answerOf(withStatus(405, { headers })).answer!.headers, {});
  // As clients of other services have it: those are the headers of an answer to this program.
  assert.equal(answerOf(withStatus(429, { headers: new Headers({ 'retry-after': '9' }) })).answer!.headers, {});
});

test('without the option there is no answer, and the failure is reported all the same', () => {
  const { all, answer } = answerOf(new Error('x'), {});
  assert.is(answer, undefined);
  assert.is(errorsIn(all.records()).length, 1);
  assert.is(all.heard[1]!.event, 'exception');
});

test.run();
