/** What happens to a file between two steps of its sink. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fileSink } from '../../../lib/node/index';
import { freshFolder } from './scratch';
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

test.run();
