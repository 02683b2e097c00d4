/** Real programs ask the server of the admin API. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type AdminServer, serveAdmin } from '../../../../lib/node/admin/serve';
import { READ_TOKEN, TOKENS } from '../../../support/admin/tokens';
import { parseText } from '../../../support/prometheus/text';
import { createLog } from '../../../support/records';
import { testWith } from '../../../support/test-with';
import { startScraper } from './metrics-prometheus';

/** Serves a bus on which something was counted, calls back, and closes. */
async function served(body: (server: AdminServer) => Promise<void>, options: object = {}): Promise<void> {
  const { telemetry } = createLog();
  telemetry.attachMetricsHandler();
  for (let i = 0; i < 7; i++) telemetry.execute(['shop', 'cart', 'paid'], { duration: 5 });
  const server = await serveAdmin(telemetry, { tokens: TOKENS, port: 0, ...options });
  try {
    await body(server);
  } finally {
    await server.close();
  }
}

const run = promisify(execFile);
const curl = async (...args: string[]): Promise<string> =>
  (await run('curl', ['--silent', '--show-error', '--max-time', '20', ...args])).stdout;

testWith(['prometheus'], 'Prometheus scrapes with a bearer token', () =>
  served(async ({ port }) => {
    const scraper = await startScraper(`127.0.0.1:${port}`, READ_TOKEN);
    try {
      assert.equal((await scraper.target()).health, 'up');
      assert.is(await scraper.value('shop_cart_paid_total'), 7);
    } finally {
      await scraper.stop();
    }
  }),
);

testWith(['prometheus'], 'a Prometheus with another token is told that it may not', () =>
  served(async ({ port }) => {
    const scraper = await startScraper(`127.0.0.1:${port}`, `${READ_TOKEN}x`);
    try {
      const { health, lastError } = await scraper.target();
      assert.is(health, 'down');
      // After ten attempts it is told to wait.
      assert.match(lastError, /401|429/);
    } finally {
      await scraper.stop();
    }
  }),
);

testWith(['curl'], 'curl reads each page of requirements C12 and D6 with X-Admin-Token', () =>
  served(async ({ url }) => {
    const header = `X-Admin-Token: ${READ_TOKEN}`;
    const keys = async (path: string): Promise<string[]> => Object.keys(JSON.parse(await curl('--header', header, `${url}${path}`)));
    assert.equal(await keys('/admin/logs/errors'), ['error_summary', 'recent_errors', 'total_errors_logged']);
    assert.equal(await keys('/admin/logs/performance'), ['performance_metrics', 'slow_requests']);
    assert.equal(await keys('/admin/logs/security'), ['security_events', 'event_summary', 'total_events']);
    assert.equal(await keys('/v1/metrics'), ['metrics', 'thresholds']);
    assert.match(await curl(`${url}/admin/logs/errors`), /"status":401/);
  }),
);

testWith(['curl'], 'curl reads health without a token, and metrics that are compressed', () =>
  served(async ({ url }) => {
    assert.is(await curl(`${url}/health/live`), '{"status":"pass"}');
    const page = await curl('--compressed', '--header', `Authorization: Bearer ${READ_TOKEN}`, `${url}/metrics`);
    assert.is(parseText(page).find(({ name }) => name === 'shop_cart_paid_total')?.samples[0]?.value, 7);
    const head = await curl('--head', '--header', `Authorization: Bearer ${READ_TOKEN}`, `${url}/metrics`);
    assert.match(head, /^HTTP\/1\.1 200/);
  }),
);

testWith(['curl'], 'metrics that are made public need no token', () =>
  served(async ({ url }) => assert.match(await curl(`${url}/metrics`), /shop_cart_paid_total 7/), { publicMetrics: true }),
);

test.run();
