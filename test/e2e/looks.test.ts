/** The page for those who have little room, prefer the dark, or use no mouse. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { settled, untilTrue } from '../support/dashboard/settled';
import { withPage } from '../support/dashboard/signed-in';
import { VIEW_IDS } from '../support/dashboard/view-ids';
import { testWith } from '../support/test-with';

testWith(['chromium'], 'on a phone no view is wider than its screen, and the menu opens and closes', () =>
  withPage({ size: 'phone' }, async ({ page, visit }) => {
    for (const id of VIEW_IDS) {
      await visit(id);
      await page.waitForSelector(`main[data-view="${id}"]`);
      await settled(page);
      const wide = await page.evaluate(
        "[document.documentElement.scrollWidth, innerWidth, [...document.querySelectorAll('main *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.table-box, pre, .cut')).slice(0, 3).map((one) => one.outerHTML.slice(0, 120))]",
      );
      const [width, room, beyond] = wide as [number, number, string[]];
      assert.ok(width <= room, `${id} is ${width} wide: ${beyond.join('\n')}`);
    }
    const menu = page.getByRole('button', { name: '☰' });
    await menu.click();
    await page.getByRole('link', { name: 'Alerts' }).click();
    await page.waitForSelector('main[data-view="alerts"]');
    assert.is(await page.getByRole('link', { name: 'Security' }).isVisible(), false);
  }),
);

testWith(['chromium'], 'the theme follows the system until somebody chooses, and the choice is kept', () =>
  withPage({ seconds: 10, theme: 'dark' }, async ({ page }) => {
    const paper = (): Promise<string> => page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--paper').trim()");
    const dark = await paper();
    await page.keyboard.press('t');
    await page.waitForSelector(':root[data-theme="light"]');
    const light = await paper();
    assert.is.not(light, dark);
    await page.reload();
    await page.waitForSelector('.state-live');
    assert.is(await paper(), light);
    await page.keyboard.press('t');
    await page.waitForSelector(':root[data-theme="dark"]');
    assert.is(await paper(), dark);
  }),
);

testWith(['chromium'], 'every view is reached by its keys, and by Tab and Enter', () =>
  withPage({ seconds: 10 }, async ({ page }) => {
    await page.keyboard.press('?');
    const [keys, titles] = [await page.locator('.keys dt').allInnerTexts(), await page.locator('.keys dd').allInnerTexts()];
    await page.keyboard.press('Escape');
    await page.waitForSelector('.dialog', { state: 'detached' });
    const going = keys.map((key, at) => [key, titles[at]] as const).filter(([key]) => key.startsWith('g '));
    assert.is(going.length, VIEW_IDS.length);
    for (const [key, title] of going) {
      await page.keyboard.press('g');
      await page.keyboard.press(key.slice(2));
      await untilTrue(page, `document.querySelector('main h1').textContent === ${JSON.stringify(title)}`);
      await untilTrue(page, "document.activeElement?.id === 'view'");
    }
    assert.is(new Set(going.map(([, title]) => title)).size, VIEW_IDS.length);

    // From the beginning of the page: the link that skips the menu comes first.
    await page.evaluate('document.activeElement.blur(), getSelection().removeAllRanges()');
    await page.reload();
    await page.waitForSelector('.state-live');
    await page.keyboard.press('Tab');
    assert.is(await page.evaluate('document.activeElement.textContent'), 'Skip to the view');
    for (let turn = 0; turn < 60; turn++) {
      await page.keyboard.press('Tab');
      if ((await page.evaluate('document.activeElement.textContent')) === 'Eventsg e') break;
    }
    await page.keyboard.press('Enter');
    await page.waitForSelector('main[data-view="events"]');
    // Typed letters go into a field, and not to the keys of the page.
    await page.keyboard.press('/');
    await page.keyboard.type('gt.');
    assert.is(await page.evaluate('document.activeElement.value'), 'gt.');
    assert.is(await page.locator('.state-paused').count(), 0);
    assert.match(page.url(), /q=gt\./);
  }),
);

testWith(['chromium'], 'a dialog keeps the focus, Escape closes it, and the focus returns', () =>
  withPage({ seconds: 60 }, async ({ page, visit }) => {
    await visit('handlers');
    await page.evaluate("document.querySelector('main').focus()");
    await page.keyboard.press('?');
    await page.waitForSelector('.dialog');
    for (let turn = 0; turn < 8; turn++) {
      await page.keyboard.press('Tab');
      assert.is(await page.evaluate("document.activeElement.closest('.shell') === null"), true);
    }
    await page.keyboard.press('Escape');
    await page.waitForSelector('.dialog', { state: 'detached' });
    await untilTrue(page, "document.activeElement?.id === 'view'");
  }),
);

test.run();
