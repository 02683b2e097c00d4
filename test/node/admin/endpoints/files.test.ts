import { appendFileSync, copyFileSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'; // biome-ignore format: one line
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Admin, createAdmin } from '../../../../lib/node/admin/admin';
import { readRange } from '../../../../lib/node/admin/files/range';
import { READ_TOKEN, TOKENS } from '../../../support/admin/tokens';
import { ask, askOnly } from '../../../support/admin/validate';
import { type Started, withStart } from '../../../support/started';

type Files = Started & { readonly admin: Admin };

const withFiles = (body: (files: Files) => unknown, options: Parameters<typeof withStart>[0] = {}) =>
  withStart({ monitor: false, ...options }, async (started) => {
    using admin = createAdmin(started.app, { tokens: TOKENS });
    await body({ ...started, admin });
  });

const get = (admin: Admin, path: string, headers: Record<string, string> = {}) =>
  admin.fetch(new Request(`http://localhost${path}`, { headers: { authorization: `Bearer ${READ_TOKEN}`, ...headers } }));
const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());
const namesOf = async (admin: Admin): Promise<string[]> =>
  (await ask(admin, 'GET', '/admin/files', { token: READ_TOKEN })).json.files.map(({ name }: { name: string }) => name);

test('the list has the files of the streams and what was rotated out of them, and nothing else that lies there', async () => {
  await withFiles(async ({ admin, app, dir }) => {
    app.logger('cart').info('one');
    await app.flush();
    writeFileSync(join(dir, 'app.log.1'), 'older\n');
    writeFileSync(join(dir, 'app.log.2.gz'), gzipSync('oldest\n'));
    writeFileSync(join(dir, 'app.log.bak'), 'not ours\n');
    writeFileSync(join(dir, 'passwords.txt'), 'not ours\n');
    symlinkSync('/etc/hostname', join(dir, 'app.log.3'));
    const { json } = await ask(admin, 'GET', '/admin/files');
    const app_ = json.files.filter(({ stream }: { stream: string }) => stream === 'app');
    assert.equal(app_.map(({ name, compressed }: { name: string; compressed: boolean }) => [name, compressed]), [['app.log', false], ['app.log.1', false], ['app.log.2.gz', true]]); // biome-ignore format: short
    assert.is(app_[1].bytes, 6);
    const all = json.files.map(({ name }: { name: string }) => name);
    for (const name of ['app.log.bak', 'passwords.txt', 'app.log.3']) assert.not(all.includes(name), name);
    assert.is(json.total, all.length);
  });
});

test('a file is downloaded as it is, a compressed one, too', async () => {
  await withFiles(async ({ admin, app, dir }) => {
    for (let number = 0; number < 3000; number++) app.logger('cart').info(`line ${number}`, { text: 'ä€😀'.repeat(10) });
    await app.flush();
    writeFileSync(join(dir, 'app.log.1.gz'), gzipSync('packed\n'));
    const before = readFileSync(join(dir, 'app.log'));
    const response = await get(admin, '/admin/files/app.log');
    assert.is(response.headers.get('content-disposition'), `attachment; filename="app.log"; filename*=UTF-8''app.log`);
    assert.is(response.headers.get('accept-ranges'), 'bytes');
    const bytes = await bytesOf(response);
    assert.ok(bytes.equals(before));
    assert.is(Number(response.headers.get('content-length')), bytes.length);
    assert.is(gunzipSync(await bytesOf(await get(admin, '/admin/files/app.log.1.gz'))).toString(), 'packed\n');
    writeFileSync(join(dir, 'app.log.1'), 'twelve bytes');
    const head = await ask(admin, 'HEAD', '/admin/files/app.log.1');
    assert.equal([head.status, head.headers.get('content-length'), head.text], [200, '12', '']);
  });
});

test('what is written after the request came is not part of the answer', async () => {
  await withFiles(async ({ admin, app, dir }) => {
    app.logger('cart').info('one');
    await app.flush();
    const before = readFileSync(join(dir, 'app.log'));
    const response = await get(admin, '/admin/files/app.log');
    appendFileSync(join(dir, 'app.log'), 'later\n');
    assert.ok((await bytesOf(response)).equals(before));
  });
});

test('a file that is cut while it is read makes the download fail', async () => {
  await withFiles(async ({ admin, dir, app }) => {
    await app.flush();
    writeFileSync(join(dir, 'app.log.1'), 'x'.repeat(300_000));
    const response = await get(admin, '/admin/files/app.log.1');
    const reader = response.body!.getReader();
    await reader.read();
    truncateSync(join(dir, 'app.log.1'), 10);
    let error: unknown;
    try {
      while (!(await reader.read()).done);
    } catch (reason) {
      error = reason;
    }
    assert.ok(error);
  });
});

test('one range is answered with it, for any file and any range', async () => {
  await withFiles(async ({ admin, dir, app }) => {
    await app.flush();
    const path = join(dir, 'app.log.1');
    const property = fc.asyncProperty(
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      fc.option(fc.nat(260), { nil: undefined }),
      fc.option(fc.nat(260), { nil: undefined }),
      async (content, first, last) => {
        writeFileSync(path, content);
        const response = await get(admin, '/admin/files/app.log.1', { range: `bytes=${first ?? ''}-${last ?? ''}` });
        const got = await bytesOf(response);
        const [from, to] = first === undefined ? [Math.max(0, content.length - (last ?? 0)), content.length - 1] : [first, Math.min(last ?? Infinity, content.length - 1)]; // biome-ignore format: short
        const isNone = (first === undefined && last === undefined) || (first !== undefined && last !== undefined && last < first);
        if (isNone) assert.equal([response.status, got.length], [200, content.length]);
        else if (from >= content.length) {
          assert.equal([response.status, response.headers.get('content-range')], [416, `bytes */${content.length}`]);
        } else {
          assert.equal([response.status, response.headers.get('content-range')], [206, `bytes ${from}-${to}/${content.length}`]);
          assert.ok(got.equals(Buffer.from(content).subarray(from, to + 1)));
        }
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });
});

test('several ranges, other units and ranges that depend on something are answered with all of it', () => {
  for (const header of ['bytes=0-1,3-4', 'lines=0-1', 'bytes=a-b', 'bytes=5-2', 'bytes=-', '', null])
    assert.is(readRange(header, 10), undefined);
  assert.equal(readRange('bytes=-3', 10), { from: 7, to: 9 });
  assert.is(readRange('bytes=0-', 0), 'none');
});

test('four files are downloaded at a time; a fifth waits for one that ends or is given up', async () => {
  await withFiles(async ({ admin, dir, app }) => {
    await app.flush();
    writeFileSync(join(dir, 'app.log.1'), 'x'.repeat(500_000));
    const open = await Promise.all([1, 2, 3, 4].map(() => get(admin, '/admin/files/app.log.1')));
    const fifth = await ask(admin, 'GET', '/admin/files/app.log.1');
    assert.equal([fifth.status, fifth.headers.get('retry-after')], [503, '2']);
    await open[0]!.body!.cancel();
    await settled(async () => (await ask(admin, 'GET', '/admin/files/app.log.1')).status === 200);
    const aborted = new AbortController();
    for (const response of open.slice(1)) await response.body!.cancel();
    await settled(async () => (await ask(admin, 'GET', '/admin/files/app.log.1')).status === 200);
    const request = new Request('http://localhost/admin/files/app.log.1', {
      headers: { authorization: `Bearer ${READ_TOKEN}` },
      signal: aborted.signal,
    });
    const response = await admin.fetch(request);
    aborted.abort();
    let failed = false;
    await response.arrayBuffer().catch(() => { failed = true; }); // biome-ignore format: short
    assert.ok(failed);
  });
});

/** Waits for something that will be so. */
async function settled(isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('It did not come to be');
}

test('no name leads to a file that is not in the list', async () => {
  await withFiles(async ({ admin, dir, app }) => {
    await app.flush();
    writeFileSync(join(dir, 'secret.txt'), 'TOP SECRET\n');
    const names = [
      '..%2f..%2fetc%2fpasswd', '%2e%2e%2fsecret.txt', '..', '%2e%2e', '.', 'secret.txt', '%2fetc%2fpasswd', 'app.log%00', 'app.log%00.txt',
      '..%5csecret.txt', 'app.log%2f..%2fsecret.txt', '%252e%252e%252fsecret.txt', 'app.log.1', encodeURIComponent(join(dir, 'app.log')), 'APP.LOG',
      '__proto__', 'constructor', '%c0%ae%c0%ae', 'app.log%0a', ' app.log', 'app.log%20',
    ]; // biome-ignore format: a table
    for (const name of names) {
      for (const rest of ['', '/tail']) {
        const { status, text } = await askOnly(admin, 'GET', `/admin/files/${name}${rest}`);
        assert.is(status, 404, `${name}${rest}`);
        assert.not.match(text, /TOP SECRET|root:/);
      }
    }
    assert.is((await ask(admin, 'GET', '/admin/files/app.log')).status, 200);
  });
});

test('what was put in the place of a log file is not shown: a link, a second name, a folder, a pipe', async () => {
  await withFiles(async ({ admin, dir, app }) => {
    await app.flush();
    writeFileSync(join(dir, 'secret.txt'), 'TOP SECRET\n');
    const swaps: readonly ((path: string) => void)[] = [
      (path) => symlinkSync(join(dir, 'secret.txt'), path),
      (path) => linkSync(join(dir, 'secret.txt'), path),
      (path) => mkdirSync(path),
    ];
    for (const swap of swaps) {
      const path = join(dir, 'app.log.1');
      writeFileSync(path, 'ours\n');
      assert.ok((await namesOf(admin)).includes('app.log.1'));
      rmSync(path);
      swap(path);
      for (const rest of ['', '/tail']) {
        const { status, text } = await askOnly(admin, 'GET', `/admin/files/app.log.1${rest}`);
        assert.equal([status, text.includes('SECRET')], [404, false]);
      }
      rmSync(path, { recursive: true });
    }
  });
});

test('reading files is a security event, once a minute for each of them', async () => {
  await withFiles(async ({ admin, app, records }) => {
    app.logger('cart').info('one');
    await app.flush();
    for (let round = 0; round < 3; round++) await ask(admin, 'GET', '/admin/files/app.log/tail', { token: READ_TOKEN });
    await (await get(admin, '/admin/files/app.log')).arrayBuffer();
    admin.close();
    await app.flush();
    const reads = records('security.log').filter(({ event }) => event === 'sensitive_read');
    assert.equal(reads.map(({ actor, attempted_resource: what, accesses }) => [actor, what, accesses]), [['viewer', '/admin/files/app.log/tail', 1], ['viewer', '/admin/files/app.log', 1], ['viewer', '/admin/files/app.log/tail', 2]]); // biome-ignore format: short
  });
});

const tailOf = (admin: Admin, query = '', name = 'app.log.1') => ask(admin, 'GET', `/admin/files/${name}/tail${query}`);

test('the tail is what the last lines are, for any file and any number', async () => {
  await withFiles(async ({ admin, dir, app }) => {
    await app.flush();
    const path = join(dir, 'app.log.1');
    const line = fc.oneof(fc.string({ maxLength: 20 }), fc.constant(''), fc.constant('ä€😀'), fc.nat(40_000).map((size) => 'y'.repeat(size))); // biome-ignore format: short
    const property = fc.asyncProperty(fc.array(line, { maxLength: 30 }), fc.integer({ min: 1, max: 40 }), fc.boolean(), async (lines, most, isEnded) => {
      const text = lines.map((one) => one.replace(/[\n\r{\ud800-\udfff]/g, '.')).join('\n') + (isEnded ? '\n' : '');
      writeFileSync(path, text);
      const whole = text.split('\n').slice(0, -1);
      const { json } = await tailOf(admin, `?lines=${most}`);
      assert.equal(json.lines, whole.slice(-most));
      assert.is(json.has_more, whole.length > most);
    }); // biome-ignore format: short
    await fc.assert(property, { numRuns: 60 });
  });
});

test('going on from a cursor tells each line once, in order, through rotations', async () => {
  await withFiles(async ({ admin, app, dir }) => {
    const path = join(dir, 'app.log');
    writeFileSync(path, '');
    let written = 0;
    const write = (count: number) => { for (let each = 0; each < count; each++) appendFileSync(path, `line ${written++}\n`); }; // biome-ignore format: short
    write(10);
    let { json } = await tailOf(admin, '?lines=3', 'app.log');
    const got: string[] = [...json.lines];
    assert.equal(got, ['line 7', 'line 8', 'line 9']);
    for (let round = 0; round < 3; round++) {
      write(5);
      renameFamily(dir);
      writeFileSync(path, '');
      write(4);
      for (let turn = 0; turn < 20; turn++) {
        ({ json } = await tailOf(admin, `?lines=2&after=${json.cursor}`, 'app.log'));
        assert.is(json.has_gap, false);
        got.push(...json.lines);
        if (!json.has_more && json.lines.length === 0) break;
      }
    }
    assert.equal(
      got.filter(isText),
      Array.from({ length: written - 7 }, (_, index) => `line ${index + 7}`),
    );
    void app;
  });
});

const isText = (line: unknown): boolean => typeof line === 'string';

/** As rotation names them. */
function renameFamily(dir: string): void {
  const rotated = readdirSync(dir).filter((name) => /^app\.log\.\d+$/.test(name)).sort().reverse(); // biome-ignore format: short
  for (const name of rotated) renameSync(join(dir, name), join(dir, `app.log.${Number(name.split('.')[2]) + 1}`));
  renameSync(join(dir, 'app.log'), join(dir, 'app.log.1'));
}

test('a cursor whose place is gone begins anew, and says that lines are missing', async () => {
  await withFiles(async ({ admin, app, dir }) => {
    await app.flush();
    const path = join(dir, 'app.log.1');
    writeFileSync(path, 'one\ntwo\n');
    const { cursor } = (await tailOf(admin)).json;
    copyFileSync(path, join(dir, 'kept'));
    truncateSync(path, 0);
    appendFileSync(path, 'new\n');
    const cut = (await tailOf(admin, `?after=${cursor}`)).json;
    assert.equal([cut.lines, cut.has_gap], [['new'], true]);
    writeFileSync(join(dir, 'other'), 'other\n');
    renameSync(join(dir, 'other'), path);
    const replaced = (await tailOf(admin, `?after=${cursor}`)).json;
    assert.equal([replaced.lines, replaced.has_gap], [['other'], true]);
    for (const wrong of ['x', 'AAAA', '%00']) assert.is((await tailOf(admin, `?after=${wrong}`)).status, 400);
  });
});

test('lines are records where they are JSON, and can be chosen by level and text', async () => {
  await withFiles(async ({ admin, app, dir }) => {
    await app.flush();
    const path = join(dir, 'app.log.1');
    const lines = [{ level: 'INFO', message: 'a' }, { level: 'ERROR', message: 'Boom' }, { level: 50, msg: 'pino' }, { 'log.level': 'critical', message: 'ecs' }, { SeverityText: 'WARNING' }]; // biome-ignore format: short
    writeFileSync(path, `${lines.map((line) => JSON.stringify(line)).join('\n')}\nplain text\n{"broken\n`);
    assert.equal((await tailOf(admin)).json.lines, [...lines, 'plain text', '{"broken']);
    assert.equal((await tailOf(admin, '?level=error')).json.lines, lines.slice(1, 4));
    assert.equal((await tailOf(admin, '?level=warn')).json.lines, lines.slice(1));
    assert.equal((await tailOf(admin, '?text=boom')).json.lines, [lines[1]]);
    assert.equal((await tailOf(admin, '?text=boom&level=critical')).json.lines, []);
    assert.is((await tailOf(admin, '?lines=2001')).status, 400);
  });
});

test('at most a megabyte is read, however long the lines are', async () => {
  await withFiles(async ({ admin, app, dir }) => {
    await app.flush();
    const path = join(dir, 'app.log.1');
    writeFileSync(path, `${'a'.repeat(600_000)}\n${'b'.repeat(600_000)}\n${'c'.repeat(1_500_000)}\nlast\n`);
    const { json } = await tailOf(admin);
    assert.equal([json.lines, json.has_more], [['last'], true]);
    // Going on from the beginning passes over the line that can't be read at once.
    let { cursor } = (await tailOf(admin, '?lines=1')).json;
    appendFileSync(path, `${'d'.repeat(2_500_000)}\nend\n`);
    const got: string[] = [];
    for (let turn = 0; turn < 10; turn++) {
      const next = (await tailOf(admin, `?after=${cursor}`)).json;
      got.push(...next.lines);
      cursor = next.cursor;
    }
    assert.is(got.filter(isText).at(-1), 'end');
  });
});

test('a compressed file is to be downloaded', async () => {
  await withFiles(async ({ admin, app, dir }) => {
    await app.flush();
    writeFileSync(join(dir, 'app.log.1.gz'), gzipSync('packed\n'));
    assert.is((await tailOf(admin, '', 'app.log.1.gz')).status, 409);
  });
});

test('a bus that was not started has no files', async () => {
  await withStart({}, async ({ bus }) => {
    using admin = createAdmin(bus, { tokens: TOKENS });
    assert.equal(await namesOf(admin), []);
    assert.is((await ask(admin, 'GET', '/admin/files/app.log')).status, 404);
  });
});

test.run();
