import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { trackFetch } from '../../../lib/http/web/track-fetch';
import { pause, request, withTracking } from './tracked-fetch';

test('HEAD ends at once, with no bytes', () =>
  withTracking({}, async ({ tracking, ends }) => {
    const handler = trackFetch(tracking, () => new Response('hello', { headers: { 'content-length': '5' } }));
    const { headers } = await handler(request('/', { method: 'HEAD' }));
    assert.is(headers.get('content-length'), '5');
    assert.is(ends()[0]!.measurements.responseBytes, 0);
    assert.is(ends()[0]!.metadata.method, 'HEAD');
  }));

for (const status of [204, 205, 304]) {
  test(`${status} ends at once, with no bytes`, () =>
    withTracking({}, async ({ tracking, ends }) => {
      const answer = new Response(null, { status });
      assert.is(await trackFetch(tracking, () => answer)(request('/')), answer, 'the same object');
      assert.is(ends()[0]!.metadata.status, status);
      assert.is(ends()[0]!.measurements.responseBytes, 0);
    }));
}

test('headers that can not be changed are copied', () =>
  withTracking({}, async ({ tracking, ends }) => {
    const handler = trackFetch(tracking, () => Response.redirect('http://shop.test/b', 307));
    const response = await handler(request('/'));
    assert.is(response.status, 307);
    assert.is(response.headers.get('location'), 'http://shop.test/b');
    assert.ok(response.headers.get('x-request-id'));
    assert.is(ends()[0]!.metadata.status, 307);
  }));

test('status, status text and cookies survive the copy of an answer', () =>
  withTracking({}, async ({ tracking }) => {
    const handler = trackFetch(tracking, () => {
      const headers = new Headers({ 'x-a': '1' });
      headers.append('set-cookie', 'a=1');
      headers.append('set-cookie', 'b=2');
      return new Response('made', { status: 201, statusText: 'Made', headers });
    });
    const response = await handler(request('/'));
    assert.equal([response.status, response.statusText, response.headers.get('x-a')], [201, 'Made', '1']);
    assert.equal(response.headers.getSetCookie(), ['a=1', 'b=2']);
    assert.is(await response.text(), 'made');
  }));

test('a slow reader is never overtaken by more than a chunk', () =>
  withTracking({}, async ({ tracking, ends }) => {
    let made = 0;
    const handler = trackFetch(tracking, () => {
      const body = new ReadableStream(
        {
          pull(controller) {
            controller.enqueue(new Uint8Array(10));
            if (++made === 20) controller.close();
          },
        },
        { highWaterMark: 0 },
      );
      return new Response(body);
    });
    const reader = (await handler(request('/'))).body!.getReader();
    for (let taken = 1; taken <= 20; taken++) {
      await reader.read();
      await pause(1);
      assert.ok(made <= taken + 1, `${made} made when ${taken} were taken`);
    }
    assert.is((await reader.read()).done, true);
    assert.is(ends()[0]!.measurements.responseBytes, 200);
  }));

test('chunks come out as the very objects that went in', () =>
  withTracking({}, async ({ tracking }) => {
    const chunk = new Uint8Array([1, 2, 3]);
    const handler = trackFetch(tracking, () => {
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(chunk);
          controller.close();
        },
      });
      return new Response(body);
    });
    const reader = (await handler(request('/'))).body!.getReader();
    assert.is((await reader.read()).value, chunk);
  }));

test('a reader that cancels is told to the source, and ends the request as aborted', () =>
  withTracking({}, async ({ tracking, ends }) => {
    let reason: unknown;
    const handler = trackFetch(tracking, () => {
      const body = new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(7)),
        cancel(given) {
          reason = given;
        },
      });
      return new Response(body, { status: 206 });
    });
    const reader = (await handler(request('/'))).body!.getReader();
    await reader.read();
    await reader.cancel('enough');
    assert.is(reason, 'enough');
    const { metadata, measurements } = ends()[0]!;
    assert.equal([metadata.aborted, metadata.status, measurements.responseBytes], [true, 206, 7]);
  }));

test('a reader that cancels while it waits ends the request once', () =>
  withTracking({}, async ({ tracking, ends, errors }) => {
    const handler = trackFetch(tracking, () => new Response(new ReadableStream({ pull: () => new Promise(() => undefined) })));
    const reader = (await handler(request('/'))).body!.getReader();
    const waiting = reader.read();
    await reader.cancel();
    assert.is((await waiting).done, true);
    assert.is(ends().length, 1);
    assert.is(ends()[0]!.metadata.aborted, true);
    assert.is(errors().length, 0);
  }));

test('a source that fails is reported, fails its reader, and ends the request as an exception', () =>
  withTracking({}, async ({ tracking, ends, errors }) => {
    const broken = new Error('disk gone');
    const handler = trackFetch(tracking, () => {
      let count = 0;
      const body = new ReadableStream({
        pull(controller) {
          if (count++ === 0) controller.enqueue(new Uint8Array(4));
          else throw broken;
        },
      });
      return new Response(body);
    });
    const reader = (await handler(request('/'))).body!.getReader();
    await reader.read();
    const failure = await reader.read().then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.is(failure, broken);
    assert.equal([ends().length, ends()[0]!.action, ends()[0]!.metadata.status], [1, 'exception', 200]);
    assert.is(ends()[0]!.measurements.responseBytes, 4);
    assert.is(errors().length, 1);
  }));

test.run();
