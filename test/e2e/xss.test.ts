/** Whatever a program says of itself, and whatever stands in an address, is text on the page and nothing else. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { LogLines } from '../../lib/dashboard/wire/logs';
import { told } from '../support/dashboard/api-of';
import { launch, openPage, type Watched } from '../support/dashboard/browser';
import { type HostileProgram, markerOf, PAYLOADS, startHostile } from '../support/dashboard/hostile-program';
import { VIEW_IDS } from '../support/dashboard/view-ids';
import { testWith } from '../support/test-with';

/** Parameters that each view reads, and `every` of all of them. */
const PARAMS: Readonly<Record<string, readonly string[]>> = {
  overview: ['top', 'firing', 'errors', 'every'],
  events: ['q', 'show', 'sort', 'event', 'range', 'by', 'slowest'],
  endpoints: ['q', 'show', 'sort', 'endpoint'],
  errors: ['q', 'level', 'sort', 'error', 'id'],
  logs: ['follow', 'show', 'level', 'text', 'event', 'logger', 'id', 'limit', 'line', 'in', 'files_sort'],
  requests: ['which', 'route', 'q', 'request', 'sort'],
  security: ['show', 'severity', 'name', 'event', 'sort', 'summary_sort'],
  slow: ['tab', 'class', 'event', 'open', 'sort', 'counts_sort', 'proposals_sort'],
  health: ['q', 'check', 'sort'],
  alerts: ['q', 'changes', 'alert', 'pending', 'alert_sort', 'targets_sort', 'changes_sort', 'silences_sort'],
  system: ['sort', 'range', 'disk_sort'],
  handlers: ['q', 'whose', 'handler', 'sort', 'stream', 'stream_sort', 'files_sort', 'sinks_sort'],
  config: ['q', 'source', 'logger', 'sort', 'levels_sort', 'changes_sort'],
  'panel-hostile': ['sort_0'],
  'no-such-view': ['q'],
};

/**
 * What must not be on the page: elements that its own code never makes, attributes that run or load something, addresses that lead
 * elsewhere. Returns what is there of it, and all its texts.
 */
const LOOK = `(() => {
  const TAGS = /^(?:a|abbr|article|aside|b|button|canvas|caption|code|datalist|dd|details|dialog|div|dl|dt|fieldset|footer|form|h1|h2|h3|header|input|kbd|label|legend|li|main|nav|noscript|ol|option|p|pre|section|select|small|span|strong|summary|table|tbody|td|textarea|tfoot|th|thead|time|tr|ul)$/;
  const wrong = [];
  const texts = [document.title, document.body.textContent];
  for (const one of document.body.querySelectorAll('*')) {
    if (!TAGS.test(one.localName)) wrong.push('element ' + one.outerHTML.slice(0, 200));
    for (const { name, value } of one.attributes) {
      if (/^(?:on|src|srcdoc|action|formaction|xlink|background|poster|data$|is$|slot$|nonce)/.test(name)) wrong.push(name + '=' + value);
      if (name === 'href' && !/^(?:[#?]|\\/(?!\\/))/.test(value)) wrong.push('href=' + value);
      if (name === 'href' && new URL(one.href).origin !== location.origin) wrong.push('leads to ' + one.href);
      if (name === 'title' || name === 'aria-label' || name === 'placeholder') texts.push(value);
    }
    if ('value' in one && typeof one.value === 'string') texts.push(one.value);
  }
  if ('pwned' in globalThis) wrong.push('a script ran');
  if (document.scripts.length !== 1 || document.styleSheets.length !== 1) wrong.push('scripts or styles of others');
  if (({}).polluted !== undefined || Object.keys(Object.prototype).length > 0) wrong.push('Object.prototype was changed');
  return { wrong, text: texts.join('\\n') };
})()`;

/** Goes to a place within the page as its links do, and waits until it shows what the program tells. */
const going = (place: string): string => `(async () => {
  history.pushState(null, '', ${JSON.stringify(place)});
  dispatchEvent(new PopStateEvent('popstate'));
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  await frame();
  await frame();
  for (let turn = 0; turn < 300; turn++) {
    const text = document.querySelector('main')?.textContent ?? '';
    if (text !== '' && !text.includes('Asking the program') && !text.includes('Searching the storage')) break;
    await new Promise((done) => setTimeout(done, 20));
  }
  await frame();
  await frame();
})()`;

/** Texts of these have rules of their own, which no markup passes: names, and ids that others sent. */
const NOT_TAKEN = ['check', 'event', 'logger', 'method', 'metric', 'panelid', 'requestid', 'rule', 'session'];

interface Eyes {
  readonly texts: string[];
  readonly dialogs: string[];
  /** Goes to a place, looks, and opens as many rows one after the other. */
  visit(place: string, rows?: number): Promise<void>;
}

function eyes({ page }: Watched, program: HostileProgram): Eyes {
  const [texts, dialogs]: [string[], string[]] = [[], []];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  async function look(where: string): Promise<void> {
    const { wrong, text } = (await page.evaluate(LOOK)) as { wrong: string[]; text: string };
    assert.equal(wrong, [], where);
    assert.not.match(text, /This view failed/, `${where}: ${/This view failed[\s\S]{0,200}/.exec(text)?.[0]}`);
    texts.push(text);
  }
  return {
    texts,
    dialogs,
    async visit(place, rows = 0) {
      await page.evaluate(going(`/admin/monitoring/${place}`));
      await look(place);
      for (let row = 0; row < rows; row++) {
        const isThere = await page.evaluate(`(async () => {
          const one = document.querySelectorAll('tr.can-open')[${row}];
          one?.click();
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
          return one !== undefined;
        })()`);
        if (!isThere) break;
        await look(`row ${row} of ${place}`);
      }
      assert.ok(page.url().startsWith(program.server.url), page.url());
    },
  };
}

/** Signs in to a hostile program. */
async function withHostile(body: (watched: Watched, program: HostileProgram, look: Eyes) => Promise<void>): Promise<void> {
  const program = await startHostile();
  const browser = await launch();
  try {
    const watched = await openPage(browser, program.server.url);
    await watched.page.goto(program.server.loginUrl());
    await watched.page.waitForSelector('.state-live');
    const look = eyes(watched, program);
    await body(watched, program, look);
    assert.equal(look.dialogs, []);
    assert.equal(watched.complaints, []);
  } finally {
    await browser.close();
    await program.stop();
  }
}

testWith(['chromium'], 'every text of a hostile program is shown as text, and makes nothing', () =>
  withHostile(async (_, program, { visit, texts }) => {
    const { app, taken, refused } = program;
    // Lines first: as many come while the page is read as memory keeps.
    for (const field of taken) {
      // Not the whole marker: it would be found in the field that it is typed into.
      const place = `text=${markerOf(field).slice(1)}`;
      if ((await told<LogLines>(program, `/admin/logs/lines?${place}`)).matched === 0) continue;
      // Lines stay until those for another question are there: the view begins anew.
      await visit('config');
      await visit(`logs?${place}`, 2);
    }
    for (const id of VIEW_IDS) await visit(id, 12);
    for (const id of ['panel-hostile', 'panel-failing', 'panel-wrong', 'panel-p0']) await visit(id);
    for (const query of ['event=hostile.job.of', 'event=hostile.job.tagged&by=place', 'event=http.request.stop'])
      await visit(`events?${query}`, 3);
    for (const { fingerprint } of app.telemetry.getErrors({ limit: 24 })) await visit(`errors?error=${fingerprint}`);
    for (const query of ['which=failed', 'which=slow']) await visit(`requests?${query}`, 4);
    for (const query of ['show=files', 'show=levels', 'limit=1000']) await visit(`logs?${query}`);
    await visit('security?show=all', 12);
    await visit('config?q=slack');
    const all = texts.join('\n');
    // These are refused, or replaced by what they may be; all others are there to be read.
    assert.equal([...refused, ...taken.filter((field) => !all.includes(markerOf(field)))].sort(), NOT_TAKEN);
  }),
);

testWith(['chromium'], 'whatever stands in the address, the page shows a view or says what is wrong with it', () =>
  withHostile(async ({ page }, { server }, { visit }) => {
    let next = 0;
    for (const [view, params] of Object.entries(PARAMS)) {
      for (const param of params) {
        for (let turn = 0; turn < 2; turn++) {
          await visit(`${view}?${new URLSearchParams({ [param]: PAYLOADS[next++ % PAYLOADS.length] as string })}`);
        }
      }
    }
    for (const payload of PAYLOADS)
      await visit(
        `${encodeURIComponent(payload.slice(0, 500))}?${new URLSearchParams({ [payload.slice(0, 500)]: payload.slice(0, 500) })}`,
      );
    // The same when the page is loaded with it, and not only led there.
    for (const query of ['logs?follow=', 'events?event=', 'errors?error=', 'endpoints?endpoint=']) {
      await page.goto(`${server.url}/admin/monitoring/${query}${encodeURIComponent(PAYLOADS[1] as string)}#${PAYLOADS[0]}`);
      await page.waitForSelector('main');
      assert.equal(((await page.evaluate(LOOK)) as { wrong: string[] }).wrong, [], query);
    }
    // What looks for elements finds one.
    await page.evaluate("document.querySelector('main').append(document.createElement('img'))");
    assert.equal(((await page.evaluate(LOOK)) as { wrong: string[] }).wrong, ['element <img>']);
  }),
);

test.run();
