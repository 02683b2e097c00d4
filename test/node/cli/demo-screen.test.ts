/** The live screen: what a frame says, that it fits, and what is sent to the terminal. */
import { EventEmitter } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DurationStats } from '../../../lib/index';
import type { LogRecord } from '../../../lib/log/record';
import { NO_DATABASE } from '../../../lib/node/cli/demo/database';
import { createLiveScreen, type ScreenProgram } from '../../../lib/node/cli/demo/live-screen';
import { createLiveView, isLive } from '../../../lib/node/cli/demo/live-view';
import { renderScreen, type ScreenState } from '../../../lib/node/cli/demo/screen';
import type { Progress } from '../../../lib/node/cli/demo/view';
import { warningFormat } from '../../../lib/node/cli/demo/warning-line';

const statsOf = (count: number, p50: number, p95: number, p99: number): DurationStats => ({
  ...{ unit: 'ms', count, sum: 0, min: 0, max: p99, mean: 0, stddev: 0 },
  ...{ p50, p75: p50, p90: p95, p95, p99, p999: p99 },
});

const PROGRESS: Progress = {
  elapsedMs: 12_345,
  rates: [0, 100, 400, 800, 412.04],
  counters: {
    'agent.context.cache_hit': 71,
    'agent.context.cache_miss': 29,
    'agent.llm.response': 1_234,
    'agent.session.start': 13,
    'agent.session.stop': 8,
    'agent.session.error': 1,
  },
  durations: { 'agent.llm.response': statsOf(1_234, 300, 900, 1_200), 'agent.session.stop': statsOf(8, 300, 600, 600) },
  answers: { answers: 1_234, inputTokens: 45_678, outputTokens: 910, slowest: undefined },
  log: { accepted: 1_356, written: 1_356, queued: 0, dropped: {} },
  told: [],
  stored: undefined,
};

const WARNING = '12:00:00.001 ERROR agent.llm.error           Error: The model answered 503: The model is overloaded.  95.0 ms';
const STATE: ScreenState = {
  plan: { folder: '/tree', files: 1_234, forMs: 30_000, logPath: '/tmp/demo.log', database: NO_DATABASE },
  progress: PROGRESS,
  warnings: [
    { level: 'error', text: WARNING },
    { level: 'warn', text: 'telemetry-bus: Something is doubtful. [CONFIG_DOUBTFUL]' },
  ],
};

test('a frame', () => {
  assert.equal(renderScreen(STATE, { columns: 99, rows: 40 }, false), [
    'telemetry-bus demo  /tree (1,234 source files, a stand-in for a model)              0:12, 0:18 left',
    'events     412.0/s  ▁▂▅█▅  1,356 in all',
    'sessions 8 done, 4 running, 1 failed   cache 71 %   tokens 45,678 in, 910 out',
    '',
    'Events                      count      p50      p95      p99  █ p50  ▒ p95  ░ p99, to scale',
    'agent.context.cache_hit        71',
    'agent.context.cache_miss       29',
    'agent.llm.response          1,234   300 ms   900 ms   1.20 s  █████████▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒░░░░░░░░░',
    'agent.session.error             1',
    'agent.session.start            13',
    'agent.session.stop              8   300 ms   600 ms   600 ms  █████████▒▒▒▒▒▒▒▒▒▒',
    '',
    'Last warnings and errors',
    '12:00:00.001 ERROR agent.llm.error           Error: The model answered 503: The model is overloade…',
    'telemetry-bus: Something is doubtful. [CONFIG_DOUBTFUL]',
    '',
    'Log /tmp/demo.log                                                      1,356 lines   Ctrl-C ends it',
  ]);
});

test('a frame before anything has happened', () => {
  const nothing: Progress = {
    ...{ elapsedMs: 0, rates: [], counters: {}, durations: {}, log: { accepted: 0, written: 0, queued: 0, dropped: {} } },
    answers: { answers: 0, inputTokens: 0, outputTokens: 0, slowest: undefined },
    told: [],
    stored: undefined,
  };
  assert.equal(renderScreen({ ...STATE, progress: nothing, warnings: [] }, { columns: 60, rows: 10 }, false), [
    'telemetry-bus demo  /tree (1,234 source fi…  0:00, 0:30 left',
    'events         -/s    0 in all',
    'sessions 0 done, 0 running, 0 failed   cache -   tokens 0 i…',
    '',
    'Events                      count      p50      p95      p99',
    '',
    'Last warnings and errors',
    'none so far',
    '',
    'Log /tmp/demo.log                   0 lines   Ctrl-C ends it',
  ]);
});

test('an incident has lines for the machine, for health and for the last alert', () => {
  const plan = { ...STATE.plan, incident: { fromMs: 9_000, untilMs: 18_000 } };
  const vitals = { machine: 'CPU 5 %, memory 96 MB', health: 'model healthy, disk healthy', isWell: true };
  const place = '127.0.0.1:4000';
  const firing = { kind: 'firing', title: '[FIRING] slow: 1 s', place, atMs: 12_345 };
  const shown = (progress: Partial<Progress>, columns = 60, colors = false) =>
    renderScreen({ ...STATE, plan, progress: { ...PROGRESS, ...progress } }, { columns, rows: 40 }, colors).slice(3, 6);
  assert.equal(shown({ alerts: [], vitals }), [
    'machine  CPU 5 %, memory 96 MB',
    'health   model healthy, disk healthy',
    'alerts   none so far; from 0:09 to 0:18 the model is slow',
  ]);
  assert.is(shown({ alerts: [firing], vitals })[2], 'alerts   0:12  [FIRING] slow: 1 s');
  assert.is(shown({ alerts: [firing], vitals }, 25)[2], 'alerts   0:12  [FIRING] …');
  assert.equal(shown({ alerts: [firing], vitals: { ...vitals, isWell: false } }, 60, true).slice(1), [
    'health   \x1b[33mmodel healthy, disk healthy\x1b[0m',
    'alerts   0:12  \x1b[31m[FIRING] slow: 1 s\x1b[0m',
  ]);
  const resolved = { kind: 'resolved', title: '[RESOLVED] slow', place, atMs: 20_000 };
  assert.is(shown({ alerts: [firing, resolved], vitals }, 60, true)[2], 'alerts   0:20  \x1b[32m[RESOLVED] slow\x1b[0m');
});

test('the first alert moves no column, and 80 columns have room for the bars', () => {
  const headings = (columns: number, more: Readonly<Record<string, number>>) => {
    const progress = { ...PROGRESS, counters: { ...PROGRESS.counters, ...more } };
    return renderScreen({ ...STATE, progress }, { columns, rows: 40 }, false).find((line) => line.startsWith('Events'))!;
  };
  for (const columns of [79, 99, 140]) assert.is(headings(columns, { 'telemetry.alert.delivered': 1 }), headings(columns, {}));
  assert.match(headings(79, {}), / {2}█ p50 ▒ p95 ░ p99$/);
  assert.match(headings(79, { 'agent.tool.start': 100_000 }), / {2}█p50 ▒p95 ░p99$/);
});

test('a small terminal loses empty lines, then warnings, then rows of the table, which says so', () => {
  const many = { ...STATE, warnings: Array.from({ length: 9 }, (_, index) => ({ level: 'warn' as const, text: `w${index}` })) };
  const frame = (rows: number) => renderScreen(many, { columns: 99, rows }, false).slice(3, -1);
  const seen = (rows: number) => ({
    gaps: frame(rows).filter((line) => line === '').length,
    events: frame(rows).filter((line) => line.startsWith('agent.')).length,
    warnings: frame(rows).filter((line) => /^w\d/.test(line)),
  });
  assert.equal(seen(40), { gaps: 3, events: 6, warnings: ['w4', 'w5', 'w6', 'w7', 'w8'] });
  assert.equal(seen(20), { gaps: 3, events: 6, warnings: ['w4', 'w5', 'w6', 'w7', 'w8'] });
  assert.equal(seen(19), { gaps: 0, events: 6, warnings: ['w4', 'w5', 'w6', 'w7', 'w8'] });
  assert.equal(seen(15), { gaps: 0, events: 6, warnings: ['w6', 'w7', 'w8'] });
  assert.equal(seen(14), { gaps: 0, events: 6, warnings: ['w7', 'w8'] });
  assert.equal(seen(12), { gaps: 0, events: 3, warnings: ['w7', 'w8'] });
  assert.is(frame(12)[4], '… 3 more');
});

/** Columns a terminal takes, for the characters of these tests. */
const columnsOf = (line: string): number => [...line].reduce((sum, character) => sum + (/[\u3041-\uff60]/.test(character) ? 2 : 1), 0);

test('a frame fits whatever the size, with and without colours, and no name of a file drives the terminal', () => {
  const alert = { kind: 'firing', title: '[FIRING] 漢字漢字漢字漢字漢字漢字', place: '127.0.0.1:1', atMs: 1e9 };
  const vitals = { machine: 'CPU 5 %, memory 96 MB, event loop p99 1.20 ms', health: 'model degraded (漢字漢字漢字漢字)', isWell: false };
  const hostile: ScreenState = {
    ...STATE,
    progress: { ...PROGRESS, alerts: [alert], vitals },
    plan: { ...STATE.plan, incident: { fromMs: 1, untilMs: 2 }, folder: '/木/\x1b[2J\n/\u202e', logPath: `/\x1b[2J\r${'語'.repeat(200)}` },
    warnings: [{ level: 'error', text: '12:00:00.001 ERROR 漢字漢字漢字 boom' }],
  };
  for (let columns = 1; columns < 130; columns += 3) {
    for (let rows = 1; rows < 24; rows += 2) {
      const plain = renderScreen(hostile, { columns, rows }, false);
      assert.ok(plain.length <= rows, `${plain.length} lines in ${rows} rows`);
      for (const line of plain) {
        assert.ok(columnsOf(line) <= columns, `${columnsOf(line)} columns in ${columns}: ${line}`);
        assert.is(stripVTControlCharacters(line), line);
        assert.not.ok(line.includes('\n') || line.includes('\u202e'));
      }
      assert.equal(renderScreen(hostile, { columns, rows }, true).map(stripVTControlCharacters), plain);
    }
  }
});

test('colours are calm: what failed is red, the level of a warning is coloured and its text is not', () => {
  const frame = renderScreen(STATE, { columns: 120, rows: 40 }, true);
  assert.is(frame[2], 'sessions 8 done, 4 running, \x1b[31m1 failed\x1b[0m   cache 71 %   tokens 45,678 in, 910 out');
  assert.is(frame[13], `\x1b[2m12:00:00.001 \x1b[0m\x1b[31mERROR\x1b[0m${WARNING.slice(18)}`);
  assert.is(frame[14], '\x1b[33mtelemetry-bus: Something is doubtful. [CONFIG_DOUBTFUL]\x1b[0m');
});

test('lines that could not be written are told', () => {
  const log = { accepted: 10, written: 7, queued: 0, dropped: { ENOSPC: 2, error: 1 } };
  const frame = renderScreen({ ...STATE, progress: { ...PROGRESS, log } }, { columns: 80, rows: 40 }, false);
  assert.match(frame.at(-1)!, / 7 lines, 3 not written {3}Ctrl-C ends it$/);
});

test('a warning is one line: the error stands where the message would, and nothing for programs', () => {
  const line = warningFormat(false)({
    ...{
      timestamp: '2026-01-02T03:04:05.678Z',
      level: 'ERROR',
      logger: 'agent.llm',
      message: 'agent.llm.error',
      event_name: 'agent.llm.error',
    },
    ...{ error_id: 'abc', error_type: 'Error', exception: { type: 'Error', message: 'No\nanswer', traceback: ['at a (b:1:1)'] } },
    ...{ duration_ms: 12.3, monotonicTime: 5, telemetrySpanContext: 0, model: 'm' },
  });
  assert.is(line.replace(/^\S+ /, ''), 'ERROR agent.llm.error           Error: No\\nanswer  12.3 ms model=m error_id=abc');
  const alert: LogRecord = {
    timestamp: '2026-01-02T03:04:05.678Z',
    level: 'WARNING',
    logger: 'telemetry.alert',
    message: 'telemetry.alert.firing',
  };
  const rounded = warningFormat(false)({ ...alert, event_name: 'telemetry.alert.firing', value: 842.4589657000002, count: 1_234_567 });
  assert.match(rounded, / value=842\.459 count=1234567$/);
});

function makeScreen() {
  const written: string[] = [];
  const calls: unknown[] = [];
  const program = Object.assign(new EventEmitter(), {
    pid: 42,
    kill: (...call: unknown[]) => calls.push(call),
    exit: (code: number) => calls.push(code),
  });
  return {
    written,
    calls,
    program,
    screen: createLiveScreen({ write: (text) => written.push(text) }, program as unknown as ScreenProgram),
  };
}

const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';

test('a frame is one write from the top left corner that clears what is left of each line and below', () => {
  const { screen, written } = makeScreen();
  screen.show(['too early']);
  screen.enter();
  screen.show(['one', 'two']);
  screen.leave();
  screen.leave();
  screen.show(['too late']);
  assert.equal(written, [ENTER, '\x1b[Hone\x1b[K\r\ntwo\x1b[K\x1b[J\x1b[H', LEAVE]);
});

test('the end of the process gives the terminal back, SIGQUIT ends it, and afterwards nobody listens', () => {
  const { screen, written, calls, program } = makeScreen();
  screen.enter();
  program.emit('SIGQUIT');
  program.emit('exit');
  assert.equal([written, calls], [[ENTER, LEAVE], [131]]);
  screen.leave();
  assert.equal(program.eventNames(), []);
  assert.is(written.length, 2);
});

test('Ctrl-Z gives the terminal back before the process stops, and takes it again afterwards', () => {
  const { screen, written, calls, program } = makeScreen();
  screen.enter();
  program.emit('SIGTSTP');
  assert.equal([written, calls], [[ENTER, LEAVE], [[42, 'SIGSTOP']]]);
  program.emit('SIGCONT');
  screen.show(['on']);
  screen.leave();
  assert.equal(written.slice(2), [ENTER, '\x1b[Hon\x1b[K\x1b[J\x1b[H', LEAVE]);
});

test('the view enters with its first frame, draws anew when the terminal changes its size, and leaves lines behind', () => {
  const written: string[] = [];
  const stdout = Object.assign(new EventEmitter(), { isTTY: true, columns: 100, rows: 30, write: (text: string) => written.push(text) });
  const view = createLiveView(stdout, false);
  view.warn('early', 'warn');
  view.begin(STATE.plan);
  assert.equal(written, []);
  view.update(PROGRESS);
  assert.is(written[0], ENTER);
  assert.ok(written[1]!.includes('early'));
  Object.assign(stdout, { columns: 40, rows: 5 });
  stdout.emit('resize');
  assert.is(written.length, 3);
  assert.is(written[2]!.split('\r\n').length, 5);
  assert.ok(
    written[2]!.split('\r\n').every((line) => columnsOf(stripVTControlCharacters(line)) < 40),
    written[2],
  );
  Object.assign(stdout, { columns: 0, rows: 0 });
  stdout.emit('resize');
  assert.is(columnsOf(stripVTControlCharacters(written[3]!.split('\r\n')[0]!)), 79);
  view.end(['', 'the end']);
  view.close();
  assert.is(written[4], LEAVE);
  assert.match(written[5]!, /^telemetry-bus demo: .*\nTree {6}\/tree [\s\S]*\n\nthe end\n$/);
  assert.is(written.length, 6);
  assert.equal(stdout.eventNames(), []);
});

test('a view that is closed after an error gives the terminal back, and one that showed nothing leaves it alone', () => {
  const written: string[] = [];
  const stdout = Object.assign(new EventEmitter(), { isTTY: true, write: (text: string) => written.push(text) });
  const shown = createLiveView(stdout, false);
  shown.begin(STATE.plan);
  shown.update(PROGRESS);
  shown.close();
  assert.is(written.at(-1), LEAVE);
  createLiveView(stdout, false).close();
  assert.is(written.length, 3);
});

test('a screen needs a terminal that is not dumb', () => {
  const { stdout } = { stdout: Object.assign(new EventEmitter(), { isTTY: true, write: () => true }) };
  assert.equal(
    [isLive(stdout, {}), isLive(stdout, { TERM: 'dumb' }), isLive({ ...stdout, isTTY: false } as never, {})],
    [true, false, false],
  );
});

test.run();
