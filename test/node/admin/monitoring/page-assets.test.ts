import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Assets, type PageAssets } from '../../../../lib/node/admin/monitoring/assets';
import { Problem } from '../../../../lib/node/admin/problem';
import { withAdmin, withServer } from '../../../support/admin/served';
import { WRITE_TOKEN } from '../../../support/admin/tokens';
import { askOnly } from '../../../support/admin/validate';

const SOURCES: PageAssets = { script: 'let a = 1;\n'.repeat(500), style: 'a { color: red }\n'.repeat(500), icon: '<svg/>' };

test('names of files tell what is in them', async () => {
  const assets = new Assets(async () => SOURCES);
  const files = await assets.files();
  assert.match(files.script, /^app-[0-9a-f]{16}\.js$/);
  assert.match(files.style, /^app-[0-9a-f]{16}\.css$/);
  assert.match(files.icon, /^icon-[0-9a-f]{16}\.svg$/);
  const other = await new Assets(async () => ({ ...SOURCES, script: `${SOURCES.script};` })).files();
  assert.is.not(other.script, files.script);
  assert.is(other.style, files.style);
});

test('files are sent in the smallest form that the client takes, the same in each', async () => {
  const assets = new Assets(async () => SOURCES);
  const { script, icon } = await assets.files();
  const form = async (accept: string | null, name = script) => assets.form(name, accept);
  const forms = [await form('gzip, deflate, br'), await form('gzip'), await form(null), await form('br;q=0'), await form('gzip;q=0, *')];
  assert.equal(
    forms.map(({ coding }) => coding),
    ['br', 'gzip', undefined, undefined, 'br'],
  );
  const texts = [brotliDecompressSync(forms[0]!.bytes), gunzipSync(forms[1]!.bytes), forms[2]!.bytes].map((bytes) =>
    Buffer.from(bytes).toString(),
  );
  assert.equal(texts, [SOURCES.script, SOURCES.script, SOURCES.script]);
  assert.is(new Set(forms.slice(0, 3).map(({ tag }) => tag)).size, 3);
  assert.is((await form('br, gzip', icon)).coding, undefined, 'what gets no smaller is sent as it is');
  assert.is((await form('br')).bytes, forms[0]!.bytes, 'compressed once');
});

test('files are read once, when the first asks, and again after a failure', async () => {
  let reads = 0;
  const assets = new Assets(async () => {
    reads++;
    if (reads === 1) throw new Error('ERR_MODULE_NOT_FOUND /home/somebody/secret');
    return SOURCES;
  });
  assert.is(reads, 0);
  const error = await assets.files().catch((caught: unknown) => caught);
  assert.ok(error instanceof Problem && error.status === 503 && error.code === 'PAGE_MISSING');
  assert.not.match(JSON.stringify(error), 'secret');
  await Promise.all([assets.files(), assets.files(), assets.form('x', null).catch(() => undefined)]);
  assert.is(reads, 2);
});

/** Paths of the page's own files. */
const pathsOf = (html: string): string[] => [...html.matchAll(/(?:href|src)="([^"]+)"/g)].map((match) => `/admin/${match[1]}`);

test('files may be kept for ever, and who has one is told so', async () => {
  await withAdmin({}, async ({ admin }) => {
    const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
      askOnly(admin, method, path, { token: null, headers });
    const types: string[] = [];
    for (const path of pathsOf((await get('/admin/monitoring')).text)) {
      const { status, headers, text } = await get(path);
      assert.is(status, 200);
      types.push(headers.get('content-type')!);
      assert.is(headers.get('cache-control'), 'public, max-age=31536000, immutable');
      assert.is(headers.get('vary'), 'accept-encoding');
      assert.is(headers.get('x-content-type-options'), 'nosniff');
      assert.is(headers.get('content-security-policy'), "default-src 'none'; frame-ancestors 'none'");
      const etag = headers.get('etag')!;
      for (const known of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
        const again = await get(path, { 'if-none-match': known });
        assert.equal([again.status, again.text, again.headers.get('etag')], [304, '', etag], known);
        assert.match(again.headers.get('cache-control')!, 'immutable');
      }
      for (const other of ['"x"', etag.slice(1), '']) assert.is((await get(path, { 'if-none-match': other })).status, 200);
      const head = await get(path, {}, 'HEAD');
      assert.equal([head.status, head.text, head.headers.get('content-length')], [200, '', `${Buffer.byteLength(text)}`]);
    }
    assert.equal(types.sort(), ['image/svg+xml; charset=utf-8', 'text/css; charset=utf-8', 'text/javascript; charset=utf-8']);
    const missing = await get('/admin/monitoring/assets/app-0123456789abcdef.js');
    assert.equal([missing.status, missing.headers.get('cache-control')], [404, 'no-store'], 'what is not there may be there tomorrow');
  });
});

test('a browser over HTTP gets them compressed', async () => {
  await withServer({}, async ({ server }) => {
    const html = await (await fetch(`${server.url}/admin/monitoring`)).text();
    for (const path of pathsOf(html)) {
      const plain = await (await fetch(server.url + path, { headers: { 'accept-encoding': 'identity' } })).text();
      for (const coding of ['br', 'gzip']) {
        const answer = await fetch(server.url + path, { headers: { 'accept-encoding': coding } });
        assert.ok([coding, null].includes(answer.headers.get('content-encoding')));
        assert.is(await answer.text(), plain);
      }
    }
    const refused = await fetch(`${server.url}/admin/system`, { headers: { 'accept-encoding': 'br' } });
    assert.is(refused.status, 401);
    const known = await fetch(`${server.url}/admin/system`, { headers: { 'x-admin-token': WRITE_TOKEN } });
    assert.is(known.headers.get('cache-control'), 'no-store', 'data is kept by nobody');
  });
});

test.run();
