/** The log view shows exactly the lines that are asked for, and leads to all of one session, request or slow operation. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { clockMs } from '../../lib/dashboard/page/format';
import type { Followed, LogLine, LogLines } from '../../lib/dashboard/wire/logs';
import { told, until } from '../support/dashboard/api-of';
import type { SignedIn } from '../support/dashboard/signed-in';
import { withPage } from '../support/dashboard/signed-in';
import { testWith } from '../support/test-with';

interface Wanted {
  readonly level?: string;
  readonly event?: string;
  readonly logger?: string;
  readonly id?: string;
  readonly text?: string;
}

const RANKS = ['TRACE', 'DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'];
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'critical'];

/** The plainest way to say which lines pass. */
function passes(record: LogLine, { level, event, logger, id, text }: Wanted): boolean {
  const { level: own, event_name: name = '', logger: by = '' } = record as Record<string, string>;
  if (level !== undefined && RANKS.indexOf(own as string) < LEVELS.indexOf(level)) return false;
  if (event?.endsWith('.*') ? !name.startsWith(event.slice(0, -1)) : event !== undefined && name !== event) return false;
  if (logger !== undefined && by !== logger && !by.startsWith(`${logger}.`)) return false;
  if (id !== undefined && !Object.entries(record).some(([key, value]) => /_id$/.test(key) && value === id)) return false;
  return text === undefined || JSON.stringify(record).toLowerCase().includes(text.toLowerCase());
}

const ROWS = '.log-lines tbody tr:not(.detail)';

/** Times and levels of the rows, as they are read. */
const rowsOf = ({ page }: SignedIn): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll('${ROWS}')].map((row) =>
    [row.querySelector('.mono').textContent, row.querySelector('.badge').textContent.replace(/^\\W+/, '')].join(' '))`);

const asRow = (record: LogLine): string =>
  `${clockMs(Date.parse(record.timestamp as string))} ${LEVELS[RANKS.indexOf(record.level as string)]}`;

/** Waits until the page shows these lines of all that are kept, says how many, and nothing else. @returns How many. */
async function showsOnly(signedIn: SignedIn, wanted: Wanted): Promise<number> {
  const { page, program } = signedIn;
  const isFiltered = Object.keys(wanted).length > 0;
  const [, expected] = await until(
    async (): Promise<readonly [unknown, unknown]> => {
      // The stream goes by the clock of the program, which stands still otherwise.
      program.clock.advance(1000);
      const { lines, kept } = await told<LogLines>(program, '/admin/logs/lines?limit=1000');
      assert.is(lines.length, kept);
      const found = lines.map(({ record }) => record).filter((record) => passes(record, wanted));
      const newest = found.slice(-200).reverse().map(asRow);
      const count = (value: number): string => value.toLocaleString('en-US');
      const total = `Showing ${count(newest.length)} of ${count(found.length)} ${isFiltered ? `that match, of ${count(kept)} ` : ''}kept in memory`;
      const shown = [await rowsOf(signedIn), (await page.locator('.more').last().innerText()).split(';')[0]];
      return [shown, [newest, total]];
    },
    ([shown, expecting]) => JSON.stringify(shown) === JSON.stringify(expecting),
    `other lines for ${JSON.stringify(wanted)}`,
  );
  return ((expected as [unknown[]])[0] as unknown[]).length;
}

const CASES: readonly Wanted[] = [
  { level: 'info' },
  { level: 'warn' },
  { level: 'error' },
  { event: 'agent.llm.response' },
  { event: 'agent.*' },
  { logger: 'assistant.assistant' },
  { id: 's-0003' },
  { text: 'LARGE' },
  { level: 'info', event: 'agent.*', text: '"model":"small"' },
];

testWith(['chromium'], 'each filter shows the lines that a filter of all of them gives, and is in the address', () =>
  withPage({ seconds: 20, isRunning: false }, async (signedIn) => {
    const { page, visit } = signedIn;
    await visit('logs');
    await showsOnly(signedIn, {});
    const fields = page.locator('.log-filters');
    for (const wanted of CASES) {
      const { level = 'all', ...typed } = wanted;
      await fields.getByRole('button', { name: level, exact: true }).click();
      for (const [name, label] of [
        ['text', 'Text'],
        ['event', 'Event'],
        ['logger', 'Logger'],
        ['id', 'Id'],
      ] as const) {
        await fields.getByLabel(label, { exact: true }).fill(typed[name] ?? '');
      }
      await page.keyboard.press('Enter');
      const search = `?${new URLSearchParams(Object.entries(wanted).sort())}`;
      await until(
        () => new URL(page.url()).search,
        (said) => said === search,
        `not ${search}`,
      );
      assert.ok((await showsOnly(signedIn, wanted)) > 0, JSON.stringify(wanted));
    }
    // The address opened anew shows the same, with the fields filled.
    await page.goto(page.url());
    await page.waitForSelector('.state-live');
    await showsOnly(signedIn, CASES.at(-1) as Wanted);
    assert.is(await fields.getByLabel('Event', { exact: true }).inputValue(), 'agent.*');
    assert.is(await fields.getByRole('button', { name: 'info', exact: true }).getAttribute('aria-pressed'), 'true');
    await page.getByRole('button', { name: 'Take all away' }).click();
    await showsOnly(signedIn, {});
  }),
);

testWith(['chromium'], 'a pause counts what comes and shows it afterwards; an open line is its JSON, and its values filter', () =>
  withPage({ seconds: 15, isRunning: false }, async (signedIn) => {
    const { page, program, visit, sees } = signedIn;
    await visit('logs?event=agent.*');
    await showsOnly(signedIn, { event: 'agent.*' });
    const before = await rowsOf(signedIn);
    const { last_seq: last } = await told<LogLines>(program, '/admin/logs/lines?limit=1');
    await page.getByRole('button', { name: 'Pause' }).click();
    program.pass(3);
    await until(
      async () => {
        program.clock.advance(1000);
        const { lines } = await told<LogLines>(program, `/admin/logs/lines?event=agent.*&limit=1000&since_seq=${last}`);
        return [lines.length, await page.locator('.card-aside [role=status]').innerText()];
      },
      ([count, said]) => Number(count) > 0 && said === `! ${count} new`,
      'it does not count the new ones',
    );
    assert.equal(await rowsOf(signedIn), before);
    await page.getByRole('button', { name: 'Go on' }).click();
    await showsOnly(signedIn, { event: 'agent.*' });
    assert.is(await page.locator('.log-divide').count(), 1);

    // By keyboard, as whoever uses no mouse opens it.
    await page.locator(ROWS).filter({ hasText: 'model=small' }).first().focus();
    await page.keyboard.press('Enter');
    const seq = Number(
      new URL(
        await until(
          () => page.url(),
          (url) => url.includes('line='),
          'no line is open',
        ),
      ).searchParams.get('line'),
    );
    const { lines } = await told<LogLines>(program, '/admin/logs/lines?limit=1000');
    const record = lines.find((line) => line.seq === seq)?.record;
    await sees('"model"', '.log-json');
    assert.is(await page.locator('.log-json').textContent(), JSON.stringify(record, null, 2));
    await page.locator('.log-json button', { hasText: '"small"' }).click();
    await until(
      () => new URL(page.url()).searchParams.get('text'),
      (text) => text === '"model":"small"',
      'the value is no filter',
    );
    await showsOnly(signedIn, { event: 'agent.*', text: '"model":"small"' });
  }),
);

/** The lines of an id are shown, all of them and no others. */
async function followsOnly(signedIn: SignedIn): Promise<string> {
  const { page, program } = signedIn;
  const id = (await until(
    () => new URL(page.url()).searchParams.get('follow'),
    (said) => said !== null,
    'nothing is followed',
  )) as string;
  await page.locator('.log-follow tbody tr').first().waitFor();
  const { records } = await told<Followed>(program, `/admin/logs/of/${encodeURIComponent(id)}`);
  const { lines } = await told<LogLines>(program, '/admin/logs/lines?limit=1000');
  const kept = lines.map(({ record }) => record).filter((record) => passes(record, { id }));
  assert.equal(
    records.map(({ record }) => record),
    kept,
  );
  const shown = await page.locator('.log-follow tbody tr:not(.detail) .badge').allInnerTexts();
  assert.equal(
    shown.map((text) => text.replace(/^\W+/, '')),
    kept.map((record) => asRow(record).split(' ')[1]),
  );
  assert.ok(kept.length > 0);
  return id;
}

testWith(['chromium'], 'a session, a request and a dot of the heatmap lead to their lines, and to no others', () =>
  withPage({ seconds: 20, isRunning: false }, async (signedIn) => {
    const { page, visit } = signedIn;
    await visit('logs?event=agent.session.stop');
    await page.locator(ROWS).first().click();
    await page
      .getByRole('link', { name: /^Follow session_id/ })
      .first()
      .click();
    assert.match(await followsOnly(signedIn), /^s-/);
    await visit('requests');
    await page.getByRole('link', { name: 'follow' }).first().click();
    const ofRequest = await followsOnly(signedIn);
    await visit();
    await page.waitForSelector('.heat canvas');
    const place = await until(() => page.evaluate(DOT) as Promise<{ x: number; y: number } | null>, Boolean, 'there is no dot');
    await page.mouse.click(place?.x ?? 0, place?.y ?? 0);
    assert.is.not(await followsOnly(signedIn), ofRequest);
  }),
);

/** Looks for a dot as somebody with a mouse does: where the pointer turns into a hand. */
const DOT = `(() => {
  const canvas = document.querySelector('.heat canvas');
  const { left, top, width, height } = canvas.getBoundingClientRect();
  for (let x = left + 2; x < left + width; x += 4) {
    for (let y = top + 2; y < top + height; y += 4) {
      canvas.dispatchEvent(new MouseEvent('mousemove', { clientX: x, clientY: y }));
      if (canvas.style.cursor === 'pointer') return { x, y };
    }
  }
  return null;
})()`;

testWith(['chromium'], 'lines that memory has not any more come from the files', () =>
  withPage({ seconds: 150, isRunning: false }, async (signedIn) => {
    const { page, program, visit, sees } = signedIn;
    const lines = await until(
      () =>
        readFileSync(join(program.logDir, 'app.log'), 'utf8')
          .split('\n')
          .filter((line) => line.includes('"session_id":"s-0001"')),
      (all) => all.length > 2,
      'the file has no line',
    );
    const { lines: kept } = await told<LogLines>(program, '/admin/logs/lines?id=s-0001');
    assert.equal(kept, []);
    await visit('logs?follow=s-0001');
    await sees('From 1 file');
    assert.is(await page.locator('.log-follow tbody tr:not(.detail)').count(), lines.length);
    await page.locator('.log-follow tbody tr').first().click();
    await sees('Found in app.log');
    assert.is(await page.locator('.log-json').textContent(), JSON.stringify(JSON.parse(lines[0] as string), null, 2));
  }),
);

test.run();
