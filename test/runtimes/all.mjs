/** Runs test files as uvu's command does, by `import`: its own runner uses `require` on some runtimes. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const pattern = new RegExp(process.argv[2]);
globalThis.UVU_DEFER = 1;
const uvu = await import('uvu');
const files = readdirSync('test', { recursive: true }).filter((file) => pattern.test(file) && !file.includes('node_modules'));
for (const [index, file] of files.sort().entries()) {
  globalThis.UVU_INDEX = index;
  globalThis.UVU_QUEUE.push([file]);
  await import(pathToFileURL(join(process.cwd(), 'test', file)).href);
}
await uvu.exec();
