import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withAdmin } from '../../../support/admin/served';
import { pathOf, setLevel, settle, streamOf, tick } from '../../../support/admin/streams';
import { WRITE_TOKEN } from '../../../support/admin/tokens';
import { askOnly } from '../../../support/admin/validate';
import { until } from '../../../support/faults/fact';

const LEVELS = '/admin/levels';

test('hello comes first, then each answer as a whole, then what changed', async () => {
  await withAdmin({}, async (parts) => {
    const { admin } = parts;
    const stream = await streamOf(admin, [LEVELS, '/admin/alerts?limit=10']);
    await until('both came', () => stream.events.length === 3);
    assert.equal(stream.events[0]!.data.watches, [LEVELS, '/admin/alerts?limit=10']);
    assert.is(stream.events[0]!.data.every, 1);
    assert.equal(
      stream.events.map(({ event }) => event),
      ['hello', 'full', 'full'],
    );
    assert.equal(stream.answers[0], (await askOnly(admin, 'GET', LEVELS)).json);
    await tick(parts);
    assert.is(stream.events.length, 3, 'nothing is said of what did not change');
    await setLevel(admin, 'debug');
    await tick(parts);
    const { data } = await stream.next('delta');
    assert.is(data.w, 0);
    assert.equal(stream.answers[0], (await askOnly(admin, 'GET', LEVELS)).json);
    stream.leave();
  });
});

test('it is an event stream that nothing keeps, gathers or compresses', async () => {
  await withAdmin({}, async ({ admin }) => {
    const stream = await streamOf(admin, [LEVELS]);
    const of = (name: string): string | null => stream.headers.get(name);
    assert.equal([of('content-type'), of('cache-control'), of('x-accel-buffering'), of('content-encoding'), of('x-content-type-options')], ['text/event-stream; charset=utf-8', 'no-store, no-transform', 'no', null, 'nosniff']); // biome-ignore format: short
    await stream.next('hello');
    assert.ok(stream.retry()! >= 1000 && stream.retry()! < 3000);
    stream.leave();
    const head = await askOnly(admin, 'HEAD', pathOf([LEVELS]));
    assert.equal([head.status, head.headers.get('content-type'), head.text], [200, 'text/event-stream; charset=utf-8', '']);
  });
});

test('two who watch the same get the same versions, and the later one begins with the whole', async () => {
  await withAdmin({}, async (parts) => {
    const { admin } = parts;
    const first = await streamOf(admin, ['/admin/alerts?limit=10', '/admin/levels']);
    await first.next('full');
    await setLevel(admin, 'debug');
    await tick(parts);
    await first.next('delta');
    const second = await streamOf(admin, ['/admin/levels?']);
    await second.next('full');
    assert.is(second.versions[0], first.versions[1]);
    for (const level of ['info', 'warn', 'error']) {
      await setLevel(admin, level);
      await tick(parts);
    }
    await until('both have all', () => first.versions[1] === second.versions[0]);
    assert.equal(first.answers[1], second.answers[0]);
    assert.is(second.events.filter(({ event }) => event === 'delta').length, 3);
    first.leave();
    second.leave();
  });
});

test('a reader of another interval or scope is asked for apart', async () => {
  await withAdmin({}, async (parts) => {
    const { admin } = parts;
    const [fast, slow] = [await streamOf(admin, [LEVELS]), await streamOf(admin, [LEVELS], { every: 5, token: WRITE_TOKEN })];
    await Promise.all([fast.next('full'), slow.next('full')]);
    await setLevel(admin, 'debug');
    await tick(parts);
    await fast.next('delta');
    assert.is(slow.events.filter(({ event }) => event === 'delta').length, 0);
    await tick(parts, 4);
    await slow.next('delta');
    fast.leave();
    slow.leave();
  });
});

test('nothing is asked once the last one has left', async () => {
  await withAdmin({}, async ({ admin, clock }) => {
    const before = clock.pendingTimers();
    const streams = [await streamOf(admin, [LEVELS]), await streamOf(admin, [LEVELS])];
    for (const stream of streams) await stream.next('full');
    assert.ok(clock.pendingTimers() > before);
    for (const stream of streams) stream.leave();
    await settle();
    assert.is(clock.pendingTimers(), before);
  });
});

test('who comes again is told only what it missed', async () => {
  await withAdmin({}, async (parts) => {
    const { admin } = parts;
    const stays = await streamOf(admin, [LEVELS]);
    const leaves = await streamOf(admin, [LEVELS]);
    await leaves.next('full');
    const lastEventId = leaves.lastId();
    leaves.leave();
    const same = await streamOf(admin, [LEVELS], { lastEventId });
    await same.next('hello');
    await settle();
    assert.equal(same.events.map(({ event }) => event), ['hello']); // biome-ignore format: short
    for (const level of ['debug', 'warn']) {
      await setLevel(admin, level);
      await tick(parts);
    }
    await until('the one that stayed has both', () => stays.events.length === 4);
    const missed = await streamOf(admin, [LEVELS], { lastEventId, before: leaves });
    await until('both changes came', () => missed.events.length === 3);
    assert.equal(missed.events.slice(1), stays.events.slice(2));
    assert.equal(missed.answers, stays.answers);
    // Of another process, of other paths, too old, and nonsense.
    for (const id of [
      'x.y.1',
      lastEventId.replace(/\d+$/, '99999'),
      lastEventId.replace(/\.\d+$/, ''),
      `${lastEventId}.1`,
      'a'.repeat(5000),
      '-1',
    ])
      await (await streamOf(admin, [LEVELS], { lastEventId: id })).next('full');
    await (await streamOf(admin, ['/admin/alerts'], { lastEventId })).next('full');
  });
});

test('after many changes who comes again gets the whole: few of them are kept', async () => {
  await withAdmin({}, async (parts) => {
    const { admin } = parts;
    const stays = await streamOf(admin, [LEVELS]);
    await stays.next('full');
    const lastEventId = stays.lastId();
    for (let turn = 0; turn < 11; turn++) {
      await setLevel(admin, turn % 2 === 0 ? 'debug' : 'warn');
      await tick(parts);
    }
    await until('all came', () => stays.events.length === 13);
    const again = await streamOf(admin, [LEVELS], { lastEventId });
    await again.next('full');
    assert.is(again.versions[0], stays.versions[0]);
  });
});

test('a comment comes at least every 15 s, and after ten minutes it says good-bye', async () => {
  await withAdmin({}, async (parts) => {
    const stream = await streamOf(parts.admin, [LEVELS]);
    await stream.next('full');
    for (let quarter = 1; quarter <= 38; quarter++) {
      await tick(parts, 15);
      assert.ok(stream.beats() >= quarter);
    }
    assert.is(stream.end(), undefined);
    await tick(parts, 15);
    assert.is(stream.end(), undefined);
    await tick(parts, 15);
    assert.is(stream.events.at(-1)!.event, 'bye');
    await until('it is over', () => stream.end() === 'done');
  });
});

test('closing the API ends all of them at once', async () => {
  await withAdmin({}, async ({ admin, clock }) => {
    const streams = await Promise.all([1, 2, 3].map(() => streamOf(admin, [LEVELS])));
    for (const stream of streams) await stream.next('full');
    admin.close();
    for (const stream of streams) {
      await until('it is over', () => stream.end() === 'done');
      assert.is(stream.events.at(-1)!.event, 'bye');
    }
    assert.is(clock.pendingTimers(), 0);
  });
});

test.run();
