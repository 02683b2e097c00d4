import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DurationStats } from '../../../lib/index';
import { formatDuration } from '../../../lib/log/formats/duration';
import { sparkline } from '../../../lib/node/cli/demo/bars';
import { NO_DATABASE } from '../../../lib/node/cli/demo/database';
import { alignColumns, formatClock, formatLength, formatShare } from '../../../lib/node/cli/demo/format';
import { createRates } from '../../../lib/node/cli/demo/rates';
import { alertLine, finalTable, introduction, statusLine, toldLine } from '../../../lib/node/cli/demo/summary';
import type { Plan } from '../../../lib/node/cli/demo/view';
import { createRecordingView } from './recording-view';

const statsOf = (count: number, p50: number, p95: number, p99: number): DurationStats => ({
  ...{ unit: 'ms', count, sum: 0, min: 0, max: p99, mean: 0, stddev: 0 },
  ...{ p50, p75: p50, p90: p95, p95, p99, p999: p99 },
});

const NO_ANSWERS = { answers: 0, inputTokens: 0, outputTokens: 0, slowest: undefined };
const NO_LINES = { accepted: 0, written: 0, queued: 0, dropped: {} };
const PLAN: Plan = { folder: '/tree', files: 1_234, forMs: 30_000, logPath: '/tmp/demo.log', database: NO_DATABASE };
const NOTHING = { counters: {}, durations: {}, answers: NO_ANSWERS, log: NO_LINES, told: [], stored: undefined };

test('durations have three digits and the unit that fits', () => {
  assert.equal([0, 0.0005, 0.0123, 0.412, 0.9996, 1, 60.96, 999.4, 999.7, 1234, 61_000, 2_000_000].map(formatDuration), [
    '0 µs',
    '0.500 µs',
    '12.3 µs',
    '412 µs',
    '1.00 ms',
    '1.00 ms',
    '61.0 ms',
    '999 ms',
    '1.00 s',
    '1.23 s',
    '61.0 s',
    '2000 s',
  ]);
});

test('rounding moves no duration by more than half a per cent', () => {
  const units: Readonly<Record<string, number>> = { µs: 1e-3, ms: 1, s: 1e3 };
  for (let duration = 1e-4; duration < 9e5; duration *= 1.0137) {
    const [number, unit] = formatDuration(duration).split(' ') as [string, string];
    assert.ok(Math.abs(Number(number) * units[unit]! - duration) <= 0.00501 * duration, `${duration} became ${number} ${unit}`);
  }
});

test('lengths read as they were given', () => {
  assert.equal([250, 30_000, 600_000, 5_400_000].map(formatLength), ['0.25 s', '30 s', '10 min', '1.5 h']);
});

test('a share of nothing is not a number', () => {
  assert.equal([formatShare(0, 0), formatShare(5, 7), formatShare(7, 7)], ['-', '71 %', '100 %']);
});

test('columns are aligned, whatever the rows', () => {
  assert.equal(alignColumns([]), []);
  assert.equal(alignColumns([['a', '1'], ['long', '1,234', 'x'], ['b']]), ['a         1', 'long  1,234  x', 'b   ']);
});

test('the status line says what has happened', () => {
  const counters = {
    'agent.session.start': 13,
    'agent.session.stop': 8,
    'agent.session.error': 1,
    'agent.context.cache_hit': 71,
    'agent.context.cache_miss': 29,
  };
  const durations = { 'agent.llm.response': statsOf(52, 61, 900, 1200) };
  assert.is(
    statusLine({ ...NOTHING, elapsedMs: 12_003, rates: [1, 34.04], counters, durations }),
    ' 12s    34.0 ev/s   sessions    8 done, 4 running   cache  71 %   answers    52  p50 61.0 ms  p99  1.20 s   failed 1',
  );
});

test('the status line of a bus that saw nothing is of the same width', () => {
  assert.is(
    statusLine({ ...NOTHING, elapsedMs: 1_000, rates: [] }),
    '  1s     0.0 ev/s   sessions    0 done, 0 running   cache     -   answers     0  p50       -  p99       -   failed 0',
  );
});

test('the table has a row per event, and bars to scale', () => {
  const counters = { 'agent.tool.stop': 1000, 'agent.llm.response': 52, 'agent.session.start': 8 };
  const durations = { 'agent.tool.stop': statsOf(1000, 300, 600, 600), 'agent.llm.response': statsOf(52, 300, 900, 1200) };
  const answers = { answers: 52, inputTokens: 12_345, outputTokens: 678, slowest: { sessionId: 'session-7', durationMs: 1234 } };
  assert.equal(
    finalTable(PLAN, { ...NOTHING, counters, durations, answers, log: { ...NO_LINES, written: 1_058, queued: 3, dropped: { ENOSPC: 2 } } }),
    [
      '',
      'Counters             events',
      'agent.llm.response       52',
      'agent.session.start       8',
      'agent.tool.stop       1,000',
      'all                   1,060',
      '',
      'Durations           count     p50     p95     p99  █ p50  ▒ p95  ░ p99, to scale',
      'agent.llm.response     52  300 ms  900 ms  1.20 s  ████████▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒░░░░░░░░',
      'agent.tool.stop     1,000  300 ms  600 ms  600 ms  ████████▒▒▒▒▒▒▒▒',
      '',
      'Tokens    12,345 in, 678 out (four characters each)',
      'Slowest   1.23 s for an answer to session-7',
      "Log       /tmp/demo.log (1,058 lines; 2 could not be written: ENOSPC; 3 wait, because the file can't be written)",
      'Count     jq -r .event_name /tmp/demo.log | sort | uniq -c',
    ],
  );
});

test('the table of an empty run, and of durations that are all zero, is a table', () => {
  assert.ok(finalTable(PLAN, NOTHING).at(-1) === 'Slowest   no answer yet');
  const zero = finalTable(PLAN, { ...NOTHING, counters: { 'a.b.c': 1 }, durations: { 'a.b.c': statsOf(1, 0, 0, 0) } });
  assert.ok(zero.includes('a.b.c          1  0 µs  0 µs  0 µs'), zero.join('\n'));
});

test('a bar that would be too short to be seen is one cell', () => {
  const durations = { 'a.b.long': statsOf(1, 1000, 1000, 1000), 'a.b.short': statsOf(1, 0.1, 1, 5), 'a.b.steep': statsOf(1, 1, 20, 20) };
  const bars = finalTable(PLAN, { ...NOTHING, counters: { 'a.b.long': 1, 'a.b.short': 1, 'a.b.steep': 1 }, durations });
  assert.ok(bars.some((line) => /^a\.b\.short .* {2}░$/.test(line)));
  assert.ok(bars.some((line) => /^a\.b\.steep .* {2}▒$/.test(line)));
});

test('the introduction says what it is, where, for how long, and how to end it', () => {
  const text = introduction(PLAN).join('\n');
  for (const part of [
    'telemetry-bus demo',
    '/tree (1,234 source files',
    'stand-in on 127.0.0.1',
    'Log       /tmp/demo.log',
    'Database  none: this Node has no SQLite',
    '30 s; Ctrl-C',
  ])
    assert.ok(text.includes(part), part);
});

test('the end names the machine, and each alert with the time at which it was received', () => {
  const incident = { fromMs: 9_000, untilMs: 18_000 };
  assert.ok(
    introduction({ ...PLAN, incident }).includes('Incident  from 0:09 to 0:18 the model is slow: an alert goes to a receiver on 127.0.0.1'),
  );
  const vitals = { machine: 'CPU 5 %', health: 'model healthy', isWell: true };
  const place = '127.0.0.1:4000';
  const alerts = [
    { kind: 'firing', title: '[FIRING] slow: 1 s', place, atMs: 12_345 },
    { kind: 'resolved', title: '[RESOLVED] slow', place, atMs: 19_000 },
  ];
  assert.equal(finalTable(PLAN, { ...NOTHING, vitals, alerts }).slice(-4), [
    'Machine   CPU 5 %',
    'Health    model healthy',
    'Alerts    0:12  [FIRING] slow: 1 s -> 127.0.0.1:4000',
    '          0:19  [RESOLVED] slow -> 127.0.0.1:4000',
  ]);
  assert.is(finalTable(PLAN, { ...NOTHING, alerts: [] }).at(-1), 'Alerts    none was received');
  assert.is(alertLine(alerts[0]!), 'alert  [FIRING] slow: 1 s -> received by 127.0.0.1:4000');
});

test('the line that counts again can be pasted into a shell, whatever the path, and drives no terminal', () => {
  const log = { ...NO_LINES, written: 1 };
  const last = (logPath: string) => finalTable({ ...PLAN, logPath }, { ...NOTHING, log }).at(-1);
  assert.is(last("/it's here/$HOME.log"), "Count     jq -r .event_name '/it'\\''s here/$HOME.log' | sort | uniq -c");
  assert.is(last('/\x1b[2J.log'), "Count     jq -r .event_name '/\\u001b[2J.log' | sort | uniq -c");
});

test('what people were told is repeated with the ways to find it by its id', () => {
  const message = {
    kind: 'timeout',
    title: 'Too long',
    message: 'It took too long.',
    action: 'Try again.',
    errorId: 'k3m9q2td',
    quote: 'Quote it.',
  };
  const database = { name: '/tmp/de mo.db', lookUp: (id: string) => `sqlite3 '/tmp/de mo.db' "… '${id}'"` };
  const log = { ...NO_LINES, written: 1 };
  assert.equal(finalTable({ ...PLAN, database }, { ...NOTHING, log, told: [message], stored: { written: 7, missing: 2 } }).slice(-9), [
    'Database  /tmp/de mo.db (7 lines of errors; 2 are not there)',
    '',
    'Told      Too long',
    '          It took too long.',
    '          Try again.',
    '          Error ID: k3m9q2td',
    '          Quote it.',
    'Find it   grep k3m9q2td /tmp/demo.log',
    `          sqlite3 '/tmp/de mo.db' "… 'k3m9q2td'"`,
  ]);
  assert.is(finalTable(PLAN, { ...NOTHING, told: [message] }).at(-1), 'Find it   grep k3m9q2td /tmp/demo.log');
  assert.is(toldLine(message), 'told the user: Too long. It took too long. Try again. (error k3m9q2td)');
});

test('a clock shows seconds, minutes, and hours when there are some', () => {
  assert.equal([-1, 0, 7_999, 750_000, 3_600_000, 36_061_000].map(formatClock), ['0:00', '0:00', '0:07', '12:30', '1:00:00', '10:01:01']);
});

test('a sparkline is as high as its largest value', () => {
  assert.equal([[], [0, 0], [0, 1, 4, 8, 16]].map(sparkline), ['', '▁▁', '▁▁▃▅█']);
});

test('rates are of whole seconds, and the oldest are forgotten', () => {
  const rates = createRates(2);
  rates.note(200, 50);
  assert.equal(rates.list(), []);
  rates.note(1_000, 100);
  rates.note(1_900, 500);
  assert.equal(rates.list(), [100]);
  rates.note(3_000, 500);
  rates.note(3_960, 980);
  assert.equal(rates.list(), [200, 500]);
});

test('line by line it is told when health turns bad and when it is good again', () => {
  const { view, lines } = createRecordingView();
  const health = (text: string, isWell: boolean) => {
    lines.length = 0;
    view.update({ ...NOTHING, elapsedMs: 1, rates: [], vitals: { machine: 'CPU 5 %', health: text, isWell } });
    return lines.filter((line) => line.startsWith('health'));
  };
  assert.equal(health('not checked yet', true), []);
  assert.equal(health('model degraded (slow), disk healthy', false), ['health  model degraded (slow), disk healthy']);
  assert.equal(health('model degraded (slower), disk healthy', false), []);
  assert.equal(health('model healthy, disk healthy', true), ['health  model healthy, disk healthy']);
  assert.equal(health('model healthy, disk healthy', true), []);
});

test.run();
