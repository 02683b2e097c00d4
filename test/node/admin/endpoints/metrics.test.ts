import { gunzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Admin, createAdmin } from '../../../../lib/node/admin/admin';
import { acceptsGzip } from '../../../../lib/node/server/accepts-gzip';
import { READ_TOKEN, TOKENS } from '../../../support/admin/tokens';
import { ask, askOnly } from '../../../support/admin/validate';
import { parseOpenMetrics } from '../../../support/prometheus/openmetrics';
import { parseText } from '../../../support/prometheus/text';
import { createLog } from '../../../support/records';

const adminOf = (publicMetrics = false) => {
  const { telemetry } = createLog();
  telemetry.attachMetricsHandler();
  telemetry.execute(['shop', 'cart', 'paid'], { duration: 5 });
  return createAdmin(telemetry, { tokens: TOKENS, publicMetrics });
};

const scrape = (admin: Admin, headers: Record<string, string>, method = 'GET'): Promise<Response> =>
  admin.fetch(new Request('http://localhost/metrics', { method, headers: { authorization: `Bearer ${READ_TOKEN}`, ...headers } }));

test('the metrics of the bus are a page for Prometheus', async () => {
  const { text, headers } = await ask(adminOf(), 'GET', '/metrics', { token: READ_TOKEN });
  assert.is(headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  assert.is(headers.get('cache-control'), 'no-store');
  const paid = parseText(text).find(({ name }) => name === 'shop_cart_paid_total');
  assert.is(paid?.samples[0]?.value, 1);
});

test('metrics of others are written instead, and what has none is refused', async () => {
  const { telemetry } = createLog();
  telemetry.attachMetricsHandler();
  telemetry.execute(['shop', 'worker', 'ran'], {});
  const admin = createAdmin(createLog().telemetry, { tokens: TOKENS, metrics: telemetry });
  const { text } = await ask(admin, 'GET', '/metrics', { token: READ_TOKEN });
  assert.match(text, /^shop_worker_ran_total 1$/m);
  const refuse = (): Admin => createAdmin(telemetry, { tokens: TOKENS, metrics: {} });
  assert.throws(refuse, /createAdmin: metrics is not valid.*collectWorkers.*\[OPTION_INVALID\]/);
});

test('who accepts OpenMetrics gets it', async () => {
  const response = await scrape(adminOf(), { accept: 'application/openmetrics-text; version=1.0.0' });
  assert.match(response.headers.get('content-type')!, /^application\/openmetrics-text/);
  assert.ok(parseOpenMetrics(await response.text()).some(({ name }) => name === 'shop_cart_paid'));
});

test('who accepts gzip gets the same page compressed', async () => {
  const admin = adminOf();
  const response = await scrape(admin, { 'accept-encoding': 'br, gzip' });
  assert.is(response.headers.get('content-encoding'), 'gzip');
  assert.is(response.headers.get('vary'), 'accept, accept-encoding');
  const page = gunzipSync(Buffer.from(await response.arrayBuffer())).toString();
  assert.is(page, await (await scrape(admin, {})).text());
  assert.ok(parseText(page).length > 0);
});

test('a reader who leaves in the middle of a compressed page harms nobody', async () => {
  const admin = adminOf();
  const response = await scrape(admin, { 'accept-encoding': 'gzip' });
  await response.body!.cancel();
  assert.is((await scrape(admin, { 'accept-encoding': 'gzip' })).status, 200);
});

test('HEAD has the head of the page and no body', async () => {
  const response = await scrape(adminOf(), { 'accept-encoding': 'gzip' }, 'HEAD');
  assert.is(response.status, 200);
  assert.match(response.headers.get('content-type')!, /^text\/plain/);
  assert.is(response.headers.get('content-encoding'), 'gzip');
  assert.is(await response.text(), '');
  const plain = await scrape(adminOf(), {}, 'HEAD');
  assert.equal([plain.status, plain.headers.get('content-encoding'), await plain.text()], [200, null, '']);
});

test('metrics need a token, unless they are made public', async () => {
  assert.is((await ask(adminOf(), 'GET', '/metrics', { token: null })).status, 401);
  const { status, text } = await askOnly(adminOf(true), 'GET', '/metrics', { token: null });
  assert.is(status, 200);
  assert.match(text, /shop_cart_paid_total 1/);
  assert.is((await askOnly(adminOf(true), 'GET', '/admin/system', { token: null })).status, 401);
});

test('gzip is what the header says, with its weight', () => {
  for (const header of ['gzip', 'br, GZIP', '*', 'gzip;q=0.1', 'identity;q=0, gzip ; q=1']) assert.is(acceptsGzip(header), true, header);
  for (const header of [null, '', 'br', 'gzip;q=0', 'gzip;q=x', '*;q=0', '*, gzip;q=0']) assert.is(acceptsGzip(header), false, `${header}`);
});

test.run();
