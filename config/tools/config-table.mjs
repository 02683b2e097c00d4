/**
 * Writes the table of configuration values into the README, between its markers.
 *
 *   node --import tsx config/tools/config-table.mjs
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { configTable } from '../../lib/config/markdown';

const FILE = new URL('../../README.md', import.meta.url);
const MARKED = /(<!-- config:begin -->\n).*?(<!-- config:end -->)/s;

const readme = readFileSync(FILE, 'utf8');
if (!MARKED.test(readme)) {
  console.error('README.md lacks <!-- config:begin --> or <!-- config:end -->, in this order');
  process.exit(1);
}
writeFileSync(
  FILE,
  readme.replace(MARKED, (_, begin, end) => `${begin}${configTable()}\n${end}`),
);
