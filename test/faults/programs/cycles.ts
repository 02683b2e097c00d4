/** Makes and closes sinks, and says what is left of them. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileSink } from '../../../lib/node/file/file-sink';
import { lineOf } from '../../support/faults/lines';

const { dir, cycles } = JSON.parse(process.argv[2]!) as { dir: string; cycles: number };
const collect = (globalThis as { gc?: () => void }).gc!;

const descriptors = (): number => readdirSync('/proc/self/fd').length;
const listeners = (): number => process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);

async function cycle(index: number): Promise<void> {
  const sink = fileSink({
    path: join(dir, `${index % 7}`, 'app.log'),
    sync: index % 2 === 0,
    compress: index % 3 === 0,
    rotate: { maxBytes: 2000, every: 'hour' },
    keep: { files: 2 },
  });
  for (let line = 0; line < 50; line++) sink.write(lineOf(1, line), 'info');
  if (index % 5 === 0) sink.reopen();
  await sink.close();
  await sink.close();
}

// What is made once for all of them is there afterwards.
for (let index = 0; index < 20; index++) await cycle(index);
collect();
const before = { descriptors: descriptors(), listeners: listeners(), bytes: process.memoryUsage().heapUsed };
for (let index = 0; index < cycles; index++) await cycle(index);
collect();
console.log(
  JSON.stringify({
    descriptors: descriptors() - before.descriptors,
    listeners: listeners() - before.listeners,
    bytes: process.memoryUsage().heapUsed - before.bytes,
  }),
);
