/** The programs under test, each bundled once with the library into one plain file: starting one must cost little. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export type ProgramName = 'cycles' | 'service' | 'threads' | 'watcher' | 'writer';

/** Told apart by name, so that tools see that they are used. */
const PROGRAMS: Readonly<Record<ProgramName, URL>> = {
  cycles: new URL('../../faults/programs/cycles.ts', import.meta.url),
  service: new URL('../../faults/programs/service.ts', import.meta.url),
  threads: new URL('../../faults/programs/threads.ts', import.meta.url),
  watcher: new URL('../../faults/programs/watcher.ts', import.meta.url),
  writer: new URL('../../faults/programs/writer.ts', import.meta.url),
};

const outdir: string = mkdtempSync(join(tmpdir(), 'faults-programs-'));
process.on('exit', () => rmSync(outdir, { recursive: true, force: true }));
const built = new Map<ProgramName, Promise<string>>();

/** The path of a program of `test/faults/programs`, ready to be run by `node`. */
export function programPath(name: ProgramName): Promise<string> {
  const known = built.get(name) ?? bundle(name);
  built.set(name, known);
  return known;
}

async function bundle(name: ProgramName): Promise<string> {
  const outfile = join(outdir, `${name}.mjs`);
  await build({
    entryPoints: [fileURLToPath(PROGRAMS[name])],
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
