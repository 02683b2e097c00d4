/**
 * `npm run screenshots`: pictures of every view, light and dark, wide and on a phone, in the folder `screenshots`; those that stand in the
 * README, in config/images. They are to be looked at after each change of the page. `npm run screenshots readme` takes only the latter.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentEvents } from '../../../lib/catalogues/agent';
import { launch, openPage, SIZES } from './browser';
import { startProgram } from './program';
import { settled } from './settled';
import { VIEW_IDS } from './view-ids';

const FOLDER = 'screenshots';
const README = 'config/images';
/** Of the README: name, view and query. */
const PICTURES = [
  ['overview', ''],
  ['event', `events?event=${agentEvents.llm.response.join('.')}`],
  ['logs', 'logs?level=info'],
] as const;
/** Beside the views as the menu opens them. */
const MORE = [
  ['event', PICTURES[1][1]],
  ['panel', 'panel-queue'],
] as const;

const program = await startProgram({ seconds: 300 });
const browser = await launch();
const shown = new Set<string>();
const isForReadme = process.argv[2] === 'readme';
try {
  mkdirSync(FOLDER, { recursive: true });
  mkdirSync(README, { recursive: true });
  for (const theme of isForReadme ? (['light'] as const) : (['light', 'dark'] as const)) {
    for (const size of isForReadme ? (['wide'] as const) : (['wide', 'phone'] as const)) {
      const { page, complaints, close } = await openPage(browser, program.server.url, { theme, size });
      await page.goto(program.server.loginUrl());
      await page.waitForSelector('.state-live');
      for (const [name, place] of isForReadme ? [] : [...VIEW_IDS.map((id) => [id, id] as const), ...MORE]) {
        await go(page, place);
        await page.screenshot({ path: join(FOLDER, `${name}-${theme}-${size}.png`), fullPage: true });
      }
      if (size === 'wide' && theme === 'light') {
        await page.setViewportSize({ width: 1180, height: 760 });
        for (const [name, place] of PICTURES) {
          await go(page, place);
          // Of an event, its heatmap is what is worth a picture.
          if (name === 'event') await page.evaluate("document.querySelector('.card:has(.heat)').scrollIntoView({ block: 'end' })");
          await page.screenshot({ path: join(README, `${name}.png`) });
        }
        await page.setViewportSize(SIZES.wide);
      }
      for (const complaint of complaints) shown.add(complaint);
      await close();
    }
  }
  if (!isForReadme) await emptyViews();
} finally {
  await browser.close();
  await program.stop();
}
writeFileSync(join(FOLDER, 'complaints.txt'), [...shown].join('\n'));
console.log(shown.size === 0 ? `Written to ${FOLDER} and ${README}; nothing to complain of` : [...shown].join('\n'));
process.exitCode = shown.size === 0 ? 0 : 1;

/** A program in which nothing has happened: each view says how to fill it. */
async function emptyViews(): Promise<void> {
  const idle = await startProgram({ seconds: 3, isIdle: true });
  try {
    const { page, complaints, close } = await openPage(browser, idle.server.url);
    await page.goto(idle.server.loginUrl());
    await page.waitForSelector('.state-live');
    for (const id of VIEW_IDS) {
      await page.goto(`${idle.server.url}/admin/monitoring/${id}`);
      await settle(page);
      await page.screenshot({ path: join(FOLDER, `empty-${id}.png`), fullPage: true });
    }
    for (const complaint of complaints) shown.add(complaint);
    await close();
  } finally {
    await idle.stop();
  }
}

type Page = Awaited<ReturnType<typeof openPage>>['page'];

async function go(page: Page, place: string): Promise<void> {
  await page.goto(`${program.server.url}/admin/monitoring/${place}`);
  await settle(page);
}

/** Until everything has its first answer, and its rates. */
async function settle(page: Page): Promise<void> {
  await page.waitForSelector('.state-live');
  await settled(page);
  await page.waitForTimeout(1500);
}
