/** Writes numbered lines through file sinks and ends in the way it is told to. */
import { writeSync } from 'node:fs';
import { fileSink } from '../../../lib/node/file/file-sink';
import type { FileSink } from '../../../lib/node/file/options';
import { lineOf } from '../../support/faults/lines';
import { openMarker } from '../../support/faults/marker';
import { STALLED, type StreamPlan, type WriterPlan } from '../../support/faults/plan';

const plan: WriterPlan = JSON.parse(process.argv[2]!);
const mark = openMarker(plan.marker);
// A test that died does not leave it behind.
setTimeout(() => process.exit(99), 900_000).unref();

let isEnding = false;
let open = plan.streams.length;

/** A stream and how far it is. */
interface Running {
  readonly sink: FileSink;
  readonly plan: StreamPlan;
  number: number;
  readonly write: (count: number) => void;
}

const streams = plan.streams.map((stream, index): Running => {
  const { writer = 1, from = 1, length = 100 } = stream;
  const running: Running = {
    sink: fileSink({
      ...stream.sink,
      onWarning: ({ code }) => {
        if (plan.saysStalls && code === 'SINK_STALLED') writeSync(2, STALLED);
      },
      onRotate: () => {
        if (plan.ending !== 'exit in rotation' || running.number < 1000 || isEnding) return;
        // Once: a second call, while the first one writes what waits, would end the process there.
        isEnding = true;
        process.exit(0);
      },
    }),
    plan: stream,
    number: from - 1,
    write: (count) => {
      for (let line = 0; line < count; line++) {
        running.number++;
        running.sink.write(lineOf(writer, running.number, length), 'info');
        mark(index, running.number);
      }
    },
  };
  return running;
});

function run(stream: Running): void {
  const { perSecond, count = Infinity, from = 1, sink } = stream.plan;
  const room = (sink.maxQueuedBytes ?? 8 * 1_048_576) / 2;
  const start = performance.now();
  const left = (): number => from + count - 1 - stream.number;
  const turn = (): void => {
    if (isEnding) return;
    if (stream.plan.atOnce) stream.write(left());
    else if (perSecond !== undefined) {
      const due = Math.floor(((performance.now() - start) / 1000) * perSecond) - (stream.number - from + 1);
      stream.write(Math.min(left(), Math.max(0, due)));
    }
    // Overload is another test: it waits while much waits.
    else if (stream.sink.stats().queuedBytes < room) stream.write(Math.min(100, left()));
    if (left() > 0) {
      if (perSecond === undefined) setImmediate(turn);
      else setTimeout(turn, 1);
    } else if (--open === 0) end();
  };
  turn();
}

function end(): void {
  switch (plan.ending ?? 'stay') {
    case 'close':
      void Promise.all(streams.map(({ sink }) => sink.close()));
      return;
    case 'exit':
      process.exit(0);
      return;
    case 'abort':
      process.abort();
      return;
    case 'throw':
      throw new Error('thrown by the application');
    case 'reject':
      void Promise.reject(new Error('rejected by the application'));
      return;
    default:
  }
}

/** Needs a descriptor, of which some tests leave none. */
function residentBytes(): number {
  try {
    return process.memoryUsage.rss();
  } catch {
    return 0;
  }
}

function tell(): void {
  writeSync(3, `${JSON.stringify({ stats: streams.map(({ sink }) => sink.stats()), rss: residentBytes(), pid: process.pid })}\n`);
}

const COMMANDS: Readonly<Record<string, (count: number, stream: Running) => unknown>> = {
  write: (count, stream) => stream.write(count),
  rest: () => (isEnding = true),
  flush: (_, { sink }) => sink.flush(),
  reopen: (_, { sink }) => sink.reopen(),
  rotate: (_, { sink }) => sink.rotate(),
  close: () => Promise.all(streams.map(({ sink }) => sink.close())).then(() => process.stdin.destroy()),
  exit: () => process.exit(0),
};

if (plan.exitOnTerm) process.on('SIGTERM', () => process.exit(0));
if (plan.surviveErrors) process.on('uncaughtException', () => undefined);
if ((plan.ending ?? 'stay') === 'stay') {
  let rest = '';
  process.stdin.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      const [command, count, stream] = line.split(' ');
      COMMANDS[command!]!(Number(count), streams[Number(stream ?? 0)]!);
    }
  });
  process.stdin.on('end', () => process.exit(98));
}
if (plan.tellMs !== undefined) setInterval(tell, plan.tellMs).unref();
// Not while the module is loaded: what is thrown there is no ordinary uncaught exception.
setImmediate(() => streams.forEach(run));
