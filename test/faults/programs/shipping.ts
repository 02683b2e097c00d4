/** Ships lines to a receiver, until it is told otherwise. */
import { writeSync } from 'node:fs';
import { createTelemetry } from '../../../lib/index';
import { lokiSink, otlpSink } from '../../../lib/node/shipping/index';

const plan = JSON.parse(process.argv[2]!) as {
  readonly kind: 'otlp' | 'loki';
  readonly url: string;
  readonly spool: string | false;
  readonly from: number;
  readonly lines: number;
  readonly perTurn: number;
  readonly ending: 'exit' | 'throw' | 'empty' | 'close' | 'wait' | 'deliver';
};

const say = (word: object): void => void writeSync(1, `${JSON.stringify(word)}\n`);
const options = {
  url: plan.url,
  gatherMs: 20,
  spool: plan.spool === false ? (false as const) : { folder: plan.spool },
  onWarning: () => undefined,
};
const sink = plan.kind === 'otlp' ? otlpSink({ ...options, env: {} }) : lokiSink(options);
const telemetry = createTelemetry({ environment: 'production', log: { app: 'shop', sinks: [] }, onWarning: () => undefined });
telemetry.addSink(sink);
const log = telemetry.logger('bot');

let next = plan.from;
function some(): void {
  for (let line = 0; line < plan.perTurn && next < plan.from + plan.lines; line++) log.error('line', { n: next++ });
}

if (plan.ending === 'wait') {
  setInterval(() => {
    some();
    const { spool, accepted, queued, recovered } = sink.stats();
    say({ accepted, queued, recovered, spooled: spool?.lines });
  }, 5);
} else if (plan.ending === 'deliver') {
  for (let turn = 0; turn < 1000 && sink.stats().recoveredWritten < plan.lines; turn++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  await sink.close();
  const { recovered, recoveredWritten, spool } = sink.stats();
  say({ recovered, recoveredWritten, corrupt: spool?.corrupt });
} else {
  while (next < plan.from + plan.lines) some();
  if (plan.ending === 'close') await sink.close();
  if (plan.ending === 'exit') process.exit(3);
  if (plan.ending === 'throw') setImmediate(() => Promise.reject(new Error('of the program')));
}
