/** A program, a browser and a page that is signed in: for tests of what somebody sees. */
import type { Browser } from 'playwright-core';
import * as assert from 'uvu/assert';
import { launch, openPage, type PageOptions, type Watched } from './browser';
import { type Program, type ProgramOptions, startProgram } from './program';

export interface SignedIn extends Watched {
  readonly program: Program;
  readonly browser: Browser;
  /** Opens a view by its address and waits until it is live. */
  visit(place?: string): Promise<void>;
  /** Waits until a text is seen in a part of the page; fails with what is there instead. */
  sees(text: string | RegExp, where?: string): Promise<void>;
}

const WAIT_MS = 30_000;

/** Signs in by a one-time link, calls back, and fails if the page did what it must not do. */
export async function withPage(options: ProgramOptions & PageOptions, body: (page: SignedIn) => Promise<void>): Promise<void> {
  const { size, theme, ...rest } = options;
  const program = await startProgram({ seconds: 90, ...rest });
  const browser = await launch();
  try {
    const watched = await openPage(browser, program.server.url, { ...(size && { size }), ...(theme && { theme }) });
    const signedIn = { ...watched, program, browser, ...eyes(watched, program) };
    await watched.page.goto(program.server.loginUrl());
    await watched.page.waitForSelector('.state-live', { timeout: WAIT_MS });
    await body(signedIn);
    assert.equal(watched.complaints, []);
  } finally {
    await browser.close();
    await program.stop();
  }
}

function eyes({ page }: Watched, program: Program): Pick<SignedIn, 'visit' | 'sees'> {
  return {
    async visit(place = '') {
      await page.goto(`${program.server.url}/admin/monitoring${place === '' ? '' : `/${place}`}`);
      await page.waitForSelector('.state-live', { timeout: WAIT_MS });
    },
    async sees(text, where = '#view') {
      const found = page.locator(where).filter({ hasText: text }).first();
      try {
        await found.waitFor({ timeout: WAIT_MS });
      } catch {
        assert.unreachable(`${text} is not in ${where}: ${(await page.locator(where).allInnerTexts()).join('\n').slice(0, 2000)}`);
      }
    },
  };
}
