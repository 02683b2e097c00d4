/** Who gets into the dashboard, and what they may do there. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { READ_TOKEN, WRITE_TOKEN } from '../support/admin/tokens';
import { launch, openPage } from '../support/dashboard/browser';
import { startProgram } from '../support/dashboard/program';
import { withPage } from '../support/dashboard/signed-in';
import { testWith } from '../support/test-with';

testWith(['chromium'], 'a link signs in once, and leaves the ticket neither in the address nor in the history', () =>
  withPage({ seconds: 5 }, async ({ page, program, browser }) => {
    assert.is(new URL(page.url()).hash, '');
    const link = program.server.loginUrl();
    const [first, second] = [await openPage(browser, program.server.url), await openPage(browser, program.server.url)];
    await first.page.goto(link);
    await first.page.waitForSelector('.state-live');
    await second.page.goto(link);
    await second.page.waitForSelector('#token');
    assert.match(await second.page.locator('[role=alert]').innerText(), /used already/);
    assert.not.match(second.page.url(), /ticket/);
    assert.equal([...first.complaints, ...second.complaints], []);
  }),
);

testWith(['chromium'], 'without a link the page asks for a token, says when it is wrong, and shows nothing before', async () => {
  const program = await startProgram({ seconds: 5 });
  const browser = await launch();
  try {
    const { page, complaints } = await openPage(browser, program.server.url);
    await page.goto(`${program.server.url}/admin/monitoring/logs?level=warn`);
    await page.waitForSelector('#token');
    assert.not.match(await page.content(), /assistant/);
    await page.fill('#token', 'not-the-token-of-this-program-at-all');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role=alert]');
    assert.match(await page.locator('[role=alert]').innerText(), /not the token/);
    await page.fill('#token', WRITE_TOKEN);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.state-live');
    // It goes on where it was asked for.
    assert.match(page.url(), /\/logs\?level=warn$/);
    const cookies = await page.context().cookies();
    assert.equal(
      cookies.map(({ httpOnly, sameSite }) => ({ httpOnly, sameSite })),
      [{ httpOnly: true, sameSite: 'Strict' }],
    );
    assert.not.ok(cookies[0]?.value.includes(WRITE_TOKEN));
    await page.getByText('More', { exact: true }).click();
    await page.getByRole('button', { name: /^Sign out/ }).click();
    await page.waitForSelector('#token');
    await page.reload();
    await page.waitForSelector('#token');
    assert.equal(complaints, []);
  } finally {
    await browser.close();
    await program.stop();
  }
});

testWith(['chromium'], 'a session of scope read sees everything, and its buttons say why they change nothing', async () => {
  const program = await startProgram({ seconds: 5 });
  const browser = await launch();
  try {
    const { page, complaints } = await openPage(browser, program.server.url);
    await page.goto(`${program.server.url}/admin/monitoring/config`);
    await page.fill('#token', READ_TOKEN);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.state-live');
    const buttons = page.locator('main button:disabled[title*="may read, but not change"]');
    await buttons.first().waitFor();
    const answer = await page.evaluate(async () => {
      const response = await fetch('/admin/levels', {
        method: 'PUT',
        headers: { 'content-type': 'application/json', 'x-telemetry-request': '1' },
        body: '{"level":"trace"}',
      });
      return response.status;
    });
    assert.is(answer, 403);
    assert.equal(complaints, []);
  } finally {
    await browser.close();
    await program.stop();
  }
});

test.run();
