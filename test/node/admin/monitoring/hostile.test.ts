/** Values of an application that do all they can, and a bus of an older copy of the library. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { PanelContent } from '../../../../lib/dashboard/wire/panels';
import { ENGINES, type Engines, type Hosted } from '../../../../lib/engines';
import type { Telemetry } from '../../../../lib/index';
import { createAdmin } from '../../../../lib/node/admin/admin';
import type { Panel } from '../../../../lib/node/admin/monitoring/panel';
import { Sessions } from '../../../../lib/node/admin/monitoring/sessions';
import { redactedBy } from '../../../../lib/node/admin/redacted';
import { fakeClock } from '../../../../lib/testing';
import { setting, withAdmin } from '../../../support/admin/served';
import { TOKENS } from '../../../support/admin/tokens';
import { ask } from '../../../support/admin/validate';

const trap = (): never => {
  throw new Error('trap');
};
const hostile: object = new Proxy({}, { get: trap, has: trap, ownKeys: trap, getPrototypeOf: trap, getOwnPropertyDescriptor: trap });
const ofLength = (length: unknown): unknown => new Proxy([1], { get: (list, key) => (key === 'length' ? length : Reflect.get(list, key)) });
const panelOf = (id: string, read: () => unknown): Panel => ({ id, title: id, read: read as () => PanelContent });

/** The same bus, whose engines are others. */
const withEngines = (bus: Telemetry, change: (engines: Engines) => Partial<Engines>): Telemetry => {
  const engines = (bus as Hosted)[ENGINES]!;
  const value = { ...engines, ...change(engines) };
  return Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(bus), [ENGINES]: { value } }) as Telemetry;
};

test('a panel that throws a proxy which throws is a failure as any other, reported once', async () => {
  const panels = [
    panelOf('proxy', () => {
      throw hostile;
    }),
  ];
  await withAdmin({ monitoring: { panels } }, async ({ admin, clock }) => {
    const first = await ask(admin, 'GET', '/admin/panels/proxy');
    assert.is(first.status, 200);
    assert.match(first.json.problem, 'failed');
    clock.advance(2000);
    assert.is((await ask(admin, 'GET', '/admin/panels/proxy')).json.error_id, first.json.error_id);
  });
});

test('a list whose length is none is no list', async () => {
  const lengths = [Number.NaN, -5, Symbol('length'), 1e308, Number.POSITIVE_INFINITY, '3', 1.5];
  const names = ['notes', 'tiles', 'charts', 'tables'] as const;
  const panels = lengths.flatMap((length, at) => panelOf(`p${at}`, () => ({ [names[at % 4]!]: ofLength(length) })));
  await withAdmin({ monitoring: { panels } }, async ({ admin }) => {
    for (const [at, { id }] of panels.entries()) {
      const { json } = await ask(admin, 'GET', `/admin/panels/${id}`);
      assert.equal([json.content, json.left_out, json.error_id], [null, 0, null]);
      assert.match(json.problem, `${names[at % 4]} must be a list`);
    }
  });
});

test('of a text of an application no more than 64 Ki characters are looked at', () => {
  const lengths: number[] = [];
  const bus = withEngines(setting().bus, ({ health }) => ({
    health: {
      ...health,
      redact: (text) => {
        lengths.push(text.length);
        return health.redact(text);
      },
    },
  }));
  const redacted = redactedBy(bus);
  const text = `password=hunter2 ${'x'.repeat(1_000_000)}`;
  assert.match(redacted.text(text), /^password=\*\*\* x{100}/);
  redacted.fields({ note: text, [text]: 1 });
  redacted.texts({ deep: [text] });
  assert.ok(lengths.length >= 4);
  assert.is(Math.max(...lengths), 65_536);
});

test('requests whose status, route or path are nothing that can be read are listed without them', async () => {
  await withAdmin({}, async ({ admin, bus }) => {
    const unreadable = { valueOf: trap, toString: trap };
    const all = [
      { status: unreadable, method: unreadable, route: unreadable, path: unreadable },
      { status: Symbol('500') },
      { status: 500n },
      hostile,
    ];
    for (const metadata of all) bus.execute(['http', 'request', 'stop'], { duration: 1 }, metadata as never);
    const { json } = await ask(admin, 'GET', '/admin/requests');
    assert.is(json.total, 4);
    for (const row of json.requests) assert.equal([row.status, row.method, row.route, row.path], [0, '', '', '']);
    const failures = bus.listHandlers().map(({ id, failures: count }) => [id, count]);
    assert.equal(failures.filter(([, count]) => count !== 0), []); // biome-ignore format: short
  });
});

test('a bus of a copy of the library that shows no histories has all the rest', async () => {
  const { bus } = setting();
  const older = withEngines(bus, () => ({ histories: undefined as never }));
  const admin = createAdmin(older, { tokens: TOKENS });
  for (const path of ['overview', 'pulse', 'outliers', 'requests', 'logs/lines', 'events'])
    assert.is((await ask(admin, 'GET', `/admin/${path}`)).status, 200, path);
  assert.equal((await ask(admin, 'GET', '/admin/history')).json, { metrics: [], untracked: 0, has_history: false });
  assert.is((await ask(admin, 'GET', '/admin/heatmap?metric=x')).status, 404);
  admin.close();
});

test('a session that was ended never counts again, also where the clock is set forward and back', () => {
  const clock = fakeClock();
  let shift = 0;
  const shifted = { ...clock, systemTime: (at?: number) => clock.systemTime(at) + shift };
  const sessions = new Sessions(TOKENS, shifted);
  const { value, session } = sessions.open('operator', 'write');
  sessions.revoke(session);
  shift = 13 * 3_600_000;
  sessions.revoke(sessions.open('operator', 'write').session);
  shift = 0;
  assert.is(sessions.read(value), undefined);
});

test.run();
