/** An application with `startTelemetry`: logs numbered lines and ends in the way it is told to. */
import { writeSync } from 'node:fs';
import type { Warning } from '../../../lib/index';
import { startTelemetry } from '../../../lib/node';
import { openMarker } from '../../support/faults/marker';
import { type ServicePlan, STALLED } from '../../support/faults/plan';

const plan: ServicePlan & { readonly marker: string } = JSON.parse(process.argv[2]!);
const mark = openMarker(plan.marker);
// A test that died does not leave it behind.
setTimeout(() => process.exit(99), 900_000).unref();

const onWarning = ({ code }: Warning): void => {
  if (code === 'SINK_STALLED') writeSync(2, STALLED);
};
const started = await startTelemetry({
  ...plan.options,
  values: { app: 'service', ...plan.options.values },
  ...(plan.saysStalls && { onWarning }),
});
const log = started.logger('bot');
const { count, errorEach = 0, perTurn = 100 } = plan;
const rssBefore = process.memoryUsage.rss();
let number = 0;
let slowest = 0;

function write(lines: number): void {
  for (let line = 0; line < lines; line++) {
    number++;
    const fields = { w: 1, n: number };
    const start = performance.now();
    if (errorEach > 0 && number % errorEach === 0) log.error('failed', fields);
    else if (errorEach > 0) log.debug('detail', fields);
    else log.info('line', fields);
    slowest = Math.max(slowest, performance.now() - start);
    mark(0, number);
  }
}

/** Overload is what some tests are about; the others wait while much waits. */
const hasRoom = (): boolean =>
  plan.overload === true || Object.values(started.stats().streams).every(({ queuedBytes }) => queuedBytes < 4_000_000);

function turn(): void {
  if (hasRoom()) write(Math.min(perTurn, count - number));
  if (number < count) setImmediate(turn);
  else end();
}

function end(): void {
  switch (plan.ending) {
    case 'exit':
      process.exit(0);
      return;
    case 'throw':
      throw new Error('thrown by the application');
    case 'reject':
      void Promise.reject(new Error('rejected by the application'));
      return;
    case 'stop':
      void started.stop().then((report) => console.log(JSON.stringify(report)));
      return;
    default:
  }
}

function tell(): void {
  const { accounting, sinks, streams } = started.stats();
  const rss = process.memoryUsage.rss();
  writeSync(
    3,
    `${JSON.stringify({ stats: Object.values(streams), accounting, sinks, slowest, rss, grown: rss - rssBefore, pid: process.pid })}\n`,
  );
}

const { onTerm } = plan;
if (onTerm !== undefined) {
  let calls = 0;
  // The library writes what waits; how the process ends stays with the application, which hears of the signal once.
  process.on('SIGTERM', () => {
    calls++;
    if (calls === 1) setTimeout(() => process.exit(onTerm + calls), 50);
  });
}
if (plan.surviveErrors) process.on('uncaughtException', () => undefined);
if (plan.ending === 'stay') {
  process.stdin.on('data', (chunk) => {
    if (String(chunk).startsWith('exit')) process.exit(0);
    if (String(chunk).startsWith('stop')) void started.stop().then(() => process.stdin.destroy());
  });
  process.stdin.on('end', () => process.exit(98));
}
if (plan.tellMs !== undefined) setInterval(tell, plan.tellMs).unref();
setImmediate(turn);
