/** What is shown can be saved and handed on as a link; where nothing is to be seen yet, stands code that is true. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { EventList } from '../../lib/dashboard/wire/events';
import { createTelemetry } from '../../lib/index';
import { serveAdmin } from '../../lib/node/admin/index';
import config from '../../tsup.config';
import { TOKENS } from '../support/admin/tokens';
import { until } from '../support/dashboard/api-of';
import { launch, openPage } from '../support/dashboard/browser';
import { withPage } from '../support/dashboard/signed-in';
import { VIEW_IDS } from '../support/dashboard/view-ids';
import { testWith } from '../support/test-with';

const TABLE = 'main table tbody tr';

/** The rows of the first table, as they are read; times aside, which go on. */
const rowsOf = (page: Page): Promise<readonly (readonly string[])[]> =>
  page.evaluate(
    `[...document.querySelectorAll('${TABLE}')].map((row) => [...row.querySelectorAll('td')].slice(0, 5).map((cell) => cell.innerText))`,
  );

/** What the menu gives to be saved. */
async function saved(page: Page, kind: 'CSV' | 'JSON'): Promise<{ readonly name: string; readonly text: string }> {
  if (!(await page.getByRole('button', { name: `Save as ${kind}` }).isVisible())) await page.getByText('More', { exact: true }).click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: `Save as ${kind}` }).click()]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
}

testWith(['chromium'], 'a table is saved as CSV and JSON as it is shown, and its link shows the same to somebody else', () =>
  withPage({ seconds: 30, isRunning: false }, async ({ page, program, browser, visit }) => {
    await visit('events');
    await page.locator(TABLE).first().waitFor();
    await page.locator('[data-search]').fill('agent.');
    await page.getByRole('button', { name: /^Event/ }).click();
    await page.getByRole('button', { name: /^p95/ }).click();
    await page.locator('th[aria-sort="descending"]', { hasText: 'p95' }).waitFor();
    const rows = await until(
      () => rowsOf(page),
      (all) => all.length > 3 && all.every(([name]) => name?.startsWith('agent.')),
      'other rows',
    );
    assert.match(page.url(), /\?q=agent\.&sort=-p95/);
    const names = rows.map(([name]) => name?.split(/\s/)[0]);

    const table = await saved(page, 'CSV');
    assert.match(table.name, /^events-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.csv$/);
    const [head, ...lines] = table.text.trimEnd().split('\r\n');
    const columns = head?.split(',') ?? [];
    assert.equal(
      lines.map((line) => line.split(',')[0]),
      names,
    );
    const countAt = columns.indexOf('count');
    const counters = program.app.telemetry.getCounters() as Readonly<Record<string, number>>;
    assert.equal(
      lines.map((line) => Number(line.split(',')[countAt] || 0)),
      names.map((name) => counters[name as string] ?? 0),
    );

    const all = await saved(page, 'JSON');
    assert.match(all.name, /^events-.*\.json$/);
    const { events } = JSON.parse(all.text) as { events: EventList };
    const counts = names.map((name) => events.events.find((event) => event.name === name)?.count ?? 0);
    assert.equal(
      counts,
      names.map((name) => counters[name as string] ?? 0),
    );
    assert.equal(
      rows.map((row) => Number(row[2]?.replaceAll(',', '').replace('–', '0'))),
      counts,
    );

    const other = await openPage(browser, program.server.url);
    await other.page.goto(program.server.loginUrl());
    await other.page.waitForSelector('.state-live');
    await other.page.goto(page.url());
    await until(
      () => rowsOf(other.page),
      (theirs) => JSON.stringify(theirs) === JSON.stringify(rows),
      `not ${JSON.stringify(rows)}`,
    );
    assert.equal(other.complaints, []);
    await other.close();
  }),
);

/** What a program without anything shows in each view that can be empty there. Events and lines are never all gone: the library has some. */
const EMPTY: Readonly<Record<string, string>> = { events: 'events?event=telemetry.handler.failure', logs: 'logs?follow=nobody' };

/** Names that code imports, by module. */
function importsOf(code: string): readonly (readonly [module: string, names: readonly string[]])[] {
  return [...code.matchAll(/import \{ ([^}]+) \} from '(telemetry-bus[^']*)'/g)].map(([, names = '', module = '']) => [
    module,
    names.split(',').map((name) => name.trim()),
  ]);
}

/** What a module of the package exports, by its sources. */
async function exportsOf(module: string): Promise<readonly string[]> {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: Record<string, { import: { default: string } }> };
  const built = exports[module.replace('telemetry-bus', '.')]?.import.default;
  assert.ok(built, `the package has no ${module}`);
  const { entry } = config as { entry: Record<string, string> };
  const source = entry[built.replace('./dist/', '').replace('.js', '')] as string;
  return Object.keys((await import(pathToFileURL(resolve(source)).href)) as object);
}

testWith(['chromium'], 'where nothing happened yet, each view shows code, and all that its code imports is there', async () => {
  const server = await serveAdmin(createTelemetry({ onWarning: () => undefined }) as never, { port: 0, tokens: TOKENS });
  const browser = await launch();
  const seen: string[] = [];
  try {
    const { page, complaints } = await openPage(browser, server.url);
    await page.goto(server.loginUrl());
    await page.waitForSelector('.state-live');
    for (const id of VIEW_IDS) {
      await page.goto(`${server.url}/admin/monitoring/${EMPTY[id] ?? id}`);
      const blocks = page.locator('main .empty pre code');
      await blocks.first().waitFor({ timeout: 10_000 });
      const codes = await blocks.allInnerTexts();
      for (const code of codes) assert.ok(code.trim().length > 20, `${id} shows ${JSON.stringify(code)}`);
      seen.push(...codes);
    }
    assert.equal(complaints, []);
  } finally {
    await browser.close();
    await server.close();
  }
  // And what other states of the views would show.
  const folder = 'lib/dashboard/page/views';
  const sources = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  const all = [...seen, ...sources].flatMap(importsOf);
  assert.ok(all.length > 20, `${all.length} imports`);
  for (const [module, names] of all) {
    const known = await exportsOf(module);
    for (const name of names) assert.ok(known.includes(name), `${module} exports no ${name}`);
  }
});

test.run();
