import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createErrors } from '../../../../lib/entries/errors';
import { trackHttp } from '../../../../lib/entries/http';
import { runWithContext } from '../../../../lib/index';
import { type Admin, createAdmin } from '../../../../lib/node/admin/admin';
import { MAX_RECORDS } from '../../../../lib/node/admin/monitoring/follow-routes';
import { withAdmin } from '../../../support/admin/served';
import { READ_TOKEN, TOKENS } from '../../../support/admin/tokens';
import { ask, askOnly } from '../../../support/admin/validate';
import { type Started, withStart } from '../../../support/started';

const follow = async (admin: Admin, id: string, query = '') =>
  (await ask(admin, 'GET', `/admin/logs/of/${id}${query}`, { token: READ_TOKEN })).json;
const messagesOf = (json: { records: readonly { record: { message: string } }[] }) => json.records.map(({ record }) => record.message);

const withFiles = (body: (started: Started & { readonly admin: Admin }) => unknown, options: Parameters<typeof withStart>[0] = {}) =>
  withStart({ monitor: false, ...options }, async (started) => {
    using admin = createAdmin(started.app, { tokens: TOKENS });
    await body({ ...started, admin });
  });

const lineOf = (message: string, fields: object): string => `${JSON.stringify({ level: 'INFO', message, ...fields })}\n`;

test('a request is followed from memory, with what is known of it', async () => {
  await withAdmin({}, async ({ admin, bus, clock }) => {
    const { tracker } = trackHttp(bus, { accessLog: false });
    for (const number of [1, 2]) {
      const headers = new Headers({ 'x-request-id': `r-${number}` });
      const exchange = tracker.begin({ method: 'GET', target: `/users/${number}`, headers, peer: '127.0.0.1' })!;
      exchange.run(() => {
        bus.logger('users').info(`began ${number}`);
        clock.advance(20);
        bus.logger('users').warn(`ended ${number}`);
      });
      exchange.end({ status: 200 });
    }
    const json = await follow(admin, 'r-1');
    assert.equal([json.id, messagesOf(json)], ['r-1', ['began 1', 'ended 1']]);
    assert.ok(json.records.every(({ found_in, file }: { found_in: string; file?: string }) => found_in === 'memory' && file === undefined));
    assert.equal([json.request.path, json.request.duration_ms, json.searched], ['/users/1', 20, { files: 0, is_complete: true }]);
    const byTrace = await follow(admin, json.request.ids.trace_id);
    assert.equal([messagesOf(byTrace), byTrace.request.path], [['began 1', 'ended 1'], '/users/1']);
  });
});

test('an error is followed by its id, and a session over its requests', async () => {
  await withAdmin({}, async ({ admin, bus }) => {
    const id = createErrors(bus).report(new RangeError('no user 7'));
    assert.equal((await follow(admin, id)).records.length, 1);
    for (const request_id of ['r-1', 'r-2']) runWithContext({ request_id, session_id: 's-1' }, () => bus.logger('bot').info(request_id));
    const json = await follow(admin, 's-1');
    assert.equal([messagesOf(json), json.request], [['r-1', 'r-2'], null]);
  });
});

test('at most 500 records are told, the newest, and that there are more', async () => {
  await withAdmin({}, async ({ admin, bus }) => {
    const log = bus.logger('bot', {});
    for (let number = 1; number <= 600; number++) log.info(`${number}`, { session_id: 's-1' });
    const json = await follow(admin, 's-1');
    assert.equal([json.records.length, messagesOf(json)[0], messagesOf(json).at(-1)], [MAX_RECORDS, '101', '600']);
    assert.is(json.searched.is_complete, false);
  });
});

test('what can be no id is refused, and what is nowhere has no records', async () => {
  await withAdmin({}, async ({ admin }) => {
    for (const id of ['%22', 'a%20b', '%3Cscript%3E', 'x'.repeat(129)])
      assert.is((await ask(admin, 'GET', `/admin/logs/of/${id}`)).status, 400, id);
    assert.equal(await follow(admin, 'zzzz9999'), {
      id: 'zzzz9999',
      records: [],
      request: null,
      searched: { files: 0, is_complete: true },
    });
    // That it was asked for is in the log by now.
    assert.equal((await follow(admin, 'zzzz9999')).records, []);
    assert.is((await askOnly(admin, 'GET', '/admin/logs/of/zzzz9999', { token: null })).status, 401);
  });
});

test('what memory has no more is found in the files, the oldest first', async () => {
  await withFiles(async ({ admin, app, dir }) => {
    await app.flush();
    writeFileSync(join(dir, 'app.log.2.gz'), gzipSync(lineOf('first', { request_id: 'r-77' }) + lineOf('other', { request_id: 'r-770' })));
    writeFileSync(join(dir, 'app.log.1'), lineOf('second', { fields: { session_id: 'r-77' } }) + lineOf('third', { trace_id: 'r-77' }));
    appendFileSync(join(dir, 'app.log'), lineOf('fourth r-77', { note: 'r-77' }) + lineOf('fifth', { 'trace.id': 'r-77' }));
    const json = await follow(admin, 'r-77');
    assert.equal(messagesOf(json), ['first', 'second', 'third', 'fifth']);
    assert.equal(json.records.map(({ found_in, file }: { found_in: string; file: string }) => [found_in, file]), [['file', 'app.log.2.gz'], ['file', 'app.log.1'], ['file', 'app.log.1'], ['file', 'app.log']]); // biome-ignore format: short
    assert.equal([json.searched.is_complete, json.searched.files >= 3], [true, true]);
  });
});

test('that somebody asked is nothing that happened to an id, in text files neither', async () => {
  await withFiles(
    async ({ admin, app, text }) => {
      for (let round = 0; round < 3; round++) {
        app.security('sensitive_read', { attempted_resource: '/admin/logs/of/zzzz9999' });
        await app.flush();
        assert.equal((await follow(admin, 'zzzz9999')).records, []);
      }
      assert.match(text('app.log'), /zzzz9999/);
    },
    { streams: { app: { format: 'text' } } },
  );
});

test('files are searched when they are asked for, whatever memory has', async () => {
  await withFiles(async ({ admin, app, bus, dir }) => {
    writeFileSync(join(dir, 'app.log.1'), lineOf('before', { session_id: 's-1' }));
    bus.logger('bot').info('now', { session_id: 's-1' });
    await app.flush();
    assert.equal(messagesOf(await follow(admin, 's-1')), ['now']);
    assert.equal(messagesOf(await follow(admin, 's-1', '?files=true')), ['before', 'now']);
  });
});

test('a third search at a time is refused, and the places are given back', async () => {
  await withFiles(async ({ admin, app, dir }) => {
    await app.flush();
    writeFileSync(join(dir, 'app.log.1'), 'filler\n'.repeat(300_000));
    const asked = await Promise.all([1, 2, 3].map(() => ask(admin, 'GET', '/admin/logs/of/zzzz9999?files=true')));
    assert.equal(asked.map(({ status }) => status).sort(), [200, 200, 503]); // biome-ignore format: short
    assert.is((await ask(admin, 'GET', '/admin/logs/of/zzzz9999?files=true')).status, 200);
  });
});

test.run();
