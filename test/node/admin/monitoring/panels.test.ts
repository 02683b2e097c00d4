import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { PanelContent } from '../../../../lib/dashboard/wire/panels';
import { isTelemetryError } from '../../../../lib/index';
import { definePanel, type Panel } from '../../../../lib/node/admin/monitoring/panel';
import { withAdmin } from '../../../support/admin/served';
import { READ_TOKEN } from '../../../support/admin/tokens';
import { ask } from '../../../support/admin/validate';

const SECRET = `ghp_${'a1B2'.repeat(9)}`;
const panelOf = (read: () => unknown, more: Partial<Panel> = {}): Panel =>
  definePanel({ id: 'queue', title: 'Job queue', read: read as () => PanelContent, ...more });

/** An API with one panel. */
const withPanel = (
  read: () => unknown,
  body: (parts: Parameters<Parameters<typeof withAdmin>[1]>[0] & { readonly asked: () => Promise<never> }) => unknown, // biome-ignore format: short
) =>
  withAdmin({ monitoring: { panels: [panelOf(read)] } }, (parts) =>
    body({ ...parts, asked: async () => (await ask(parts.admin, 'GET', '/admin/panels/queue', { token: READ_TOKEN })).json as never }),
  );

test('panels are listed and shown', async () => {
  const content = {
    tiles: [{ label: 'Waiting', value: 7, unit: '1/s', tone: 'warn' }, { label: 'State', value: 'fine' }, { label: 'None', value: null }],
    charts: [{ title: 'Jobs', metric: 'app.jobs', column: 'rate' }],
    tables: [{ title: 'Jobs', columns: ['name', 'ms', 'ok'], rows: [['a', 1.5, true], ['b', null, false]] }],
    notes: ['A note'],
  }; // biome-ignore format: short
  const panels = [panelOf(() => content, { doc: 'What waits' }), panelOf(() => ({}), { id: 'empty', title: 'Empty' })];
  await withAdmin({ monitoring: { panels } }, async ({ admin }) => {
    assert.equal((await ask(admin, 'GET', '/admin/panels', { token: READ_TOKEN })).json, {
      panels: [{ id: 'queue', title: 'Job queue', doc: 'What waits' }, { id: 'empty', title: 'Empty', doc: null }],
    }); // biome-ignore format: short
    assert.equal((await ask(admin, 'GET', '/admin/panels/queue')).json, { id: 'queue', title: 'Job queue', doc: 'What waits', content, error_id: null, problem: null, left_out: 0 }); // biome-ignore format: short
    assert.equal((await ask(admin, 'GET', '/admin/panels/empty')).json.content, { tiles: [], charts: [], tables: [], notes: [] });
    assert.is((await ask(admin, 'GET', '/admin/panels/other')).status, 404);
  });
});

test('what is too much is cut off, and counted', async () => {
  const many = (most: number, make: (at: number) => unknown): unknown[] => Array.from({ length: most }, (_, at) => make(at));
  const content = {
    tiles: many(15, () => ({ label: 'l'.repeat(600), value: 'v'.repeat(600) })),
    charts: many(9, () => ({ title: 't', metric: 'm' })),
    tables: many(5, () => ({ title: 't', columns: many(22, () => 'c'), rows: many(203, () => many(30, () => 1)) })),
    notes: many(21, () => 'n'),
  };
  await withPanel(() => content, async ({ asked }) => {
    const { content: shown, left_out } = (await asked()) as { content: Required<PanelContent>; left_out: number };
    assert.equal([shown.tiles.length, shown.charts.length, shown.tables.length, shown.notes.length], [12, 8, 4, 20]);
    assert.equal([shown.tiles[0]!.label.length, `${shown.tiles[0]!.value}`.length], [500, 500]);
    for (const { columns, rows } of shown.tables) assert.equal([columns.length, rows.length, rows[0]!.length], [20, 200, 20]);
    assert.is(left_out, 3 + 1 + 1 + 1 + 4 * (2 + 3));
  }); // biome-ignore format: short
});

test('secrets are hidden, also numbers under the name of one', async () => {
  const content = {
    tiles: [{ label: 'password', value: 1234 }, { label: 'Key', value: SECRET }],
    tables: [{ title: SECRET, columns: ['user', 'password'], rows: [[SECRET, 'hunter2'], ['b', 4711]] }],
    notes: [`token ${SECRET}`],
  }; // biome-ignore format: short
  await withPanel(() => content, async ({ asked }) => {
    const text = JSON.stringify(await asked());
    assert.not.match(text, /ghp_|hunter2|1234|4711/);
    assert.match(text, /"password"/);
  }); // biome-ignore format: short
});

test('what can not be shown is told by its place, and nothing of it', async () => {
  const throwing = Object.defineProperty({ label: 'x' }, 'value', { enumerable: true, get: () => { throw new Error(SECRET); } }); // biome-ignore format: short
  const cases: readonly (readonly [unknown, RegExp])[] = [
    [undefined, /content must be an object of tiles, charts, tables, notes/],
    ['text', /content must be an object/],
    [{ tile: [] }, /content must be .* something else/],
    [{ tiles: {} }, /tiles must be a list/],
    [{ tiles: [{ label: 1, value: 1 }] }, /tiles\[0\]\.label must be a text/],
    [{ tiles: [{ label: 'a', value: {} }] }, /tiles\[0\]\.value must be a text, a number or null/],
    [{ tiles: [{ label: 'a', value: 1, tone: 'red' }] }, /tiles\[0\]\.tone must be one of neutral/],
    [{ tiles: [{ label: 'a', value: 1 }, throwing] }, /tiles\[1\]\.value can't be read/],
    [{ tables: [{ title: 't', columns: ['a'], rows: [[1], 'x'] }] }, /tables\[0\]\.rows\[1\] must be a list/],
    [{ tables: [{ title: 't', columns: ['a'], rows: [[{}]] }] }, /tables\[0\]\.rows\[0\]\[0\] must be a text, a number/],
    [{ notes: [7] }, /notes\[0\] must be a text/],
    [
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error(SECRET);
          },
        },
      ),
      /content can't be read/,
    ],
  ];
  for (const [content, problem] of cases) {
    await withPanel(() => content, async ({ asked }) => {
      const { content: shown, problem: told, error_id } = (await asked()) as { content: null; problem: string; error_id: null };
      assert.equal([shown, error_id], [null, null]);
      assert.match(told, problem);
      assert.not.match(told, /ghp_/);
    }); // biome-ignore format: short
  }
});

test('a panel is read once a second however many ask, and once at a time', async () => {
  let calls = 0;
  let release: () => void = () => undefined;
  const read = () => {
    calls++;
    return new Promise((resolve) => { release = () => resolve({ notes: [`${calls}`] }); }); // biome-ignore format: short
  };
  await withPanel(read, async ({ asked, clock }) => {
    const all = [asked(), asked(), asked()];
    await settled();
    assert.is(calls, 1);
    release();
    for (const { content } of (await Promise.all(all)) as { content: PanelContent }[]) assert.equal(content.notes, ['1']);
    await asked();
    assert.is(calls, 1);
    clock.advance('1s');
    const next = asked();
    await settled();
    assert.is(calls, 2);
    release();
    assert.equal(((await next) as { content: PanelContent }).content.notes, ['2']);
  });
});

test('a panel that takes too long is not called again before it is done', async () => {
  let calls = 0;
  let release: () => void = () => undefined;
  const read = () => {
    calls++;
    return new Promise((resolve) => { release = () => resolve({ notes: ['done'] }); }); // biome-ignore format: short
  };
  await withPanel(read, async ({ asked, clock }) => {
    const first = asked();
    await settled();
    clock.advance('2s');
    assert.match(((await first) as { problem: string }).problem, /longer than 2 s/);
    clock.advance('1s');
    assert.match(((await asked()) as { problem: string }).problem, /not called again/);
    assert.is(calls, 1);
    release();
    await settled();
    clock.advance('1s');
    const next = asked();
    await settled();
    release();
    assert.equal([((await next) as { content: PanelContent }).content.notes, calls], [['done'], 2]);
  });
});

test('a failing panel is reported once until it succeeds again, and the others are as they were', async () => {
  let fails = true;
  const broken = panelOf(() => {
    if (fails) throw new RangeError(`no queue ${SECRET}`);
    return {};
  });
  const panels = [broken, panelOf(async () => { throw undefined; }, { id: 'void' }), panelOf(() => ({ notes: ['fine'] }), { id: 'fine' })]; // biome-ignore format: short
  await withAdmin({ monitoring: { panels } }, async ({ admin, bus, clock }) => {
    const asked = async (id: string) => (await ask(admin, 'GET', `/admin/panels/${id}`)).json;
    const first = await asked('queue');
    assert.match(first.error_id, /^\w{8}$/);
    assert.equal([first.content, JSON.stringify(first).includes('no queue')], [null, false]);
    for (let round = 0; round < 3; round++) {
      clock.advance('1s');
      assert.is((await asked('queue')).error_id, first.error_id);
    }
    assert.is(bus.errorStats().occurrences, 1);
    assert.ok((await asked('void')).error_id !== null);
    assert.equal((await asked('fine')).content.notes, ['fine']);
    fails = false;
    clock.advance('1s');
    assert.equal([(await asked('queue')).error_id, (await asked('queue')).problem], [null, null]);
    fails = true;
    clock.advance('1s');
    assert.ok((await asked('queue')).error_id !== first.error_id);
  });
});

test('definePanel refuses what can be no panel, and gives back what is one', () => {
  const panel = { id: 'a', title: 'A', read: () => ({}) };
  assert.is(definePanel(panel), panel);
  const wrong: readonly unknown[] = [undefined, null, 7, {}, { ...panel, id: 'A b' }, { ...panel, title: '' }, { ...panel, read: 1 }, { ...panel, doc: 'd'.repeat(3000) }, { ...panel, more: 1 }]; // biome-ignore format: short
  for (const one of wrong) assert.throws(() => definePanel(one as Panel), isTelemetryError);
});

/** All that needs no timer is done. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
};

test.run();
