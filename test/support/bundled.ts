/** Programs that tests start in processes and threads of their own, each bundled once with the library into one plain file: starting one must cost little. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

let folder: string | undefined;
const built = new Map<string, Promise<string>>();

/** The path of a program, ready to be run by `node`. @param source - Its TypeScript. */
export function bundled(source: URL): Promise<string> {
  const known = built.get(source.href) ?? bundle(source);
  built.set(source.href, known);
  return known;
}

async function bundle(source: URL): Promise<string> {
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'programs-'));
    process.on('exit', () => rmSync(made, { recursive: true, force: true }));
    folder = made;
  }
  const entry = fileURLToPath(source);
  const outfile = join(folder, `${basename(entry, '.ts')}.mjs`);
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    // Dependencies in the other module system ask for what Node has built in.
    banner: { js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);" },
    logLevel: 'warning',
  });
  return outfile;
}
