import loglevel from 'loglevel';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry as createCore } from '../../lib/core/index';
import { createTelemetry } from '../../lib/index';

const A = ['app', 'part', 'a'] as const;

function failOn(bus: ReturnType<typeof createCore>): void {
  bus.attach('bad', A, () => {
    throw new Error('bad');
  });
  bus.execute(A);
}

test('a bus of core warns on the console, and does without one', () => {
  const { console } = globalThis;
  const lines: unknown[] = [];
  try {
    globalThis.console = { ...console, warn: (line: unknown) => lines.push(line) };
    failOn(createCore());
    (globalThis as { console?: unknown }).console = undefined;
    failOn(createCore());
  } finally {
    globalThis.console = console;
  }
  assert.is(lines.length, 1);
  assert.match(lines[0] as string, /^telemetry-bus: Handler "bad" failed.*\[HANDLER_FAILED\]$/s);
});

test('createTelemetry warns through loglevel, whose level silences it', () => {
  const logger = loglevel.getLogger('telemetry-bus');
  const { methodFactory } = logger;
  const lines: unknown[] = [];
  try {
    logger.methodFactory = () => (line: unknown) => void lines.push(line);
    logger.rebuild();
    failOn(createTelemetry());
    logger.setLevel('silent', false);
    failOn(createTelemetry());
  } finally {
    logger.methodFactory = methodFactory;
    logger.setLevel('warn', false);
  }
  assert.is(lines.length, 1);
  assert.match(lines[0] as string, /"bad".*HANDLER_FAILED/s);
});

test('a handler that keeps failing is warned about at most once a minute', () => {
  let now = 0;
  const warnings: string[] = [];
  const bus = createCore({
    clock: { monotonicTime: () => now, systemTime: () => now, setTimer: () => () => {} },
    onWarning: ({ message }) => warnings.push(message),
  });
  bus.attach(
    'bad',
    A,
    () => {
      throw new Error('bad');
    },
    undefined,
    { onError: 'keep' },
  );
  for (const time of [0, 1, 59_999, 60_000, 61_000]) {
    now = time;
    bus.execute(A);
  }
  assert.is(warnings.length, 2);
  assert.match(warnings[1]!, '4 so far');
});

test('no more than 100 names are warned about for nesting too deep', () => {
  const warnings: string[] = [];
  const bus = createCore({ onWarning: ({ code }) => warnings.push(code) });
  bus.attach('self', A, () => {
    bus.execute(A);
    for (let i = 0; i < 120; i++) bus.execute(['app', 'deep', `e${i}`]);
  });
  bus.attachPrefix('deep', ['app', 'deep'], () => {});
  bus.execute(A);
  assert.is(warnings.length, 100);
});

test.run();
