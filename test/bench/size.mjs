/** Bytes a browser loads: bundled, minified, gzip -9. */
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { dist, root } from './library.mjs';
import { report, within } from './measure.mjs';

// esbuild is a tool of the library's, not of the benchmarks'.
const { build } = createRequire(resolve(root, 'package.json'))('esbuild');

async function sizeOf(/** @type {string} */ from, hasDefault = false) {
  const specifier = JSON.stringify(from);
  const { outputFiles } = await build({
    // An absolute path is the library's; a bare name is found where the peers are installed.
    stdin: {
      contents: `export * from ${specifier};${hasDefault ? `export { default } from ${specifier};` : ''}`,
      resolveDir: resolve(root, 'test/bench'),
    },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'error',
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}

const show = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(2)} kB`;
const core = await sizeOf(resolve(dist, 'core/index.js'));
const whole = await sizeOf(resolve(dist, 'index.js'));
const peers = await Promise.all(
  ['mitt', 'nanoevents', 'eventemitter3'].map(async (name) => `${name} ${show(await sizeOf(name, name !== 'nanoevents'))}`),
);
report(
  [
    within('size of telemetry-bus/core, gzip', core, { show, atMost: 5000, peer: peers.join(', ') }),
    within('size of telemetry-bus with all it needs, gzip', whole, { show }),
  ],
  { heard: false },
);
