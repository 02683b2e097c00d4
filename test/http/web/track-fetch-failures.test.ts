import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { trackFetch } from '../../../lib/http/web/track-fetch';
import { gate } from '../../support/http/recording';
import { request, withTracking } from './tracked-fetch';

test('a client that left before is told as aborted, and its handler runs all the same', () =>
  withTracking({}, async ({ tracking, ends }) => {
    let ran = false;
    const handler = trackFetch(tracking, () => {
      ran = true;
      return new Response(null);
    });
    await handler(request('/', { signal: AbortSignal.abort() }));
    assert.ok(ran);
    assert.equal([ends().length, ends()[0]!.metadata.aborted, ends()[0]!.metadata.status], [1, true, 499]);
  }));

test('a client that leaves while the handler works is told as aborted at once', () =>
  withTracking({}, async ({ tracking, ends, errors }) => {
    const client = new AbortController();
    const work = gate();
    const handler = trackFetch(tracking, async (incoming: Request) => {
      await work.passed;
      incoming.signal.throwIfAborted();
      return new Response(null);
    });
    const answer = handler(request('/', { signal: client.signal })).then(
      () => 'answered',
      (error: Error) => error.name,
    );
    client.abort();
    assert.equal([ends().length, ends()[0]!.metadata.aborted, ends()[0]!.metadata.status], [1, true, 499]);
    work.open();
    assert.is(await answer, 'AbortError');
    assert.equal([ends().length, errors().length], [1, 0], 'giving up is no failure');
  }));

test('a client that leaves within the body is told as aborted, with the status', () =>
  withTracking({}, async ({ tracking, ends }) => {
    const client = new AbortController();
    const handler = trackFetch(tracking, () => new Response(new ReadableStream({ pull: (c) => c.enqueue(new Uint8Array(3)) })));
    const response = await handler(request('/', { signal: client.signal }));
    await response.body!.getReader().read();
    client.abort();
    const { metadata, measurements } = ends()[0]!;
    assert.equal([ends().length, metadata.aborted, metadata.status, measurements.responseBytes], [1, true, 200, 3]);
  }));

test('a signal that fires after the end changes nothing', () =>
  withTracking({}, async ({ tracking, ends }) => {
    const client = new AbortController();
    const response = await trackFetch(tracking, () => new Response('x'))(request('/', { signal: client.signal }));
    await response.text();
    client.abort();
    assert.equal([ends().length, ends()[0]!.metadata.aborted], [1, undefined]);
  }));

for (const kind of ['throws', 'rejects'] as const) {
  test(`a handler that ${kind}: the same error goes on, reported once`, () =>
    withTracking({}, async ({ tracking, ends, errors }) => {
      const broken = new TypeError('no stock');
      const handler = trackFetch(tracking, (): Response | Promise<Response> => {
        if (kind === 'throws') throw broken;
        return Promise.reject(broken);
      });
      let caught: unknown;
      try {
        await handler(request('/a'));
      } catch (error) {
        caught = error;
      }
      assert.is(caught, broken);
      assert.equal([ends().length, ends()[0]!.action, ends()[0]!.metadata.status], [1, 'exception', 500]);
      assert.is(errors().length, 1);
      assert.equal([errors()[0]!.path, errors()[0]!.method], ['/a', 'GET']);
    }));

  test(`a handler that ${kind} is answered safely when the application wants it`, () =>
    withTracking({ answerErrors: true }, async ({ tracking, ends, errors }) => {
      const broken = Object.assign(new Error('secret'), kind === 'throws' ? {} : { status: 503 });
      const handler = trackFetch(tracking, (): Response | Promise<Response> => {
        if (kind === 'throws') throw broken;
        return Promise.reject(broken);
      });
      const response = await handler(request('/'));
      assert.is(response.status, kind === 'throws' ? 500 : 503);
      assert.ok(response.headers.get('x-request-id'));
      const text = await response.text();
      assert.not.match(text, /secret/);
      assert.is((JSON.parse(text) as { error_id: string }).error_id, errors()[0]!.error_id);
      assert.equal([ends().length, ends()[0]!.action], [1, 'exception']);
      assert.is(ends()[0]!.measurements.responseBytes, new TextEncoder().encode(text).length);
    }));
}

test('an error of a client error status is told as a stop', () =>
  withTracking({ answerErrors: true }, async ({ tracking, ends }) => {
    const handler = trackFetch(tracking, () => {
      throw Object.assign(new Error('short and stout'), { status: 418 });
    });
    assert.is((handler(request('/')) as Response).status, 418);
    assert.equal([ends()[0]!.action, ends()[0]!.metadata.status], ['stop', 418]);
  }));

test('a safe answer has the headers that the error says, and keeps its own type', () =>
  withTracking({ answerErrors: true }, async ({ tracking }) => {
    const handler = trackFetch(tracking, (): Response => {
      throw Object.assign(new Error('who'), { status: 401, headers: { 'WWW-Authenticate': 'Bearer', 'Content-Type': 'text/html' } });
    });
    const { status, headers } = handler(request('/'));
    assert.equal([status, headers.get('www-authenticate'), headers.get('content-type')], [401, 'Bearer', 'application/problem+json']);
  }));

test.run();
