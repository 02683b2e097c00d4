/** The page, when its program goes away and comes back. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { serveAdminWithin } from '../../lib/node/admin/serve';
import { SERVER_LIMITS } from '../../lib/node/server/limits';
import { TOKENS } from '../support/admin/tokens';
import { withPage } from '../support/dashboard/signed-in';
import { testWith } from '../support/test-with';

testWith(['chromium'], 'after the server was started again, the page goes on by itself, without signing in anew', () =>
  withPage({ seconds: 20 }, async ({ page, program, sees }) => {
    const { port } = program.server;
    await program.server.close();
    await page.waitForSelector('.state-reconnecting');
    // What was known stays to be read.
    await sees('agent.llm.response');
    const again = await serveAdminWithin(SERVER_LIMITS, program.app as never, { port, tokens: TOKENS }, { write: () => undefined });
    try {
      await page.waitForSelector('.state-live', { timeout: 30_000 });
      await sees('The program was started again', '.toasts');
    } finally {
      await again.close();
    }
  }),
);

testWith(['chromium'], 'while it is paused nothing changes, and afterwards everything is there', () =>
  withPage({ seconds: 20 }, async ({ page, program, visit }) => {
    await visit('events');
    const count = async (): Promise<number> =>
      Number(
        (await page.locator('tr', { hasText: 'agent.session.start' }).locator('td.number').allInnerTexts())
          .join(' ')
          .replaceAll(',', '')
          .match(/\d{2,}/)?.[0],
      );
    await page.keyboard.press('.');
    await page.waitForSelector('.state-paused');
    assert.match(page.url(), /every=paused/);
    const before = await page.locator('main').innerText();
    program.pass(20);
    await page.waitForTimeout(1500);
    // Times go on, numbers do not.
    assert.is((await page.locator('main').innerText()).replaceAll(/\d+ [smh] ago|now/g, ''), before.replaceAll(/\d+ [smh] ago|now/g, ''));
    const paused = await count();
    await page.keyboard.press('.');
    await page.waitForSelector('.state-live');
    for (let turn = 0; turn < 100 && (await count()) <= paused; turn++) await page.waitForTimeout(100);
    assert.ok((await count()) > paused);
  }),
);

testWith(['chromium'], 'who can have no stream is shown the same by asking', () =>
  withPage({ seconds: 20, monitoring: { streams: 1 } }, async ({ page, browser, program }) => {
    // The heatmap is asked for once the program told which; from then on the first page keeps its stream.
    await page.waitForSelector('.heat canvas');
    await page.waitForSelector('.state-live');
    const second = await browser.newPage();
    try {
      await second.goto(program.server.loginUrl());
      await second.waitForSelector('.state-polling');
      await second.getByText('agent.llm.response').first().waitFor();
      assert.is(await page.locator('.state-live').count(), 1);
    } finally {
      await second.close();
    }
  }),
);

test.run();
