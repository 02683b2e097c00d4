import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { healthOf } from '../../../../lib/entries/health';
import { httpTrackingOf } from '../../../../lib/entries/http';
import type { LogRecord } from '../../../../lib/index';
import { captureEvents } from '../../../../lib/testing';
import { until } from '../../../support/alerts/until';
import { asHost, DRIVERS, integrated, TOKEN } from './world';

for (const driver of DRIVERS) {
  for (const order of driver.orders) {
    test(`${driver.name}, integrated ${order} its routes: requests are tracked`, () =>
      integrated(driver, order, {}, async ({ get, records, telemetry }) => {
        using captured = captureEvents(telemetry, undefined, { scoped: false });
        const answer = await get('/users/7?secret=1');
        assert.is(answer.text, 'app');
        const access = (): LogRecord[] => records().filter(({ message }) => message === 'request_complete');
        await until('the record', () => access().length === 1);
        const [record] = access();
        assert.is(record!.request_id, answer.headers.get('x-request-id'));
        assert.equal([record!.path, record!.route, record!.status], ['/users/7', driver.route, 200]);
        assert.is(captured.events.filter(({ key }) => key === 'http.request.stop').length, 1);
      }));

    test(`${driver.name}, integrated ${order} its routes: health answers anybody with one word`, () =>
      integrated(driver, order, {}, async ({ get, telemetry, records }) => {
        healthOf(telemetry).addCheck('database', () => Promise.reject(new Error('connection refused')), { unhealthyAfter: 1 });
        for (const path of ['/health', '/health/live', '/health/startup', '/health/ready?x=1']) {
          const { status, text, headers } = await get(path);
          assert.match(text, /^\{"status":"(pass|warn|fail)"\}$/);
          assert.is(status, text.includes('fail') ? 503 : 200);
          assert.is(headers.get('cache-control'), 'no-store');
        }
        healthOf(telemetry).shutDown();
        assert.equal(await get('/health/ready').then(({ status, text }) => [status, text]), [503, '{"status":"fail"}']);
        assert.equal(await get('/health/live', {}, 'HEAD').then(({ status, text }) => [status, text]), [200, '']);
        assert.is((await get('/health', {}, 'POST')).status, 405);
        await until('the records', () => records().filter(({ route }) => route === '/health/live').length === 2);
      }));

    test(`${driver.name}, integrated ${order} its routes: without options nothing of the admin API can be reached, even with a token`, () =>
      integrated(driver, order, {}, async ({ get, integration }) => {
        assert.is(integration.admin, undefined);
        for (const path of ['/admin/openapi.json', '/admin/config', '/admin/levels', '/metrics', '/v1/metrics']) {
          const { status, text } = await get(path, { 'x-admin-token': TOKEN });
          if (driver.name === 'http') assert.is(text, 'app');
          else assert.is(status, 404);
        }
      }));

    test(`${driver.name}, integrated ${order} its routes: the admin API answers who has its token, and the application all else`, () =>
      integrated(driver, order, { admin: { token: TOKEN } }, async ({ get, records, url }) => {
        const described = await get('/admin/openapi.json', { 'x-admin-token': TOKEN });
        assert.is(described.status, 200);
        assert.is(JSON.parse(described.text).openapi.slice(0, 3), '3.1');
        assert.is((await get('/admin/openapi.json')).status, 401);
        assert.is((await get('/admin/openapi.json', { authorization: `Bearer ${TOKEN}x` })).status, 401);
        assert.is((await get('/users/1', { 'x-admin-token': TOKEN })).text, 'app');
        const known = JSON.parse((await get('/health', { 'x-admin-token': TOKEN })).text);
        assert.ok('checks' in known);
        assert.match((await get('/health')).text, /^\{"status":"\w+"\}$/);
        // Probes call by the address of the machine, which the admin API answers to nobody.
        const probe = await asHost(url, '/health/live', 'pod-7.example');
        assert.equal(probe, [200, '{"status":"pass"}']);
        assert.is((await asHost(url, '/admin/openapi.json', 'pod-7.example'))[0], 403);
        await until('the records', () => records().filter(({ route }) => route === '/admin/*').length === 4);
        assert.not.match(JSON.stringify(records()), TOKEN);
      }));

    if (driver.name !== 'http') {
      test(`${driver.name}, integrated ${order} its routes: errors are reported once, and the application's own handlers answer`, () =>
        integrated(driver, order, {}, async ({ get, records }) => {
          assert.is((await get('/fail')).status, 500);
          const mine = await get('/own');
          assert.equal([mine.status, mine.text], [driver.ownStatus, 'mine']);
          const access = (): LogRecord[] => records().filter(({ message }) => message === 'request_complete');
          await until('the records', () => access().length === 2);
          const errors = records().filter(({ exception }) => exception !== undefined);
          assert.equal(errors.map(({ path }) => path).sort(), ['/fail', '/own']);
          for (const { method, endpoint, ip, request_id, error_id } of errors) {
            assert.is(method, 'GET');
            assert.ok(endpoint !== undefined && ip !== undefined && error_id !== undefined);
            assert.ok(access().some((record) => record.request_id === request_id));
          }
        }));

      // That of Hono has an onError for all errors.
      if (driver.name === 'hono') continue;
      test(`${driver.name}, integrated ${order} its routes: with answerErrors, errors that nobody else answers have the safe message`, () =>
        integrated(driver, order, { tracking: { answerErrors: true } }, async ({ get, records }) => {
          const failed = await get('/fail');
          assert.is(failed.status, 500);
          assert.not.match(failed.text, 'broken');
          const { error_id } = JSON.parse(failed.text) as { error_id: string };
          await until('the error', () => records().some((record) => record.error_id === error_id));
          assert.is((await get('/own')).text, 'mine');
        }));
    }
  }

  test(`${driver.name}: after the end, nothing of it is left in the way`, () =>
    integrated(driver, 'before', { admin: { token: TOKEN } }, async ({ get, integration, telemetry, records }) => {
      await get('/users/1');
      await until('the record', () => records().some(({ message }) => message === 'request_complete'));
      integration.close();
      integration.close();
      assert.is(httpTrackingOf(telemetry), undefined);
      const answer = await get('/users/1');
      assert.equal([answer.text, answer.headers.get('x-request-id')], ['app', null]);
      assert.is((await get('/health')).status, driver.name === 'http' ? 200 : 404);
      assert.is.not((await get('/admin/openapi.json', { 'x-admin-token': TOKEN })).text.slice(0, 10), '{"openapi"');
      assert.equal([(await get('/own')).status, (await get('/fail')).status], [driver.ownStatus, 500]);
      assert.is(records().filter(({ message }) => message === 'request_complete').length, 1);
    }));
}

test.run();
