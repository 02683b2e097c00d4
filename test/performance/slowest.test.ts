import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defineEvent, defineEvents, runWithContext } from '../../lib/index';
import { Slowest, type SlowOperation } from '../../lib/performance/slowest';
import { CLASSES, coder, watching } from './watching';

const { response, plain, secret } = coder.llm;

const operation = (duration_ms: number, time = 0): SlowOperation => ({
  event: 'app.job.done',
  class: undefined,
  duration_ms,
  threshold_ms: 1,
  severity: 'slow',
  time,
  description: '',
  context: {},
  metadata: {},
});

const all = () => true;
/** Sorting is stable, so that of equal ones the earlier stays the first. */
const longestFirst = (operations: readonly SlowOperation[]): SlowOperation[] =>
  [...operations].sort((one, other) => other.duration_ms - one.duration_ms);

test('the slowest are the longest of all, the earlier first among equals', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30), { maxLength: 200 }), fc.integer({ min: 1, max: 20 }), (durations, keep) => {
      const slowest = new Slowest(keep, 1000);
      const operations = durations.map((duration, index) => operation(duration, index));
      for (const each of operations) if (slowest.admits(each.duration_ms, 0)) slowest.add(each, 0);
      assert.equal(slowest.list(0, keep, all), longestFirst(operations).slice(0, keep));
    }),
  );
});

test('what is too old is gone, and what it kept out comes back, but for the oldest sixth of the while', () => {
  const arrivals = fc.array(fc.record({ after: fc.nat(30), duration: fc.nat(50) }), { maxLength: 150 });
  fc.assert(
    fc.property(arrivals, fc.integer({ min: 1, max: 8 }), fc.nat(700), (given, keep, wait) => {
      const maxAge = 600;
      const slowest = new Slowest(keep, maxAge);
      let now = 0;
      const operations = given.map(({ after, duration }) => {
        now += after;
        const arrived = operation(duration, now);
        slowest.add(arrived, now);
        return arrived;
      });
      now += wait;
      const listed = slowest.list(now, keep, all);
      assert.ok(listed.length <= keep);
      assert.ok(listed.every(({ time }) => now - time < maxAge));
      assert.equal(listed, longestFirst(listed));
      const young = longestFirst(operations.filter(({ time }) => now - time < maxAge));
      const wholeSegments = (Math.floor(now / 100) - 5) * 100;
      const missing = young.slice(0, keep).filter((each) => !listed.includes(each));
      assert.ok(missing.every(({ time }) => time < wholeSegments));
    }),
  );
});

test('an operation leaves the list after maxAge, one hour unless said otherwise', () => {
  const { took, slow, clock } = watching();
  clock.advance('9m');
  took(response, 90_000);
  clock.advance('59m');
  took(response, 6000);
  assert.equal(
    slow.slowest().map(({ duration_ms }) => duration_ms),
    [90_000, 6000],
  );
  clock.advance('1m');
  assert.equal(
    slow.slowest().map(({ duration_ms }) => duration_ms),
    [6000],
  );
  clock.advance('1h');
  assert.equal(slow.slowest(), []);
});

test('a list holds as many as are kept, and none more than seven segments hold', () => {
  const { took, slow, clock } = watching({ keep: 3, maxAge: '6m' });
  for (let minute = 0; minute < 50; minute++) {
    for (let each = 0; each < 20; each++) took(response, 6000 + each);
    clock.advance('1m');
  }
  assert.equal(
    slow.slowest().map(({ duration_ms }) => duration_ms),
    [6019, 6019, 6019],
  );
  assert.is(slow.slowest({ limit: 2 }).length, 2);
  assert.is(slow.slowest({ limit: 100 }).length, 3);
  assert.is(slow.counts().total.slow, 1000);

  const held = new Slowest(3, 600);
  for (let now = 0; now < 100_000; now += 7) held.add(operation(now), now);
  const { segments } = held as unknown as { segments: { list: { items: unknown[] } }[] };
  assert.ok(segments.length <= 7);
  assert.ok(segments.every(({ list }) => list.items.length <= 3));
});

test('an operation is kept with its class, thresholds, time, tags, and the ids of its scope', () => {
  const { took, slow, clock } = watching(CLASSES);
  clock.advance(1500);
  runWithContext({ request_id: 'r-1', trace_id: 't-1', span_id: 's-1', session_id: 'secret-session', user: { name: 'x' } }, () =>
    took(plain, 35_200, { method: 'POST', path: '/path?token=abc#part', tools_enabled: true, body: 'x' }),
  );
  assert.equal(slow.slowest(), [
    {
      event: 'coder.llm.plain',
      class: 'tools',
      duration_ms: 35_200,
      threshold_ms: 30_000,
      severity: 'slow',
      time: Date.UTC(2026, 0, 1, 0, 0, 1, 500),
      description: 'POST /path',
      context: { request_id: 'r-1', trace_id: 't-1', span_id: 's-1' },
      metadata: { tools_enabled: true },
    },
  ]);
  const [kept] = slow.slowest();
  assert.ok(Object.isFrozen(kept) && Object.isFrozen(kept?.context) && Object.isFrozen(kept?.metadata));
});

test('other fields of the scope are kept when they are named, if they are texts, numbers or booleans', () => {
  const { took, slow } = watching({ contextKeys: ['tenant', 'attempt', 'dry', 'user', 'absent', 'call', 'big', '__proto__'] });
  const scope = { tenant: 't'.repeat(1000), attempt: 2, dry: true, user: { id: 1 }, call: () => 1, big: 2n, request_id: 'r-1' };
  runWithContext(scope, () => took(response, 6000));
  assert.equal(slow.slowest()[0]?.context, { tenant: `${'t'.repeat(255)}…`, attempt: 2, dry: true });
});

test('a cut text ends between characters', () => {
  const { took, messages } = watching({ describe: () => `${'x'.repeat(198)}😀😀` });
  took(response, 6000);
  assert.is(messages()[0], `Slow operation: ${'x'.repeat(198)}… - 6.0s`);
  const whole = watching({ describe: () => '😀'.repeat(100) });
  whole.took(response, 6000);
  assert.is(whole.messages()[0], `Slow operation: ${'😀'.repeat(100)} - 6.0s`);
});

test('the slowest can be asked for by class and by event', () => {
  const { took, slow } = watching({ ...CLASSES, events: [plain], keep: 2 });
  took(plain, 6000);
  took(plain, 31_000, { tools_enabled: true });
  took(response, 7000);
  const durations = (query: Parameters<typeof slow.slowest>[0]) => slow.slowest(query).map(({ duration_ms }) => duration_ms);
  assert.equal(durations({}), [31_000, 7000]);
  assert.equal(durations({ class: 'tools' }), [31_000]);
  assert.equal(durations({ event: response }), [7000]);
  assert.equal(durations({ event: 'coder.llm.plain' }), [31_000]);
  assert.equal(durations({ event: ['coder', 'llm', 'plain'], class: 'none' }), []);
});

test('describe is given the metadata itself where none of it is private', () => {
  class Job {
    name(): string {
      return 'the job';
    }
  }
  const { took, messages } = watching({ describe: (_event, _measurements, metadata) => (metadata as unknown as Job).name() });
  took(response, 6000, new Job());
  assert.equal(messages(), ['Slow operation: the job - 6.0s']);
});

test('at most twenty tags are kept, and none is read of an operation that is not', () => {
  const tags = Array.from({ length: 25 }, (_, index) => `tag${index}`);
  const many = defineEvents('app', {
    job: { done: defineEvent<{ duration: number }, Record<string, unknown>>({ tags, slow: { warn: 1 } }) },
  });
  const { telemetry, slow } = watching({ keep: 1 });
  const done = telemetry.declareEvents(many).emitter(many.job.done);
  let reads = 0;
  const metadata = {
    get tag0() {
      reads++;
      return 0;
    },
    ...Object.fromEntries(tags.slice(1).map((tag) => [tag, tag])),
  };
  done({ duration: 100 }, metadata);
  assert.is(Object.keys(slow.slowest()[0]!.metadata).length, 20);
  done({ duration: 99 }, metadata);
  assert.is(reads, 1);
});

test('private metadata is nowhere: not in lines, not among the slowest, not given to describe', () => {
  const canary = 'canary-4711';
  const given: unknown[] = [];
  const { took, lines, slow, warnings } = watching({
    describe: (_event, _measurements, metadata) => {
      given.push({ ...metadata });
      return metadata.prompt as string;
    },
    classes: { some: { warn: '1s' } },
    classOf: (_event, _measurements, { prompt }) => prompt as string,
  });
  const metadata = { prompt: canary, path: `/${canary}`, request_id: canary, method: 'POST', route: '/safe', model: 'm1' };
  runWithContext({ request_id: canary }, () => took(secret, 2000, metadata));
  assert.equal(given, [{ method: 'POST', route: '/safe', model: 'm1' }]);
  assert.is(lines[0]?.message, 'Slow request: POST /safe - 2.0s');
  assert.equal(slow.slowest()[0]?.metadata, { model: 'm1' });
  assert.is(slow.counts().faults.unknownClass, 1);
  const everything = JSON.stringify([lines, slow.slowest(), slow.counts(), slow.measured(), warnings]);
  assert.not.match(everything, canary);
});

test('what is kept of a giant text is a text of its own', () => {
  const { took, slow } = watching({ contextKeys: ['note'] });
  runWithContext({ note: 'n'.repeat(1e6) }, () =>
    took(response, 6000, { method: 'GET', path: `/${'p'.repeat(1e6)}`, model: 'm'.repeat(1e6) }),
  );
  const [kept] = slow.slowest();
  assert.equal([kept?.description.length, String(kept?.context.note).length, String(kept?.metadata.model).length], [200, 256, 256]);
});

test.run();
