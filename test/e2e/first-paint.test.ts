/** The overview is complete as soon as it is there, tells what the program tells, and follows it without moving. */
import type { Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Overview } from '../../lib/dashboard/wire/overview';
import { told, until } from '../support/dashboard/api-of';
import type { Program } from '../support/dashboard/program';
import { withPage } from '../support/dashboard/signed-in';
import { testWith } from '../support/test-with';

/** What is painted of the overview. */
interface Painted {
  readonly tiles: number;
  readonly chart: number;
  readonly heat: number;
  readonly hasHeat: boolean;
  readonly events: number;
  readonly errors: number;
  readonly facts: number;
}

/** Looks at each frame at what the one before has painted, until all is there; runs before the page. */
const RECORDER = `
  const inked = (canvas) => {
    if (canvas === null || canvas.width === 0 || canvas.height === 0) return 0;
    // A canvas that is read is made for it: the browser complains about others.
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let at = 3; at < data.length; at += 4) if (data[at] !== 0) count++;
    return count;
  };
  const rows = (label) => document.querySelectorAll('[aria-label="' + label + '"] tbody tr').length;
  const frames = (window.frames_of_test = []);
  const look = () => {
    const seen = {
      tiles: document.querySelectorAll('.tile').length,
      chart: inked(document.querySelector('.chart canvas')),
      heat: inked(document.querySelector('.heat canvas')),
      hasHeat: document.querySelector('.heat canvas') !== null,
      events: rows('Most frequent events'),
      errors: rows('Last errors'),
      facts: document.querySelectorAll('.facts dd').length,
    };
    frames.push(seen);
    if (frames.length < 2000 && !(seen.tiles > 0 && seen.heat > 0)) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
`;

/** The events that the overview lists, with the counts it tells. */
const countsOf = (page: Page): Promise<Record<string, number>> =>
  page.evaluate(`Object.fromEntries(
    [...document.querySelectorAll('[aria-label="Most frequent events"] tbody tr')].map((row) => {
      const cells = row.querySelectorAll('td');
      return [cells[0].textContent, Number(cells[2].textContent.replaceAll(',', ''))];
    }),
  )`);

function isAsCounted(program: Program, shown: Readonly<Record<string, number>>): boolean {
  const counters = program.app.telemetry.getCounters() as Readonly<Record<string, number>>;
  const names = Object.keys(shown);
  return names.length > 4 && names.every((name) => shown[name] === counters[name]);
}

const boxesOf = (page: Page): Promise<readonly string[]> =>
  page.evaluate(`[...document.querySelectorAll('.card, .tile, .chart, .heat')].map((one) => {
    const { left, top, width, height } = one.getBoundingClientRect();
    return [one.querySelector('h2')?.textContent ?? one.classList[0], ...[left, top, width, height].map(Math.round)].join(' ');
  })`);

testWith(['chromium'], 'the first paint of the overview has everything, with the numbers of the program', () =>
  withPage({ seconds: 90, isRunning: false }, async ({ page, program }) => {
    await page.addInitScript(RECORDER);
    await page.reload();
    await page.waitForSelector('.heat canvas');
    const frames = await until(
      () => page.evaluate('frames_of_test') as Promise<Painted[]>,
      (all) => (all.at(-1)?.heat ?? 0) > 0,
      'nothing is painted',
    );
    const first = frames.find(({ tiles }) => tiles > 0) as Painted;
    assert.is(first.tiles, 7);
    assert.ok(first.chart > 500, `${first.chart} pixels of the chart`);
    assert.ok(first.events >= 5 && first.errors >= 2, `${first.events} events, ${first.errors} errors`);
    assert.is(first.facts, 8);
    // Which map is shown, the first answer tells; no frame has an empty one.
    assert.ok((frames.find(({ hasHeat }) => hasHeat) as Painted).heat > 500);

    // A program whose clock stands still tells the same to everybody.
    const overview = await told<Overview>(program, '/admin/overview');
    const counts = await until(
      () => countsOf(page),
      (shown) => isAsCounted(program, shown),
      'other counts',
    );
    assert.equal(counts, Object.fromEntries(overview.top_events.map(({ name, count }) => [name, count])));
    const errors = await page.locator('[aria-label="Last errors"] tbody td:nth-child(2)').allInnerTexts();
    assert.equal(
      errors.map(Number),
      overview.errors.map(({ count }) => count),
    );
    const facts = await page.locator('.facts dd').allInnerTexts();
    assert.equal(facts.slice(0, 3), ['assistant', 'production', 'a-1']);
    assert.ok(facts.includes(String(process.pid)));
    const label = await page.locator('.chart').first().getAttribute('aria-label');
    assert.match(label ?? '', /events \d.*requests \d.*errors \d/);
    assert.match((await page.locator('.heat [role=img]').getAttribute('aria-label')) ?? '', /p50 \S+.*p95 \S+.*p99 \S+/);
  }),
);

testWith(['chromium'], 'the overview follows the program without being loaded again, and nothing in it moves', () =>
  // A new kind of error comes in these seconds: its row takes room that was there.
  withPage({ seconds: 90, isRunning: false }, async ({ page, program }) => {
    await page.evaluate("globalThis.isSamePage = 'yes'");
    await page.waitForSelector('.heat canvas');
    const before = await countsOf(page);
    const boxes = await boxesOf(page);
    assert.ok(boxes.length > 10);
    for (let turn = 0; turn < 2; turn++) {
      program.pass(5);
      await until(
        () => {
          // The stream goes by the clock of the program, which stands still otherwise.
          program.clock.advance(1000);
          return countsOf(page);
        },
        (shown) => isAsCounted(program, shown),
        'the counts do not follow',
      );
      assert.equal(await boxesOf(page), boxes);
    }
    const after = await countsOf(page);
    assert.ok((after['http.request.start'] as number) > (before['http.request.start'] as number));
    assert.is(await page.evaluate('globalThis.isSamePage'), 'yes');
  }),
);

test.run();
