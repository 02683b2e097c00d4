import { once } from 'node:events';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type LogRecord, runWithContext } from '../../lib/index';
import { inFolder, recordsOf, withStart } from '../support/started';

/** What every record of a process begins with. */
const HEAD = ['timestamp', 'level', 'logger', 'message', 'app', 'environment', 'instance', 'port', 'hostname', 'pid', 'thread'];
const own = (record: LogRecord): string[] => Object.keys(record).slice(HEAD.length);

const ACCESS = {
  user_agent: 'curl/8',
  ip: '10.0.0.1',
  content_length: 512,
  duration_ms: 12.5,
  status: 200,
  path: '/translate',
  method: 'POST',
  request_id: 'r-1',
};

test('an access record has the fields of a request in their order, whatever the order they are given in', async () => {
  await withStart({ caller: true }, async ({ app, records }) => {
    app.access(ACCESS);
    app.access({ plan: 'free', method: 'GET' });
    await app.flush();
    const [full, short] = records('access.log');
    assert.equal(own(full!), ['request_id', 'method', 'path', 'status', 'duration_ms', 'content_length', 'ip', 'user_agent']);
    assert.equal([full!.message, full!.level, full!.logger], ['request_complete', 'INFO', 'shop.access']);
    for (const [key, value] of Object.entries(ACCESS)) assert.is(full![key], value);
    assert.equal(own(short!), ['method', 'plan']);
    assert.equal(records('app.log').length, 2);
  });
});

test('a security record has its fields in order, and the level its severity says', async () => {
  await withStart({ caller: true }, async ({ app, records }) => {
    const fields = {
      user_agent: 'curl/8',
      attempted_resource: '/admin',
      blocked: true,
      attempts: 4,
      endpoint: '/login',
      ip: '10.0.0.1',
      severity: 'low',
    } as const;
    app.security('multiple_failed_attempts', fields);
    for (const severity of ['medium', 'high', 'critical', undefined, 'none' as never] as const)
      app.security('unauthorized_access', { severity });
    app.security('rate_limit_exceeded');
    await app.flush();
    const all = records('security.log');
    const names = ['event', 'severity', 'ip', 'endpoint', 'attempts', 'blocked', 'attempted_resource', 'user_agent'];
    assert.equal(own(all[0]!), names);
    assert.equal([all[0]!.message, all[0]!.event], ['Security event: multiple_failed_attempts', 'multiple_failed_attempts']);
    assert.equal(
      all.map(({ level, severity }) => [level, severity]),
      [
        ['INFO', 'low'],
        ['WARNING', 'medium'],
        ['ERROR', 'high'],
        ['CRITICAL', 'critical'],
        ['WARNING', 'medium'],
        ['WARNING', 'medium'],
        ['WARNING', 'medium'],
      ],
    );
    // Errors have an id, which people quote.
    assert.equal(own(all[2]!), ['error_id', 'fingerprint', 'event', 'severity']);
  });
});

test('a performance record has its fields, function and module among the core fields', async () => {
  await withStart({ caller: true }, async ({ app, records }) => {
    app.performance('translate', { request_id: 'r-1', module: 'engine', function: 'run', duration_ms: 2100, words: 12 });
    await app.flush();
    const [record] = records('performance.log');
    assert.equal(own(record!).sort(), ['duration_ms', 'function', 'metric', 'module', 'request_id', 'words']);
    assert.equal(own(record!).slice(-3), ['metric', 'duration_ms', 'words']);
    assert.equal(
      [record!.message, record!.metric, record!.function, record!.module],
      ['Performance metric: translate', 'translate', 'run', 'engine'],
    );
  });
});

test('an error record has exception, type and the fields of its request, from the context or the call', async () => {
  await withStart({}, async ({ app, records }) => {
    const request = { request_id: 'r-1', endpoint: 'translate', method: 'POST', path: '/translate', ip: '10.0.0.1' };
    runWithContext(request, () => app.logger('api').error(new TypeError('no text'), 'Failed'));
    app.logger('api').error(new TypeError('no text'), 'Failed', request);
    app.logger('api').warn('Expected', request);
    await app.flush();
    const all = records('errors.log');
    for (const record of all) {
      const { exception, error_type, request_id, endpoint, method, path, ip } = record;
      assert.equal(
        [error_type, request_id, endpoint, method, path, ip],
        ['TypeError', 'r-1', 'translate', 'POST', '/translate', '10.0.0.1'],
      );
      assert.equal([exception?.type, exception?.message, Array.isArray(exception?.traceback)], ['TypeError', 'no text', true]);
      assert.equal(own(record).filter((key) => key.endsWith('_')), []); // biome-ignore format: short
    }
    assert.is(all.length, 2);
  });
});

test('the request id of a scope is in the records of all streams', async () => {
  await withStart({}, async ({ app, records }) => {
    runWithContext({ request_id: 'r-9' }, () => {
      app.access({ method: 'GET', request_id: 'r-9' });
      app.security('unauthorized_access', { ip: '10.0.0.1' });
      app.performance('translate', { duration_ms: 1, request_id: 'r-9' });
    });
    await app.flush();
    for (const file of ['access.log', 'security.log', 'performance.log']) {
      const [record] = records(file);
      assert.is(record!.request_id, 'r-9');
      assert.equal(own(record!).filter((key) => key.endsWith('_')), []); // biome-ignore format: short
    }
  });
});

test('whatever the fields are, a line is written and nothing thrown', async () => {
  await withStart({}, async ({ app, records }) => {
    const throwing = { get path(): never { throw new Error('no'); } }; // biome-ignore format: short
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    for (const fields of [undefined, null, 5, 'text', throwing, proxy, { __proto__: null }, [1]]) app.access(fields as never);
    for (const name of [undefined, null, Symbol('x'), { toString: 5 }]) {
      app.security(name as never, null as never);
      app.performance(name as never, proxy as never);
    }
    await app.flush();
    assert.equal([records('access.log').length, records('security.log').length, records('performance.log').length], [8, 4, 4]);
  });
});

test('every record says application, environment, host, process and thread, in a worker, too', async () => {
  await inFolder(async (logDir) => {
    const source = `
      import('tsx/esm/api').then(async ({ register }) => {
        register();
        const { startTelemetry } = await import(${JSON.stringify(new URL('../../lib/node/index.ts', import.meta.url).href)});
        const { logDir } = require('node:worker_threads').workerData;
        const app = await startTelemetry({ app: 'shop', environment: 'production', env: {}, console: false, logDir });
        app.logger('worker').info('from a worker');
        await app.stop();
      });
    `;
    const options = { app: 'shop', environment: 'production', logDir } as const;
    await withStart(options, async ({ app }) => {
      app.logger('main').info('from the main thread');
      app.access({ method: 'GET' });
      await app.flush();
      const worker = new Worker(source, { eval: true, workerData: { logDir } });
      const { threadId } = worker;
      await once(worker, 'exit');
      const all = [...recordsOf(join(logDir, 'app.log')), ...recordsOf(join(logDir, 'access.log'))];
      const places = all.map(({ app: name, environment, hostname: host, pid, thread }) => [name, environment, host, pid, thread]);
      const main = ['shop', 'production', hostname(), process.pid, 'main'];
      assert.equal(places, [main, main, [...main.slice(0, 4), `worker-${threadId}`], main]);
    });
  });
});

test.run();
