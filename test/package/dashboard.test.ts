/** The page of the built package: served by a plain program, by import and by require, and not read before somebody asks. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** What a page may weigh, compressed. */
const MAX_BYTES = 200_000;

interface Told {
  readonly page: { readonly status: number; readonly text: string };
  readonly files: readonly { readonly status: number; readonly cache: string; readonly path: string; readonly text: string }[];
  /** Modules with the page in them that had been loaded when the server was there; asked of `require` only. */
  readonly early: readonly string[];
  readonly late: readonly string[];
}

/** Asks for the page and all that it names. */
const BODY = `
  const loaded = () => (typeof require === 'undefined' ? [] : Object.keys(require.cache).filter((file) => file.includes('page-assets')));
  const server = await serveAdmin(createTelemetry(), { port: 0, token: 'pZ4sVx8uQeJ2nLw6tGk0bRy7mHc3fDa9XoTi5vKqUzM' });
  const early = loaded();
  const get = async (path) => {
    const answer = await fetch(server.url + path);
    return { status: answer.status, cache: answer.headers.get('cache-control'), path, text: await answer.text() };
  };
  const page = await get('/admin/monitoring');
  const names = [...page.text.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, name]) => '/admin/' + name);
  const files = await Promise.all(names.map(get));
  await server.close();
  process.stdout.write(JSON.stringify({ page, files, early, late: loaded() }));
`;

const PROGRAMS: Readonly<Record<string, readonly [type: string, program: string]>> = {
  import: [
    'module',
    `import { createTelemetry } from 'telemetry-bus'; import { serveAdmin } from 'telemetry-bus/node/admin'; await (async () => {${BODY}})();`,
  ],
  require: [
    'commonjs',
    `const { createTelemetry } = require('telemetry-bus'); const { serveAdmin } = require('telemetry-bus/node/admin'); (async () => {${BODY}})();`,
  ],
};

function run(way: string): Told {
  const [type, program] = PROGRAMS[way]!;
  const options = { cwd: root, encoding: 'utf8', timeout: 60_000, maxBuffer: 8_000_000 } as const;
  return JSON.parse(execFileSync(process.execPath, [`--input-type=${type}`, '-e', program], options)) as Told;
}

for (const way of Object.keys(PROGRAMS)) {
  test(`the built package serves its page to a plain program that takes it by ${way}`, () => {
    const { page, files } = run(way);
    assert.is(page.status, 200);
    assert.equal(
      files.map(({ path }) => path.replace(/[0-9a-f]{16}/, 'HASH')).sort(),
      ['app-HASH.css', 'app-HASH.js', 'icon-HASH.svg'].map((name) => `/admin/monitoring/assets/${name}`),
    );
    for (const { status, cache, path, text } of files) {
      assert.equal([status, cache], [200, 'public, max-age=31536000, immutable'], path);
      if (path.endsWith('.svg')) continue;
      assert.match(text, /This file contains uPlot \d/, path);
      assert.match(text, 'The above copyright notice and this permission notice shall be included in', path);
    }
  });
}

test('the page weighs less than 200 kB compressed', () => {
  const parts = run('require').files.map(({ path, text }) => [path.split('.').at(-1)!, gzipSync(text, { level: 9 }).length] as const);
  const sum = parts.reduce((all, [, bytes]) => all + bytes, 0);
  const told = `${parts.map(([name, bytes]) => `${name} ${bytes.toLocaleString('en')} B`).join(', ')}: ${sum.toLocaleString('en')} B gzip`;
  console.log(`\n  page: ${told}`);
  assert.ok(sum > 10_000 && sum < MAX_BYTES, told);
});

/** The files that an entry loads by itself, in the form of modules: those it asks for later are left out. */
function loadedWith(file: string, seen: Set<string> = new Set()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, next] of readFileSync(file, 'utf8').matchAll(/^(?:import|export)\b[^;(]*?["'](\.[^"']+)["']/gm))
    loadedWith(join(dirname(file), next!), seen);
  return seen;
}

test('who imports the admin API does not load the page: it is read when somebody first asks for it', () => {
  const { early, late } = run('require');
  assert.equal(early, []);
  assert.is(late.length, 1);
  const files = [...loadedWith(join(root, 'dist/node/admin/index.js'))];
  assert.ok(files.length > 5, `${files.length} files`);
  assert.ok(files.every((file) => !readFileSync(file, 'utf8').includes('uPlot')));
});

test('the package brings its pictures and its page, and no sources', () => {
  const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root, encoding: 'utf8' });
  const [{ files }] = JSON.parse(packed) as [{ readonly files: readonly { readonly path: string }[] }];
  const paths = files.map(({ path }) => path);
  const pictures = [...readFileSync(`${root}README.md`, 'utf8').matchAll(/!\[[^\]]*\]\(([^)]+\.png)\)/g)].map(([, path]) => path!);
  assert.is(pictures.length, 3);
  for (const picture of pictures) assert.ok(paths.includes(picture), picture);
  assert.is(paths.filter((path) => /^dist\/page-assets-.*\.c?js$/.test(path)).length, 2);
  assert.not(paths.some((path) => /^(?:lib|test|screenshots)\//.test(path)));
});

test.run();
