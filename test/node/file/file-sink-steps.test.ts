/** What happens to a file between two steps of its sink. */
import fs, { readFileSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fileSink } from '../../../lib/node/index';
import { freshFolder, until } from './scratch';
import { withSteps } from './steps';

test('a batch that went into a file that was just deleted is written once more', async () => {
  const path = join(freshFolder(), 'app.log');
  const sink = fileSink({ path });
  for (let line = 0; line < 100; line++) sink.write(`${line}\n`, 'info');
  let isDeleted = false;
  withSteps(
    {
      before(_, call) {
        if (call !== 'writeSync' || isDeleted) return;
        isDeleted = true;
        rmSync(path);
      },
    },
    () => sink.flushSync(),
  );
  assert.ok(isDeleted);
  assert.is(readFileSync(path, 'utf8').split('\n').length, 101);
  assert.equal([sink.stats().written, sink.stats().dropped], [100, {}]);
  await sink.close();
});

test('half a line that had to be dropped never becomes the beginning of another', async () => {
  const path = join(freshFolder(), 'app.log');
  const sink = fileSink({ path, sync: true, maxQueuedBytes: 65_536 });
  sink.write('one\n', 'info');
  let writes = 0;
  const long = `${'x'.repeat(100_000)}\n`;
  const original = fs.writeSync;
  // Half of it is taken, then there is no space; nor is there in the queue.
  (fs as { writeSync: unknown }).writeSync = (fd: number, buffer: Buffer, offset: number, length: number) => {
    if (++writes === 1) return original(fd, buffer, offset, length >> 1);
    throw Object.assign(new Error('ENOSPC: no space'), { code: 'ENOSPC' });
  };
  syncBuiltinESMExports();
  try {
    sink.write(long, 'info');
  } finally {
    (fs as { writeSync: unknown }).writeSync = original;
    syncBuiltinESMExports();
  }
  assert.is(writes, 2);
  await until(() => sink.stats().state === 'open', 'it works again');
  sink.write('two\n', 'info');
  await sink.close();
  const lines = readFileSync(path, 'utf8').split('\n');
  assert.equal([lines[0], lines.at(-2), lines.at(-1)], ['one', 'two', '']);
  assert.equal([sink.stats().written, sink.stats().dropped], [2, { overflow: 1 }]);
});

test.run();
