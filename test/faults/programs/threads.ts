/** A main thread and a worker write to one file; the worker ends in the way it is told to. */
import { writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { fileSink } from '../../../lib/node/file/file-sink';
import { lineOf } from '../../support/faults/lines';
import { openMarker } from '../../support/faults/marker';
import { STALLED } from '../../support/faults/plan';

interface Plan {
  readonly path: string;
  readonly sync: boolean;
  readonly how: 'ends' | 'exits' | 'throws' | 'is terminated';
  readonly count: number;
  readonly marker: string;
}

const plan: Plan = isMainThread ? JSON.parse(process.argv[2]!) : workerData;
const { path, sync, how, count } = plan;
const onWarning = ({ code }: { readonly code: string }): void => {
  if (code === 'SINK_STALLED') writeSync(2, STALLED);
};
const sink = fileSink({ path, sync, rotate: { maxBytes: 100_000 }, keep: { files: 1000 }, onWarning });
let number = 0;
const write = (writer: number, lines: number): void => {
  for (let line = 0; line < lines; line++) sink.write(lineOf(writer, ++number), 'info');
};

if (isMainThread) {
  write(1, 100);
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: plan });
  worker.on('error', () => undefined);
  worker.on('message', () => {
    if (how === 'is terminated') void worker.terminate();
  });
  worker.on('exit', () => {
    console.log('worker is over');
    write(1, 100);
  });
} else {
  const { parentPort } = await import('node:worker_threads');
  const mark = openMarker(plan.marker);
  for (let line = 0; line < count; line++) {
    write(2, 1);
    mark(0, number);
  }
  parentPort!.postMessage('written');
  // Not while the module is loaded: an ordinary uncaught exception.
  setImmediate(() => {
    if (how === 'exits') process.exit(0);
    if (how === 'throws') throw new Error('thrown by the worker');
    if (how === 'is terminated') setInterval(() => undefined, 1000);
  });
}
