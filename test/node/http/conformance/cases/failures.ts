import * as assert from 'uvu/assert';
import type { FAILURE_CASES } from '../driver';
import { type Cases, type Running, withApp } from './running';

/** One failing request: it is told of once, with the fields of requirements C4. */
async function failsOnce({ url, ended, errors }: Running, path: string): Promise<void> {
  const response = await fetch(`${url}${path}?token=secret`, { headers: { 'x-request-id': 'r-9' } });
  const body = await response.text();
  assert.is(response.status, 500);
  const ends = await ended(1);
  assert.is(ends.length, 1);
  const { action, metadata } = ends[0]!;
  assert.equal([action, metadata.status, metadata.route, metadata.kind], ['exception', 500, path, 'error']);
  assert.match(String((metadata.reason as Error).message), 'no stock');
  assert.is(errors().length, 1);
  const record = errors()[0]!;
  assert.equal(
    [record.level, record.endpoint, record.method, record.path, record.ip, record.request_id, record.error_type],
    ['ERROR', path, 'GET', path, '127.0.0.1', 'r-9', 'Error'],
  );
  assert.match(String((record.exception as { message: unknown }).message), 'no stock');
  assert.match(String(record.error_id), /^[\w-]{8}$/);
  assert.not.match(body, /srv\/secret.*at /s);
}

/** Handlers that fail, with safe answers and without. */
export const failureCases: Cases<(typeof FAILURE_CASES)[number]> = {
  'a thrown error is reported once and is an exception': (driver) => withApp(driver, (running) => failsOnce(running, '/fail')),

  'a rejection is reported once and is an exception': (driver) => withApp(driver, (running) => failsOnce(running, '/fail-async')),

  'an error of status 418 is a warning and a stop': async (driver) => {
    for (const answerErrors of [true, false]) {
      await withApp(
        driver,
        async ({ url, ended, errors }) => {
          const response = await fetch(`${url}/teapot`);
          await response.text();
          const [end] = await ended(1);
          assert.is(end!.action, 'stop');
          assert.equal(
            errors().map((record) => [record.level, record.endpoint]),
            [['WARNING', '/teapot']],
          );
          if (answerErrors) assert.is(response.status, 418);
          if (answerErrors || !driver.ownAnswer.isOutside) assert.is(end!.metadata.status, response.status);
        },
        { options: { answerErrors } },
      );
    }
  },

  'a safe answer has the id of the record': async (driver) => {
    for (const path of ['/fail', '/fail-async']) {
      await withApp(
        driver,
        async ({ url, ended, errors }) => {
          const response = await fetch(`${url}${path}`);
          const text = await response.text();
          assert.is(response.status, 500);
          assert.match(response.headers.get('content-type')!, 'application/problem+json');
          assert.not.match(text, /stock|srv/);
          const answer = JSON.parse(text) as { error_id: string; request_id: string; status: number };
          const ends = await ended(1);
          assert.equal([ends.length, ends[0]!.action, ends[0]!.metadata.status], [1, 'exception', 500]);
          assert.is(ends[0]!.measurements.responseBytes, Buffer.byteLength(text));
          assert.equal([errors().length, answer.error_id, answer.status], [1, errors()[0]!.error_id, 500]);
          assert.equal([response.headers.get('x-request-id'), errors()[0]!.request_id], [answer.request_id, answer.request_id]);
        },
        { options: { answerErrors: true } },
      );
    }
  },

  'without safe answers the framework answers': (driver) =>
    withApp(driver, async ({ url }) => {
      const response = await fetch(`${url}/fail`);
      const { status, body } = driver.ownAnswer;
      assert.is(response.status, status);
      assert.match(await response.text(), body);
      assert.not.match(response.headers.get('content-type') ?? '', /problem/);
    }),
};
