import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A small tree: six exported names, one file that does not parse, and two files that are none of the tree's own. */
const FILES: Readonly<Record<string, string>> = {
  'index.ts': "export { parse } from './parser/parse';\nexport const version = '1.0.0';\n",
  'parser/parse.ts': 'export function parse(text: string): string[] {\n  return text.split(separator);\n}\nexport const separator = /,/;\n',
  'parser/types.ts': 'export interface Parsed { readonly parts: string[] }\nexport type Text = string;\n',
  'scripts/build.mjs': "import { readFileSync } from 'node:fs';\nexport async function build() { return readFileSync('package.json'); }\n",
  'scripts/broken.mjs': 'const unfinished = (;\n',
  'node_modules/other/index.js': 'export const foreign = 1;\n',
  '.hidden/secret.ts': 'export const secret = 1;\n',
};

/** Makes the tree in a temporary folder. Returns the folder, and what removes it. */
export function makeSampleTree(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'telemetry-demo-'));
  for (const [file, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
