/**
 * Builds the dashboard: one script and one style sheet out of lib/dashboard/page and uPlot, as the texts of a module that the admin API
 * serves them from (`lib/node/admin/monitoring/page-assets.ts`, which is not in the repository). A module, because it is found wherever
 * the library is: run from its sources, built, or bundled with an application.
 *
 *   node config/tools/build-dashboard.mjs
 *   node config/tools/build-dashboard.mjs --if-possible    says so, and does nothing, where its tools are not installed
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Whoever installs without development dependencies builds nothing. */
const tools = await import('esbuild').catch((error) => {
  if (!process.argv.includes('--if-possible')) throw error;
  console.log('The dashboard was not built: its tools are no part of this installation');
});
if (tools === undefined) process.exit(0);
const { build } = tools;

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const target = join(root, 'lib/node/admin/monitoring/page-assets.ts');

const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: { app: 'lib/dashboard/page/main.ts' },
  outdir: 'unwritten',
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  // Keeps the class names of nothing, and the licences of what is bundled.
  legalComments: 'inline',
  charset: 'utf8',
  write: false,
});
const text = (ending) => outputFiles.find(({ path }) => path.endsWith(ending)).text;
// Its minified style sheet has no notice of its own; neither has the module it is bundled from.
const { version } = JSON.parse(readFileSync(join(root, 'node_modules/uplot/package.json'), 'utf8'));
const licence = readFileSync(join(root, 'node_modules/uplot/LICENSE'), 'utf8').trim();
const notice = `/*!\nThis file contains uPlot ${version}:\n\n${licence}\n*/\n`;
const icon = readFileSync(join(root, 'lib/dashboard/page/icon.svg'), 'utf8').trim();

const module = `// Made by config/tools/build-dashboard.mjs.
/** The files of the dashboard. */
export const PAGE_ASSETS: { readonly script: string; readonly style: string; readonly icon: string } = {
  script: ${JSON.stringify(notice + text('.js'))},
  style: ${JSON.stringify(notice + text('.css'))},
  icon: ${JSON.stringify(icon)},
};
`;
let before = '';
try {
  before = readFileSync(target, 'utf8');
} catch {
  // The first time.
}
mkdirSync(dirname(target), { recursive: true });
// Left alone when it is the same, so that nothing else is built anew.
if (before !== module) writeFileSync(target, module);
