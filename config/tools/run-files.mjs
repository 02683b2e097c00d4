/**
 * Runs the test files whose path in `test` matches a pattern, as uvu's command does, by `import`: its own runner uses `require` on
 * some runtimes. What nobody catches does not end the tests behind it, but is told at the end, with the file it happened in.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const pattern = new RegExp(process.argv[2]);
globalThis.UVU_DEFER = 1;
const uvu = await import('uvu');
// A test may wait for what keeps no process alive, as timers and connections of the library don't: the process would end in it.
const alive = setInterval(() => undefined, 60_000);
const files = readdirSync('test', { recursive: true }).filter((file) => pattern.test(file) && !file.includes('node_modules'));
let current = 'no file';
for (const [index, file] of files.sort().entries()) {
  globalThis.UVU_INDEX = index;
  globalThis.UVU_QUEUE.push([file]);
  await import(pathToFileURL(join(process.cwd(), 'test', file)).href);
  globalThis.UVU_QUEUE[index].splice(1, 0, begins(file));
}

/** A group of no tests, in front of those of a file. */
function begins(file) {
  return async () => {
    current = file;
    return ['', 0, 0, 0];
  };
}

const stray = new Map();
function noteStray(error, key = {}) {
  const text = `In ${current}, caught by nobody: ${error?.stack ?? error}`;
  stray.set(key, text);
  // Now as well: the test may wait for ever for what broke off.
  console.error(text);
}
// A test that listens itself is about it.
const isMinded = (event) => process.listenerCount(event) > 1;
process.on('uncaughtException', (error) => isMinded('uncaughtException') || noteStray(error));
process.on('unhandledRejection', (reason, promise) => isMinded('unhandledRejection') || noteStray(reason, promise));
// A test waited for it after all, and failed by it.
process.on('rejectionHandled', (promise) => stray.delete(promise));
await uvu.exec();
clearInterval(alive);
for (const text of stray.values()) console.log(`\n   FAIL  ${text}`);
if (stray.size > 0) process.exitCode = 1;
