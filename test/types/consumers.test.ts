import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Both build steps of a consumer: with its libraries checked, and with Node's types or the DOM's. */
const FLAGS = [
  '--noEmit',
  '--strict',
  '--target',
  'ES2022',
  '--module',
  'NodeNext',
  '--moduleResolution',
  'NodeNext',
  '--skipLibCheck',
  'false',
  '--noUncheckedIndexedAccess',
  '--exactOptionalPropertyTypes',
];

const compilers: readonly (readonly [name: string, bin: string, extra: readonly string[]])[] = [
  ['typescript54', 'node_modules/typescript54/bin/tsc', []],
  ['typescript', 'node_modules/typescript/bin/tsc', []],
  ['typescript7', 'node_modules/typescript7/bin/tsc', ['--ignoreConfig']],
];

for (const [name, bin, extra] of compilers) {
  const { version } = JSON.parse(readFileSync(`${root}node_modules/${name}/package.json`, 'utf8')) as { version: string };
  for (const [file, lib] of [
    ['consumer.mts', 'ES2022,DOM'],
    ['consumer.cts', 'ES2022,DOM'],
  ] as const) {
    test(`TypeScript ${version} compiles ${file} against the built package, its declarations checked`, () => {
      const args = [root + bin, ...FLAGS, '--lib', lib, '--types', 'node', ...extra, `test/types/fixtures/${file}`];
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
      assert.is(stdout + stderr, '');
      assert.is(status, 0);
    });
  }
}

test.run();
