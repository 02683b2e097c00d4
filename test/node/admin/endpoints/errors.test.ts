import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createErrors } from '../../../../lib/entries/errors';
import { systemClock } from '../../../../lib/index';
import { type Admin, createAdmin } from '../../../../lib/node/admin/admin';
import { searchFiles } from '../../../../lib/node/admin/files/search';
import { READ_TOKEN, TOKENS } from '../../../support/admin/tokens';
import { ask } from '../../../support/admin/validate';
import { type Started, withStart } from '../../../support/started';

const withErrors = (body: (started: Started & { readonly admin: Admin }) => unknown, options: Parameters<typeof withStart>[0] = {}) =>
  withStart({ monitor: false, ...options }, async (started) => {
    using admin = createAdmin(started.app, { tokens: TOKENS });
    await body({ ...started, admin });
  });

/** A line as another run of the program would have left it. */
const lineOf = (errorId: string, fingerprint: string, message: string): string =>
  `${JSON.stringify({ level: 'ERROR', message, error_id: errorId, fingerprint })}\n`;

test('groups are told by the latest, or by how often they were', async () => {
  await withErrors(async ({ admin, bus }) => {
    const { report } = createErrors(bus);
    for (let round = 0; round < 3; round++) report(new RangeError(`no user ${round}`));
    report(new TypeError('password=hunter2 is wrong'));
    const { json, text } = await ask(admin, 'GET', '/admin/errors', { token: READ_TOKEN });
    assert.equal(json.errors.map(({ error_type, total }: { error_type: string; total: number }) => [error_type, total]), [['TypeError', 1], ['RangeError', 3]]); // biome-ignore format: short
    assert.equal([json.tracked, json.occurrences], [2, 4]);
    assert.not.match(text, /hunter2/);
    const most = (await ask(admin, 'GET', '/admin/errors?sort=total&limit=1')).json.errors;
    assert.equal(most.map(({ error_type }: { error_type: string }) => error_type), ['RangeError']); // biome-ignore format: short
    assert.is((await ask(admin, 'GET', '/admin/errors?sort=nothing')).status, 400);
  });
});

test('an error is found by the id that somebody was told, with its group and its record', async () => {
  await withErrors(async ({ admin, app, bus }) => {
    const id = createErrors(bus).report(new RangeError('no user 7'), { fields: { order: 4711 } });
    await app.flush();
    const { json } = await ask(admin, 'GET', `/admin/errors/by-id/${id.toUpperCase()}`);
    assert.equal([json.group.error_type, json.group.last_error_id], ['RangeError', id]);
    assert.equal(json.searched.storage, 'absent');
    assert.equal([json.records[0].found_in, json.records[0].record.error_id, json.records[0].record.order], ['file', id, 4711]);
    const one = (await ask(admin, 'GET', `/admin/errors/${json.group.fingerprint}?records=1`)).json;
    assert.equal([one.group.total, one.records.length, one.records[0].record.error_id], [1, 1, id]);
    const none = (await ask(admin, 'GET', `/admin/errors/${json.group.fingerprint}?records=0`)).json;
    assert.equal([none.records, none.searched.storage, none.searched.files], [[], 'not needed', 0]);
  });
});

test('an error of an earlier run is found in rotated and in compressed files', async () => {
  await withErrors(async ({ admin, app, dir }) => {
    await app.flush();
    writeFileSync(
      join(dir, 'app.log.1'),
      `${'filler\n'.repeat(100_000)}${lineOf('aaaa1111', '0123456789ab', 'rotated')}${'filler\n'.repeat(1000)}`,
    );
    writeFileSync(join(dir, 'app.log.2.gz'), gzipSync(lineOf('bbbb2222', 'ba9876543210', 'packed')));
    const rotated = (await ask(admin, 'GET', '/admin/errors/by-id/aaaa1111')).json;
    assert.equal([rotated.group, rotated.records.length, rotated.records[0].file, rotated.records[0].record.message], [null, 1, 'app.log.1', 'rotated']); // biome-ignore format: short
    const packed = (await ask(admin, 'GET', '/admin/errors/ba9876543210')).json;
    assert.equal([packed.records[0].file, packed.records[0].record.error_id], ['app.log.2.gz', 'bbbb2222']);
  });
});

test('an id is found where it stands by itself only', async () => {
  await withErrors(async ({ admin, app, dir }) => {
    await app.flush();
    writeFileSync(join(dir, 'app.log.1'), `${lineOf('xaaaa1111', '0123456789ab', 'a longer id')}text aaaa11112\n`);
    assert.is((await ask(admin, 'GET', '/admin/errors/by-id/aaaa1111')).status, 404);
    writeFileSync(join(dir, 'app.log.1'), 'text error_id=aaaa1111, more\n');
    assert.equal((await ask(admin, 'GET', '/admin/errors/by-id/aaaa1111')).json.records[0].record, 'text error_id=aaaa1111, more');
  });
});

test('that somebody asked for an id does not make it found the next time', async () => {
  for (const logFormat of ['json', 'text'] as const) {
    await withErrors(
      async ({ admin, app, text }) => {
        for (let round = 0; round < 3; round++) {
          // Told in the log by then.
          app.security('sensitive_read', { attempted_resource: '/admin/errors/by-id/zzzz9999' });
          await app.flush();
          assert.is((await ask(admin, 'GET', '/admin/errors/by-id/zzzz9999')).status, 404);
        }
        assert.match(text('app.log'), /zzzz9999/);
      },
      { streams: { app: { format: logFormat } } },
    );
  }
});

test('an id is found whatever schema the record is written in, and in the summary of a storm', async () => {
  for (const schema of ['default', 'pino', 'ecs', 'otel'] as const) {
    await withErrors(
      async ({ admin, app, bus }) => {
        const id = createErrors(bus).report(new RangeError('no user 7'));
        await app.flush();
        const { records } = (await ask(admin, 'GET', `/admin/errors/by-id/${id}`)).json;
        assert.ok(records.length > 0, schema);
      },
      { values: { logSchema: schema } },
    );
  }
  await withErrors(async ({ admin, app, dir }) => {
    await app.flush();
    writeFileSync(
      join(dir, 'app.log.1'),
      `${JSON.stringify({ message: '3 more of the same', error_ids: 'aaaa1111 bbbb2222 cccc3333' })}\n`,
    );
    assert.is((await ask(admin, 'GET', '/admin/errors/by-id/bbbb2222')).json.records.length, 1);
  });
});

test('what is nowhere is 404, and what can be no id is 400', async () => {
  await withErrors(async ({ admin }) => {
    const { status, json } = await ask(admin, 'GET', '/admin/errors/by-id/zzzz9999');
    assert.equal([status, json.code], [404, 'NOT_FOUND']);
    assert.is((await ask(admin, 'GET', '/admin/errors/000000000000')).status, 404);
    for (const id of ['a.*b', 'abc', '%22%22%22%22', 'a'.repeat(65)])
      assert.is((await ask(admin, 'GET', `/admin/errors/by-id/${id}`)).status, 400, id);
    for (const fingerprint of ['xyz', '0123456789AB', '0123456789abc'])
      assert.is((await ask(admin, 'GET', `/admin/errors/${fingerprint}`)).status, 400);
  });
});

test('the storage is asked first, and files where it has nothing or fails', async () => {
  let answer: () => Promise<readonly object[]> = async () => [];
  const stored = { key: 'k', errorId: 'cccc3333', fingerprint: '0123456789ab', occurrences: 1, time: 0, level: 'ERROR', logger: 'l', message: 'm', errorType: undefined, record: { error_id: 'cccc3333', message: 'stored' } }; // biome-ignore format: short
  const store = { name: 'mine', open: async () => undefined, insert: async () => 0, find: () => answer(), groups: async () => [], prune: async () => 0, close: async () => undefined }; // biome-ignore format: short
  await withErrors(
    async ({ admin, app, dir }) => {
      await app.flush();
      writeFileSync(join(dir, 'app.log.1'), lineOf('cccc3333', '0123456789ab', 'in a file'));
      const asked = async () => (await ask(admin, 'GET', '/admin/errors/by-id/cccc3333')).json;
      const nothing = await asked();
      assert.equal([nothing.searched.storage, nothing.records[0].found_in], ['nothing', 'file']);
      answer = async () => [stored];
      const found = await asked();
      assert.equal([found.searched.storage, found.searched.files, found.records], ['found', 0, [{ found_in: 'storage', record: stored.record }]]); // biome-ignore format: short
      answer = () => Promise.reject(new Error('down'));
      const failed = await asked();
      assert.equal([failed.searched.storage, failed.records[0].found_in], ['failed', 'file']);
    },
    { storage: { store: store as never, spool: false } },
  );
});

test('a third search at a time is refused, and the places are given back', async () => {
  let release: () => void = () => undefined;
  const held = new Promise<readonly object[]>((resolve) => { release = () => resolve([]); }); // biome-ignore format: short
  const store = { name: 'mine', open: async () => undefined, insert: async () => 0, find: () => held, groups: async () => [], prune: async () => 0, close: async () => undefined }; // biome-ignore format: short
  await withErrors(
    async ({ admin }) => {
      const path = '/admin/errors/by-id/zzzz9999';
      const waiting = [ask(admin, 'GET', path), ask(admin, 'GET', path)];
      await new Promise((resolve) => setImmediate(resolve));
      assert.is((await ask(admin, 'GET', path)).status, 503);
      release();
      assert.equal((await Promise.all(waiting)).map(({ status }) => status), [404, 404]); // biome-ignore format: short
      assert.is((await ask(admin, 'GET', path)).status, 404);
    },
    { storage: { store: store as never, spool: false } },
  );
});

test('a search ends at its limits, and says so', async () => {
  await withErrors(async ({ app, dir }) => {
    const path = join(dir, 'big.log');
    writeFileSync(path, 'filler\n'.repeat(200_000) + lineOf('dddd4444', '0123456789ab', 'at the end'));
    const entry = { name: 'big.log', stream: 'app', path, isCompressed: false };
    const limits = { most: 5, bytes: 1e9, ms: 60_000, clock: systemClock(), signal: new AbortController().signal };
    const whole = await searchFiles([entry], 'dddd4444', limits);
    assert.equal([whole.found.length, whole.isComplete, whole.filesRead], [1, true, 1]);
    const short = await searchFiles([entry], 'dddd4444', { ...limits, bytes: 300_000 });
    assert.equal([short.found.length, short.isComplete], [0, false]);
    const late = await searchFiles([entry], 'dddd4444', { ...limits, ms: -1 });
    assert.equal([late.found.length, late.isComplete, late.filesRead], [0, false, 0]);
    const gone = await searchFiles([entry], 'dddd4444', { ...limits, signal: AbortSignal.abort() });
    assert.equal([gone.found.length, gone.isComplete], [0, false]);
    const broken = join(dir, 'broken.gz');
    writeFileSync(broken, gzipSync(lineOf('dddd4444', '0123456789ab', 'cut').repeat(50)).subarray(0, 40));
    const cut = await searchFiles([{ ...entry, path: broken, isCompressed: true }], 'eeee5555', limits);
    assert.equal([cut.found.length, cut.isComplete], [0, false]);
    await app.flush();
  });
});

test('a word across two chunks and lines without an end are found', async () => {
  await withErrors(async ({ dir }) => {
    const path = join(dir, 'big.log');
    const limits = { most: 5, bytes: 1e9, ms: 60_000, clock: systemClock(), signal: new AbortController().signal };
    const entry = { name: 'big.log', stream: 'app', path, isCompressed: false };
    for (const shift of [0, 1, 4, 7, 8, 9]) {
      writeFileSync(path, `${'x'.repeat(262_144 - 10 - shift)}\nid ffff6666 behind\nffff6666`);
      const { found } = await searchFiles([entry], 'ffff6666', limits);
      assert.equal(found.map(({ line }) => line), ['id ffff6666 behind', 'ffff6666'], `${shift}`); // biome-ignore format: short
    }
  });
});

test.run();
