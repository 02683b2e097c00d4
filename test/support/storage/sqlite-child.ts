/** A process that stores lines in a SQLite file until it is killed, or holds a lock on it until its input ends. */
import { writeSync } from 'node:fs';
import { sqliteStoreAt } from '../../../lib/node/storage/sqlite/sqlite-store';
import { openAny } from './handles';
import { linesFrom } from './lines';

const [what, path, from] = process.argv.slice(2) as ['insert' | 'lock', string, string];
// A test that died does not leave it behind.
setTimeout(() => process.exit(99), 300_000).unref();

if (what === 'lock') {
  const database = openAny(path);
  database.exec('BEGIN EXCLUSIVE');
  writeSync(1, 'locked\n');
  process.stdin.on('end', () => {
    database.exec('COMMIT');
    database.close();
  });
  process.stdin.resume();
} else {
  const store = sqliteStoreAt(path, openAny, ({ message }) => writeSync(2, message));
  for (let next = Number(from); ; next += 20) {
    if ((await store.insert(linesFrom(next, 20))) !== 20) throw new Error(`${next} was there`);
    writeSync(1, `${next + 20}\n`);
    await new Promise(setImmediate);
  }
}
