/** A run of the demo against everything its bus emitted. */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { agentEvents } from '../../../lib/catalogues/agent';
import { createTelemetry } from '../../../lib/index';
import type { AgentTelemetry } from '../../../lib/node/cli/demo/agent-telemetry';
import { type DemoReport, runDemo } from '../../../lib/node/cli/demo/demo';
import { fileSink } from '../../../lib/node/index';
import { createRecordingView } from './recording-view';
import { makeSampleTree } from './sample-tree';

interface Captured {
  readonly key: string;
  readonly measurements: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

const tree = makeSampleTree();
process.on('exit', tree.remove);

/** A bus that keeps whatever is emitted on it. */
function captureAll(): { telemetry: AgentTelemetry; events: Captured[] } {
  const telemetry = createTelemetry({ events: agentEvents });
  const events: Captured[] = [];
  telemetry.attachPrefix('capture', [], (event, measurements, metadata) => events.push({ key: event.join('.'), measurements, metadata }));
  return { telemetry, events };
}

const { telemetry, events } = captureAll();
const log = fileSink({ path: join(tree.folder, 'events.jsonl'), sync: true });
const recording = createRecordingView();
const { view, lines, told } = recording;
const openHandles = () => process.getActiveResourcesInfo().filter((kind) => /TCP|Process|Timeout/.test(kind));
const handlesBefore = openHandles();
const report: DemoReport = await runDemo({ folder: tree.folder, forMs: 2_500, log, view, telemetry });

const named = (key: string) => events.filter((event) => event.key === key);

function countsByKey(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { key } of events) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}

function durationsByKey(): Map<string, number[]> {
  const durations = new Map<string, number[]>();
  for (const { key, measurements } of events) {
    if (typeof measurements.duration === 'number') durations.set(key, [...(durations.get(key) ?? []), measurements.duration]);
  }
  return durations;
}

/** Nearest rank: the smallest value that so many per cent are not larger than. */
const percentile = (values: readonly number[], percent: number): number =>
  [...values].sort((left, right) => left - right)[Math.ceil((values.length * percent) / 100) - 1]!;

function assertNear(actual: number, expected: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= Math.max(0.01 * expected, 0.001), `${what}: ${actual} is not near ${expected}`);
}

const MS: Readonly<Record<string, number>> = { µs: 1e-3, ms: 1, s: 1e3 };

/** Reads a line of the duration table: key, count, and p50, p95, p99 in ms. */
function readDurations(line: string): { key: string; count: number; percentiles: number[] } | undefined {
  const parts = /^(\S+) +([\d,]+) +([\d.]+) (µs|ms|s) +([\d.]+) (µs|ms|s) +([\d.]+) (µs|ms|s)(?: |$)/.exec(line);
  if (parts === null) return undefined;
  const ms = (index: number) => Number(parts[index]) * MS[parts[index + 1]!]!;
  return { key: parts[1]!, count: Number(parts[2]!.replace(',', '')), percentiles: [ms(3), ms(5), ms(7)] };
}

let logs = 0;
/** A log and a view for runs that are about something else. */
function unseen() {
  const { view } = createRecordingView();
  return { log: fileSink({ path: join(tree.folder, `${++logs}.jsonl`), sync: true }), view };
}

test('each counter is the number of events that were emitted', () => {
  assert.ok(events.length > 100, `only ${events.length} events`);
  assert.equal(report.counters, countsByKey());
});

test('the printed counters are those of the report', () => {
  const rows = report.table.flatMap((line) => {
    const parts = /^((?:agent|http)\.\S+) +([\d,]+)$/.exec(line);
    return parts ? [[parts[1]!, Number(parts[2]!.replace(',', ''))] as const] : [];
  });
  assert.equal(Object.fromEntries(rows), countsByKey());
  assert.ok(report.table.some((line) => /^all +/.test(line) && line.endsWith(` ${events.length.toLocaleString('en-US')}`)));
});

interface Line {
  readonly event_name: string;
  readonly level: string;
  readonly duration_ms?: number;
  readonly exception?: { readonly message: string };
}

const logged = readFileSync(log.path, 'utf8')
  .split('\n')
  .slice(0, -1)
  .map((line) => JSON.parse(line) as Line);

test('every event is a line of the file, in the order they came, whatever its level', () => {
  assert.equal(
    logged.map(({ event_name }) => event_name),
    events.map(({ key }) => key),
  );
  assert.equal([...new Set(logged.map(({ level }) => level))].sort().slice(0, 1), ['DEBUG']);
  const { accepted, written, queued, dropped } = report.log;
  assert.equal({ accepted, written, queued, dropped }, { accepted: events.length, written: events.length, queued: 0, dropped: {} });
});

test('the durations in the file are those that were counted', () => {
  const durations = durationsByKey();
  for (const [key, values] of durations) {
    const written = logged.filter(({ event_name, duration_ms }) => event_name === key && duration_ms !== undefined);
    assert.is(written.length, values.length);
    // Not every digit of a duration is written.
    written.forEach(({ duration_ms }, index) => {
      assert.ok(Math.abs(duration_ms! - values[index]!) < 1e-3, `${duration_ms} is not ${values[index]}`);
    });
  }
});

test('errors in the file were shown as they came, on a line each, with what went wrong', () => {
  const errors = logged.filter(({ level }) => level === 'ERROR');
  const shown = lines.filter((line) => /^[\d:.]+ ERROR /.test(line));
  assert.is(shown.length, errors.length);
  errors.forEach(({ event_name, exception }, index) => {
    assert.ok(shown[index]!.includes(event_name) && shown[index]!.includes(exception!.message), shown[index]);
  });
});

test('what the view was told last but once is not more than the end', () => {
  assert.is(told.length, 2);
  assert.is(told[1]!.rates.length, 2);
  assert.ok(told[1]!.log.written <= report.log.written);
});

test('p50, p95 and p99 are those of the durations that were emitted', () => {
  const durations = durationsByKey();
  assert.equal(Object.keys(report.durations).sort(), [...durations.keys()].sort());
  for (const [key, values] of durations) {
    const stats = report.durations[key]!;
    assert.is(stats.count, values.length);
    assertNear(stats.p50, percentile(values, 50), `${key} p50`);
    assertNear(stats.p95, percentile(values, 95), `${key} p95`);
    assertNear(stats.p99, percentile(values, 99), `${key} p99`);
  }
});

test('the printed percentiles are within 1 % of them too', () => {
  const durations = durationsByKey();
  const rows = report.table.flatMap((line) => readDurations(line) ?? []);
  assert.equal(rows.map(({ key }) => key).sort(), [...durations.keys()].sort());
  for (const { key, count, percentiles } of rows) {
    const values = durations.get(key)!;
    assert.is(count, values.length);
    [50, 95, 99].forEach((percent, index) => {
      assertNear(percentiles[index]!, percentile(values, percent), `${key} p${percent} as printed`);
    });
  }
});

test('the longest bar is that of the longest p99', () => {
  const widths = new Map(
    report.table.flatMap((line) => (readDurations(line) ? [[readDurations(line)!.key, /[█▒░]*$/.exec(line)![0].length]] : [])),
  );
  const longest = Object.entries(report.durations).reduce((left, right) => (right[1].p99 > left[1].p99 ? right : left))[0];
  assert.is(widths.get(longest), Math.max(...widths.values()));
  assert.is(widths.get(longest), 32);
});

test('the cache was hit and missed, each file of the tree once to four times', () => {
  const misses = named('agent.context.cache_miss');
  assert.ok(named('agent.context.cache_hit').length > 0);
  assert.ok(misses.length >= 5, `only ${misses.length} misses`);
  // Four sessions may come upon the same file before the first has read it.
  assert.ok(misses.length <= 5 * 4, `${misses.length} misses`);
});

test('every kind of task was worked on, and the broken file was found', () => {
  const tasks = new Set(named('agent.session.start').map(({ metadata }) => metadata.task));
  assert.equal([...tasks].sort(), ['check-syntax', 'count-exports', 'find-uses', 'read-notes', 'think-long']);
  const checks = named('agent.tool.stop').filter(({ metadata }) => metadata.tool === 'check_syntax');
  assert.ok(checks.some(({ measurements }) => measurements.matches === 1));
});

test('sessions, agents, tools and questions that began have ended', () => {
  const { counters } = report;
  const of = (event: string) => counters[`agent.${event}`] ?? 0;
  assert.is(of('session.start'), of('session.stop') + of('session.error'));
  assert.is(of('agent.dispatch'), of('agent.complete'));
  assert.is(of('tool.start'), of('tool.stop') + of('tool.exception'));
  assert.is(of('llm.request'), of('llm.response') + of('llm.error'));
});

test('the custom handler has added up what the answers carried', () => {
  const answers = named('agent.llm.response');
  const sum = (name: string) => answers.reduce((total, { measurements }) => total + (measurements[name] as number), 0);
  const longest = answers.reduce((left, right) =>
    (right.measurements.duration as number) > (left.measurements.duration as number) ? right : left,
  );
  assert.equal(report.answers, {
    answers: answers.length,
    inputTokens: sum('inputTokens'),
    outputTokens: sum('outputTokens'),
    slowest: { sessionId: longest.metadata.sessionId, durationMs: longest.measurements.duration },
  });
});

test('a line was written for each second, and the output says that the model is a stand-in', () => {
  const status = lines.filter((line) => / ev\/s /.test(line));
  assert.is(status.length, 2);
  assert.match(
    status[1]!,
    /^ +2s +\d+\.\d ev\/s {3}sessions +\d+ done, \d running {3}cache +\d+ % {3}answers +\d+ {2}p50 .* {2}p99 .* {3}failed \d+$/,
  );
  assert.ok(lines.slice(0, 5).some((line) => /stand-in/.test(line)));
  assert.ok(lines.slice(0, 5).some((line) => line.includes(tree.folder)));
});

test('nothing is left open', async () => {
  const refused = await new Promise<string | undefined>((resolve) => {
    connect(report.modelPort, '127.0.0.1')
      .once('connect', () => resolve(undefined))
      .once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
  assert.is(refused, 'ECONNREFUSED');
  // The system takes a turn or two of the event loop to let go of what was closed.
  for (let turn = 0; turn < 100 && openHandles().length > handlesBefore.length; turn++) await delay(10);
  assert.ok(openHandles().length <= handlesBefore.length, openHandles().join());
  assert.equal(
    telemetry.listHandlers().map(({ id }) => id),
    ['capture'],
  );
  assert.is(recording.closed, 1);
  assert.is(telemetry.stats().failures, 0);
});

test('an aborted signal ends a run before its time, with the table', async () => {
  const end = new AbortController();
  const begin = performance.now();
  setTimeout(() => end.abort(), 300);
  const { table, counters } = await runDemo({ folder: tree.folder, forMs: 60_000, ...unseen(), signal: end.signal });
  assert.ok(performance.now() - begin < 1_300);
  assert.ok(table.length > 5);
  assert.is(counters['agent.session.start'] ?? 0, (counters['agent.session.stop'] ?? 0) + (counters['agent.session.error'] ?? 0));
});

test('a signal that is aborted already leaves nothing to do', async () => {
  const { counters } = await runDemo({ folder: tree.folder, forMs: 60_000, ...unseen(), signal: AbortSignal.abort() });
  assert.equal(counters, {});
});

test('a folder without source files is refused', async () => {
  const seen = unseen();
  try {
    await runDemo({ ...seen, folder: `${tree.folder}/.hidden/none`, forMs: 60_000 });
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /no JavaScript or TypeScript file in /);
  }
});

test.run();
