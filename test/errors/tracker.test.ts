import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { errorIdOf } from '../../lib/core/error-id';
import type { ErrorMark, ErrorPlace } from '../../lib/core/error-mark';
import { isTelemetryError } from '../../lib/core/errors';
import { fingerprintOf } from '../../lib/errors/fingerprint';
import { hashOf } from '../../lib/errors/hash';
import type { StormSummary } from '../../lib/errors/storm-summary';
import { ErrorTracker } from '../../lib/errors/tracker';
import type { ErrorTrackerOptions } from '../../lib/errors/tracker-options';
import { fakeClock } from '../../lib/testing/fake-clock';

const START = Date.UTC(2026, 0, 1);
const place = (event?: string, level: ErrorPlace['level'] = 'error', message = 'it failed'): ErrorPlace => ({
  level,
  logger: 'app.bot',
  event,
  message,
});

function create(options: ErrorTrackerOptions = {}, redact?: (text: string) => string) {
  const clock = fakeClock();
  const summaries: StormSummary[] = [];
  const asked: unknown[] = [];
  const id = (error: unknown) => {
    asked.push(error);
    return errorIdOf(error);
  };
  const onSummary = (summary: StormSummary) => summaries.push(summary);
  const tracker = new ErrorTracker({ clock, errorIdOf: id, onSummary, options, ...(redact && { redact }) });
  return { clock, tracker, summaries, asked };
}
const codeOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return isTelemetryError(error) ? error.code : error;
  }
  return undefined;
};
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

test('an error that is logged has its id, its fingerprint and counts as one occurrence', () => {
  const { tracker } = create();
  const error = new TypeError('no user 7');
  assert.equal(tracker.meet(error, true, place()), {
    id: errorIdOf(error),
    fingerprint: fingerprintOf(error),
    occurrences: 1,
    isCollapsed: false,
  });
  const group = tracker.group(fingerprintOf(error));
  assert.equal([group?.type, group?.message, group?.total, group?.firstSeen], ['TypeError', 'no user <*>', 1, START]);
  assert.equal(group?.lastErrorIds, [errorIdOf(error)]);
});

test('the id of what is no object is asked for once a line', () => {
  const { tracker, asked } = create();
  const { id } = tracker.meet('text', true, place());
  assert.equal(asked, ['text']);
  assert.is(tracker.group(fingerprintOf('text'))?.lastErrorId, id);
  tracker.report(null, place());
  tracker.meet(new Error('not of this line'), false, place());
  assert.equal(asked, ['text', null, undefined]);
});

test('a line of level error without an error counts by its event or logger, one of lower level does not', () => {
  const { tracker } = create();
  const one = tracker.meet(undefined, false, place(undefined, 'error', 'disk 1 is full'));
  assert.is(tracker.meet(undefined, false, place(undefined, 'critical', 'disk 2 is full')).fingerprint, one.fingerprint);
  assert.equal(
    [tracker.group(one.fingerprint)?.total, tracker.group(one.fingerprint)?.type, tracker.group(one.fingerprint)?.level],
    [2, 'app.bot', 'critical'],
  );
  assert.is(tracker.group(tracker.meet(undefined, false, place('app.disk.full')).fingerprint)?.type, 'app.disk.full');
  assert.is(tracker.meet(undefined, false, place(undefined, 'warn')).occurrences, 0);
  assert.is(tracker.stats().occurrences, 3);
});

test('an error on a warning has id and fingerprint and is not counted, until a line of level error tells of it', () => {
  const { tracker } = create();
  const error = new Error('x');
  assert.equal(tracker.meet(error, true, place('app.a.b', 'warn')), {
    id: errorIdOf(error),
    fingerprint: fingerprintOf(error),
    occurrences: 0,
    isCollapsed: false,
  });
  assert.equal([tracker.stats().occurrences, tracker.groups()], [0, []]);
  assert.is(tracker.meet(error, true, place('app.c.d')).occurrences, 1);
  assert.is(tracker.meet(error, true, place('app.a.b')).occurrences, 0);
});

test('one error object is one occurrence, whoever tells of it on its way up', () => {
  const { tracker } = create();
  const error = new Error('x');
  const told = ['app.llm.error', 'app.session.error', undefined, 'app.session.error'].map((event) =>
    tracker.meet(error, true, place(event)),
  );
  assert.equal(
    told.map(({ occurrences }) => occurrences),
    [1, 0, 0, 0],
  );
  assert.is(new Set(told.map(({ id, fingerprint }) => `${id} ${fingerprint}`)).size, 1);
  const group = tracker.group(fingerprintOf(error));
  assert.equal([group?.total, group?.event], [1, 'app.llm.error']);
});

test('a constant error counts each time it is thrown: when who told of it first tells of it again', () => {
  const { tracker } = create();
  const constant = Object.freeze(new Error('busy'));
  for (let at = 0; at < 5; at++) {
    assert.is(tracker.meet(constant, true, place('app.llm.error')).occurrences, 1);
    assert.is(tracker.meet(constant, true, place('app.session.error')).occurrences, 0);
  }
  assert.is(tracker.stats().occurrences, 5);
});

test('an error keeps the fingerprint it was first met with', () => {
  const { tracker } = create();
  const error = new Error('alpha');
  const { fingerprint } = tracker.meet(error, true, place());
  error.message = 'beta';
  assert.is(tracker.meet(error, true, place()).fingerprint, fingerprint);
});

test('reports are collapsed after the burst, lines of the program are not', () => {
  const { tracker, clock, summaries } = create({ storm: { burst: 2, period: '5s' } });
  const occur = (how: 'meet' | 'report') => {
    const error = new Error('x');
    return how === 'meet' ? tracker.meet(error, true, place()) : tracker.report(error, place());
  };
  assert.equal(
    Array.from({ length: 4 }, () => occur('report').isCollapsed),
    [false, false, true, true],
  );
  assert.not(occur('meet').isCollapsed);
  clock.advance('5s');
  assert.equal(
    summaries.map(({ count }) => count),
    [2],
  );
  assert.equal([tracker.stats().occurrences, tracker.stats().collapsed, tracker.stats().summaries], [5, 2, 1]);
});

test('mode all collapses lines with an error, never those without; mode none and storm false collapse nothing', () => {
  const many = (options: ErrorTrackerOptions, hasError: boolean) => {
    const { tracker } = create({ storm: options.storm ?? { burst: 1 }, ...options });
    const run = (at: number) => (at % 2 ? tracker.report('x', place()) : tracker.meet('x', hasError, place()));
    return Array.from({ length: 20 }, (_, at) => Number(run(at).isCollapsed)).reduce((one, other) => one + other);
  };
  assert.is(many({ collapse: 'all' }, true), 19);
  assert.is(many({ collapse: 'all' }, false), 9);
  assert.is(many({ collapse: 'none' }, true), 0);
  assert.is(many({ collapse: 'all', storm: false }, true), 0);
});

test('who tells again of a collapsed error by a report is collapsed too, and warnings never are by themselves', () => {
  const { tracker } = create({ storm: { burst: 1 } });
  const [first, second] = [new Error('x'), new Error('x')];
  assert.not(tracker.report(first, place('app.a.b')).isCollapsed);
  assert.ok(tracker.report(second, place('app.a.b')).isCollapsed);
  assert.equal([tracker.report(first, place('app.c.d')).isCollapsed, tracker.report(second, place('app.c.d')).isCollapsed], [false, true]);
  assert.not(tracker.meet(second, true, place('app.c.d')).isCollapsed);
  for (let at = 0; at < 20; at++) assert.not(tracker.report(new Error('x'), place('app.a.b', 'warn')).isCollapsed);
  assert.is(tracker.stats().collapsed, 1);
});

test('what lines and summaries say of occurrences is what occurred, in any order of anything', () => {
  const errors = Array.from({ length: 6 }, (_, at) => new Error(`message ${'abcdef'[at % 3]}`));
  const step = fc.record({
    what: fc.oneof(fc.constantFrom<unknown>(...errors), fc.constantFrom<unknown>('thrown', null, undefined, 7)),
    how: fc.constantFrom('meet', 'report', 'line', 'flush', 'storm', 'groups'),
    event: fc.constantFrom(undefined, 'app.a.b', 'app.c.d'),
    level: fc.constantFrom<ErrorPlace['level']>('warn', 'error', 'critical'),
    wait: fc.oneof(fc.constant(0), fc.constant(0), fc.nat(20_000), fc.nat(7_200_000)),
  });
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 120 }),
      fc.constantFrom('reports', 'all', 'none'),
      fc.integer({ min: 1, max: 4 }),
      (steps, collapse, maxGroups) => {
        const { tracker, clock, summaries } = create({ collapse: collapse as 'all', maxGroups, storm: { burst: 2 } });
        let [told, seen] = [0, 0];
        tracker.onError(({ mark }) => (seen += mark.occurrences));
        for (const { what, how, event, level, wait } of steps) {
          if (how === 'flush') tracker.flush();
          else if (how === 'storm') tracker.configure({ storm: { burst: 1 + (steps.length % 3) } });
          else if (how === 'groups') tracker.configure({ maxGroups: 1 + (wait % 5) });
          else {
            const verdict =
              how === 'report' ? tracker.report(what, place(event, level)) : tracker.meet(what, how === 'meet', place(event, level));
            if (!verdict.isCollapsed) told += verdict.occurrences;
          }
          if (wait > 0) clock.advance(wait);
        }
        tracker.close();
        const { occurrences, overflow, forgotten, collapsed, summaries: count, tracked } = tracker.stats();
        assert.is(told + summaries.reduce((sum, summary) => sum + summary.count, 0), occurrences);
        assert.is(
          summaries.reduce((sum, summary) => sum + summary.count, 0),
          collapsed,
        );
        assert.equal([seen, count, clock.pendingTimers()], [occurrences, summaries.length, 0]);
        const groups = tracker.groups();
        assert.is(groups.length, tracked);
        assert.is(groups.reduce((sum, { total }) => sum + total, 0) + overflow.total + forgotten.total, occurrences);
      },
    ),
  );
});

test('different errors beyond the table are summarised together', () => {
  const { tracker, clock, summaries } = create({ maxGroups: 2, storm: { burst: 3 } });
  for (let at = 0; at < 50; at++) tracker.report(new Error(`kind ${'x'.repeat(at)}`), place());
  clock.advance('10s');
  assert.equal(
    summaries.map(({ fingerprint, count }) => [fingerprint, count]),
    [['000000000000', 45]],
  );
  assert.is(tracker.stats().overflow.total, 48);
  assert.is(tracker.group('000000000000'), undefined);
});

test('the option fingerprint decides, is told what it would be, and is left alone when it fails', async () => {
  const error = new Error('x');
  const given: unknown[] = [];
  const of = (answer: () => unknown) => {
    const { tracker } = create({
      fingerprint: (thrown, context) => {
        given.push(thrown, context.default);
        return answer() as string;
      },
    });
    return { fingerprint: tracker.meet(error, true, place()).fingerprint, tracker };
  };
  assert.is(of(() => 'c0ffee123456').fingerprint, 'c0ffee123456');
  assert.equal(given, [error, fingerprintOf(error)]);
  assert.is(of(() => ['{{ default }}', 'eu']).fingerprint, hashOf([fingerprintOf(error), 'eu']));
  for (const answer of [() => undefined, () => 7, () => '', () => ({})]) assert.is(of(answer).fingerprint, fingerprintOf(error));
  const thrown = of(() => {
    throw new Error('no');
  });
  assert.equal([thrown.fingerprint, thrown.tracker.stats().failures], [fingerprintOf(error), 1]);
  const rejected = of(() => Promise.reject(new Error('no')));
  await settle();
  assert.equal([rejected.fingerprint, rejected.tracker.stats().failures], [fingerprintOf(error), 1]);
});

test('the option goes before a property of the error, which is then the default', () => {
  const { tracker } = create({ fingerprint: (_, context) => (context.default === 'c0ffee123456' ? 'decade123456' : undefined) });
  assert.is(tracker.meet(Object.assign(new Error('x'), { fingerprint: 'c0ffee123456' }), true, place()).fingerprint, 'decade123456');
});

test('a fingerprint function, a listener and a getter that log errors themselves do not go on for ever', () => {
  const { tracker } = create({
    fingerprint: () => {
      tracker.meet(new Error('while asked'), true, place());
      return undefined;
    },
  });
  tracker.onError(() => tracker.meet(new Error('while told'), true, place()));
  const error = new Error('outer');
  Object.defineProperty(error, 'stack', {
    get() {
      tracker.meet(error, true, place('app.inner.error'));
      return 'Error: outer';
    },
  });
  tracker.meet(error, true, place());
  const { occurrences, untold } = tracker.stats();
  assert.ok(occurrences >= 3 && occurrences <= 10, `${occurrences}`);
  assert.ok(untold >= 1);
});

test('an error that its own getter logs counts once', () => {
  const { tracker } = create();
  const error = new Error('x');
  let isRead = false;
  Object.defineProperty(error, 'stack', {
    get() {
      if (!isRead) {
        isRead = true;
        tracker.meet(error, true, place('app.inner.error'));
      }
      return 'Error: x';
    },
  });
  assert.is(tracker.meet(error, true, place('app.outer.error')).occurrences, 0);
  assert.is(tracker.stats().occurrences, 1);
});

test('listeners are told of all errors with what counts, until they are taken off; one that fails is kept and counted', async () => {
  const { tracker } = create();
  const seen: { readonly hasError: boolean; readonly mark: ErrorMark }[] = [];
  const off = tracker.onError(({ hasError, mark }) => {
    seen.push({ hasError, mark });
    throw new Error('no');
  });
  tracker.onError((async () => {
    throw new Error('no');
  }) as () => void);
  const error = new Error('x');
  for (const [event, level] of [
    ['app.a.b', 'error'],
    ['app.c.d', 'error'],
    ['app.c.d', 'warn'],
  ] as const)
    tracker.meet(error, true, place(event, level));
  tracker.meet(undefined, false, place());
  tracker.report(error, place('app.a.b'));
  assert.equal(
    seen.map(({ hasError, mark }) => [hasError, mark.occurrences]),
    [
      [true, 1],
      [true, 0],
      [true, 0],
      [false, 1],
      [true, 1],
    ],
  );
  off();
  off();
  tracker.meet(error, true, place());
  assert.is(seen.length, 5);
  await settle();
  assert.is(tracker.stats().failures, 5 + 6);
});

test('a receiver of summaries that fails is counted', async () => {
  const clock = fakeClock();
  const receivers = [
    () => {
      throw new Error('no');
    },
    () => Promise.reject(new Error('no')),
  ];
  const tracker = new ErrorTracker({
    clock,
    errorIdOf,
    onSummary: () => receivers.pop()!() as never,
    options: { storm: { burst: 1, period: '1s' } },
  });
  for (let round = 0; round < 2; round++) {
    for (let at = 0; at < 3; at++) tracker.report('x', place());
    clock.advance('1s');
  }
  await settle();
  assert.equal([tracker.stats().failures, tracker.stats().summaries, tracker.stats().collapsed], [2, 2, 4]);
});

test('after close errors are counted, none is collapsed, and no timer waits', () => {
  const { tracker, clock, summaries } = create({ storm: { burst: 1 } });
  const constant = new Error('x');
  for (let at = 0; at < 3; at++) tracker.report(constant, place());
  tracker.close();
  tracker.close();
  assert.equal(
    summaries.map(({ count }) => count),
    [2],
  );
  tracker.configure({ storm: { burst: 1 } });
  assert.not(tracker.report(constant, place('app.c.d')).isCollapsed);
  for (let at = 0; at < 3; at++) assert.equal([tracker.report(constant, place()).isCollapsed, clock.pendingTimers()], [false, 0]);
  tracker.flush();
  assert.equal([tracker.stats().occurrences, summaries.length], [6, 1]);
});

test('after reopen storms are collapsed again, within the limits that were configured while it was closed', () => {
  const { tracker, clock, summaries } = create({ storm: { burst: 1 } });
  const burst = () => Array.from({ length: 4 }, () => Number(tracker.report(new Error('x'), place()).isCollapsed)).join('');
  assert.is(burst(), '0111');
  tracker.close();
  assert.is(summaries.length, 1);
  tracker.configure({ storm: { burst: 2, period: '1s' } });
  assert.equal([burst(), clock.pendingTimers()], ['0000', 0]);
  tracker.reopen();
  assert.is(burst(), '0011');
  tracker.reopen();
  assert.is(burst(), '1111');
  clock.advance('1s');
  assert.equal(
    summaries.map(({ count }) => count),
    [3, 6],
  );
  tracker.close();
  tracker.reopen();
  assert.is(burst(), '0011');
  tracker.close();
  const { occurrences, collapsed } = tracker.stats();
  assert.equal([occurrences, collapsed, clock.pendingTimers()], [20, 11, 0]);
});

test('a repeat that its teller knows of counts as none, uses up no burst, and goes the way of its first line', () => {
  const { tracker, summaries } = create({ storm: { burst: 2 } });
  const [constant, repeated] = [new Error('x'), { ...place(), isRepeat: true }];
  assert.is(tracker.report(constant, place()).occurrences, 1);
  for (let at = 0; at < 5; at++) {
    const { occurrences, isCollapsed } = tracker.report(constant, repeated);
    assert.equal([occurrences, isCollapsed], [0, false]);
  }
  assert.is(tracker.meet(constant, true, repeated).occurrences, 0);
  assert.equal([tracker.report('text', repeated).occurrences, tracker.meet(undefined, false, repeated).occurrences], [0, 0]);
  const second = tracker.report(constant, place());
  assert.equal([second.occurrences, second.isCollapsed], [1, false]);
  assert.ok(tracker.report(constant, place()).isCollapsed);
  assert.ok(tracker.report(constant, repeated).isCollapsed);
  tracker.close();
  assert.equal([tracker.stats().occurrences, tracker.stats().collapsed, summaries[0]!.count], [3, 1, 1]);
});

test('a repeat that was never told of does not take the count from who tells of it', () => {
  const { tracker } = create();
  const error = new Error('x');
  assert.is(tracker.report(error, { ...place('app.a.b'), isRepeat: true }).occurrences, 0);
  assert.is(tracker.report(error, place('app.c.d')).occurrences, 1);
});

test('a line that is wanted is written in the midst of a storm, and counted', () => {
  for (const collapse of ['reports', 'all'] as const) {
    const { tracker, summaries } = create({ collapse, storm: { burst: 1 } });
    const constant = new Error('x');
    for (let at = 0; at < 3; at++) tracker.report(constant, place());
    for (const verdict of [
      tracker.report(constant, { ...place(), isWanted: true }),
      tracker.meet(new Error('x'), true, { ...place(), isWanted: true }),
    ]) {
      assert.equal([verdict.occurrences, verdict.isCollapsed], [1, false]);
    }
    tracker.report(constant, place());
    assert.not(tracker.report(constant, { ...place('app.c.d'), isWanted: true }).isCollapsed);
    tracker.close();
    assert.equal([tracker.stats().occurrences, summaries[0]!.count], [6, 3]);
  }
});

test('what groups and summaries show was redacted before what varies was taken out, once for each group', () => {
  const asked: string[] = [];
  const { tracker, summaries } = create({ storm: { burst: 1 } }, (text) => {
    asked.push(text);
    return text.replace(/order-\d{4}|Secret/g, '***');
  });
  class SecretError extends Error {
    override name = 'SecretError';
  }
  const error = () => new SecretError('no order-4711 for user 5');
  for (let at = 0; at < 4; at++) tracker.report(error(), place());
  tracker.meet(undefined, false, place(undefined, 'error', 'line of order-4712'));
  tracker.close();
  const shown = { type: '***Error', message: 'no *** for user <*>' };
  assert.equal(
    tracker.groups().map(({ type, message }) => ({ type, message })),
    [{ type: 'app.bot', message: 'line of ***' }, shown],
  );
  assert.equal(
    summaries.map(({ type, message }) => ({ type, message })),
    [shown],
  );
  assert.equal(asked, ['SecretError', 'no order-4711 for user 5', 'app.bot', 'line of order-4712']);
  assert.is(tracker.groups()[1]!.fingerprint, create().tracker.report(error(), place()).fingerprint);
});

test('a redaction that fails is counted, and nothing is shown of what it was to redact', () => {
  const { tracker } = create({}, () => {
    throw new Error('no');
  });
  tracker.report(new TypeError('order-4711'), place());
  assert.equal(
    tracker.groups().map(({ type, message }) => [type, message]),
    [['<*>', '<*>']],
  );
  assert.is(tracker.stats().failures, 2);
});

test('a redaction that reports errors itself ends, and they are counted', () => {
  let count = 0;
  const { tracker } = create({}, (text) => {
    tracker.report(new Error('x'.repeat(++count)), place());
    return text;
  });
  tracker.report(new Error('outer'), place());
  const { occurrences, tracked } = tracker.stats();
  assert.equal([occurrences, tracked, tracker.groups().length], [3, 3, 3]);
  assert.is(tracker.groups().find(({ message }) => message === 'outer')?.total, 1);
});

test('a giant message is redacted as far as twice what is read of it', () => {
  const asked: number[] = [];
  const { tracker } = create({}, (text) => {
    asked.push(text.length);
    return text;
  });
  tracker.report(new Error('x '.repeat(100_000)), place());
  assert.equal(asked, [5, 16_384]);
});

test('groups are listed by what is asked for, and the page about errors has counts and whole seconds', () => {
  const { tracker, clock } = create();
  const occur = (name: string, times: number) => {
    for (let at = 0; at < times; at++) tracker.meet(Object.assign(new Error('x'), { fingerprint: name }), true, place());
  };
  occur('aaaaaaaaaaaa', 3);
  clock.advance('2h');
  occur('bbbbbbbbbbbb', 2);
  clock.advance(1500);
  occur('cccccccccccc', 1);
  clock.advance(100);
  occur('bbbbbbbbbbbb', 1);
  clock.advance(100);
  occur('aaaaaaaaaaaa', 1);
  const order = (sort?: 'total' | 'firstSeen' | 'countLastHour' | 'lastSeen', limit?: number) =>
    tracker
      .groups({ ...(sort && { sort }), ...(limit && { limit }) })
      .map(({ fingerprint }) => fingerprint[0])
      .join('');
  assert.equal(
    [order(), order('lastSeen'), order('firstSeen'), order('total'), order('countLastHour'), order('total', 1)],
    ['abc', 'abc', 'cba', 'abc', 'bac', 'a'],
  );
  assert.is(tracker.groups().length, 3);
  const seconds = START / 1000 + 7201;
  assert.equal(tracker.summary(), {
    aaaaaaaaaaaa: { count_last_hour: 1, last_seen: seconds },
    bbbbbbbbbbbb: { count_last_hour: 3, last_seen: seconds },
    cccccccccccc: { count_last_hour: 1, last_seen: seconds },
  });
});

test('options change what is given and keep the rest; wrong ones are refused and change nothing', () => {
  const { tracker } = create({ maxGroups: 3, collapse: 'all', storm: { burst: 2, period: '1s' } });
  for (const name of ['a', 'b', 'c']) tracker.meet(name, true, place());
  tracker.configure({ maxGroups: 2 });
  assert.equal([tracker.stats().tracked, tracker.stats().forgotten], [2, { groups: 1, total: 1 }]);
  tracker.configure({ storm: { burst: 1 } });
  assert.equal(
    Array.from({ length: 2 }, () => tracker.meet('c', true, place()).isCollapsed),
    [false, true],
  );
  const wrong: unknown[] = [
    { maxGroups: 0 },
    { maxGroups: 1.5 },
    { maxGroups: 1_000_001 },
    { storm: true },
    { storm: { burst: 0 } },
    { storm: { burst: 10_001 } },
    { storm: { period: '2h' } },
    { storm: { period: 0 } },
    { collapse: 'some' },
    { fingerprint: 'abc' },
  ];
  for (const options of wrong) {
    assert.is(
      codeOf(() => tracker.configure(options as never)),
      'OPTION_INVALID',
      JSON.stringify(options),
    );
    assert.is(
      codeOf(() => create(options as never)),
      'OPTION_INVALID',
      JSON.stringify(options),
    );
  }
  assert.is(
    codeOf(() => tracker.configure({ storms: false } as never)),
    'OPTION_UNKNOWN',
  );
  assert.is(
    codeOf(() => tracker.configure({ storm: { bursts: 1 } } as never)),
    'OPTION_UNKNOWN',
  );
  assert.is(
    codeOf(() => tracker.groups({ sort: 'name' } as never)),
    'OPTION_INVALID',
  );
  assert.is(
    codeOf(() => tracker.groups({ limit: 0 })),
    'OPTION_INVALID',
  );
  assert.is(tracker.stats().tracked, 2);
  assert.is(
    codeOf(() => create({ maxGroups: 1_000_000, storm: { burst: 10_000, period: '1h' } })),
    undefined,
  );
});

test('unless told otherwise 10 of an error are written in 10 s, and 10,000 errors are tracked', () => {
  const { tracker, clock, summaries } = create();
  assert.is(Array.from({ length: 30 }, () => tracker.report('x', place()).isCollapsed).indexOf(true), 10);
  clock.advance(9999);
  assert.is(summaries.length, 0);
  clock.advance(1);
  assert.is(summaries.length, 1);
});

test('nothing throws, whatever an error is', () => {
  const { tracker } = create({ collapse: 'all' });
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), fc.boolean(), (value, isRevoked) => {
      const thrown = isRevoked ? revoked.proxy : value;
      for (const verdict of [tracker.meet(thrown, true, place()), tracker.report(thrown, place())])
        assert.match(verdict.fingerprint, /^[0-9a-f]{12}$/);
    }),
  );
});

test.run();
