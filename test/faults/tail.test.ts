import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fileSink } from '../../lib/node/file/file-sink';
import { fact } from '../support/faults/fact';
import { lineOf } from '../support/faults/lines';

for (const sync of [true, false]) {
  const kind = sync ? 'synchronous' : 'buffered';
  fact('10 · C9', `a torn tail is closed before the first line (${kind})`, async ({ dir, note }) => {
    const path = join(dir, 'app.log');
    const torn = lineOf(1, 1).slice(0, 41);
    writeFileSync(path, lineOf(1, 0) + torn);
    const sink = fileSink({ path, sync });
    for (let number = 2; number <= 3; number++) sink.write(lineOf(1, number), 'info');
    await sink.close();
    assert.is(readFileSync(path, 'utf8'), `${lineOf(1, 0)}${torn}\n${lineOf(1, 2)}${lineOf(1, 3)}`);
    const { healed, written } = sink.stats();
    assert.equal({ healed, written }, { healed: 1, written: 2 });
    note('first new line parsable, healed 1');
  });

  fact('10 · C9', `a whole tail, and an empty file, are left as they are (${kind})`, async ({ dir }) => {
    for (const before of ['', lineOf(1, 1)]) {
      const path = join(dir, `${before.length}.log`);
      writeFileSync(path, before);
      const sink = fileSink({ path, sync });
      sink.write(lineOf(1, 2), 'info');
      await sink.close();
      assert.is(readFileSync(path, 'utf8'), before + lineOf(1, 2));
      assert.is(sink.stats().healed, 0);
    }
  });

  fact('10 · C9', `what was torn while the file was held elsewhere is closed by reopen (${kind})`, async ({ dir }) => {
    const path = join(dir, 'app.log');
    const sink = fileSink({ path, sync });
    sink.write(lineOf(1, 1), 'info');
    await sink.flush();
    appendFileSync(path, '{"w":9,');
    sink.reopen();
    sink.write(lineOf(1, 2), 'info');
    await sink.close();
    assert.is(readFileSync(path, 'utf8'), `${lineOf(1, 1)}{"w":9,\n${lineOf(1, 2)}`);
    assert.is(sink.stats().healed, 1);
  });
}

test.run();
