import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { STREAM_LIMITS, type StreamLimits } from '../../../../lib/node/admin/monitoring/stream-limits';
import { Streams } from '../../../../lib/node/admin/monitoring/streams';
import { Problem } from '../../../../lib/node/admin/problem';
import type { Actor } from '../../../../lib/node/admin/route';
import { type FakeClock, fakeClock } from '../../../../lib/testing';
import { follow } from '../../../support/admin/event-stream';
import { settle } from '../../../support/admin/streams';

const ACTOR: Actor = { name: 'viewer', ip: '127.0.0.1', userAgent: undefined, scope: 'read', via: 'token', expiresAt: undefined, session: undefined }; // biome-ignore format: short

interface Source {
  readonly clock: FakeClock;
  readonly streams: Streams;
  /** What each path answers. */
  readonly answers: Map<string, () => unknown>;
  readonly asked: Map<string, number>;
  begin(paths: readonly string[], lastEventId?: string): ReadableStream<Uint8Array>;
}

function source(limits: Partial<StreamLimits> = {}, most = 64): Source {
  const clock = fakeClock();
  const answers = new Map<string, () => unknown>();
  const asked = new Map<string, number>();
  const streams = new Streams(
    clock,
    (path) => ({
      path,
      audit: () => undefined,
      ask: async () => {
        asked.set(path, (asked.get(path) ?? 0) + 1);
        return JSON.stringify(await answers.get(path)!());
      },
    }),
    most,
    { ...STREAM_LIMITS, ...limits },
  );
  const begin = (paths: readonly string[], lastEventId: string | null = null): ReadableStream<Uint8Array> =>
    streams.begin({ paths, every: 1, actor: ACTOR, lastEventId });
  return { clock, streams, answers, asked, begin };
}

test('a slow answer is never asked for a second time before it came', async () => {
  const { clock, answers, asked, begin } = source();
  let arrive: (value: unknown) => void = () => undefined;
  answers.set('/slow', () => new Promise((resolve) => (arrive = resolve))); // biome-ignore format: short
  const stream = follow(begin(['/slow']));
  for (let second = 0; second < 10; second++) {
    clock.advance(1000);
    await settle();
  }
  assert.is(asked.get('/slow'), 1);
  arrive({ a: 1 });
  await stream.next('full');
  clock.advance(1000);
  await settle();
  assert.is(asked.get('/slow'), 2);
  stream.leave();
});

test('one asking serves all who watch the same', async () => {
  const { clock, streams, answers, asked, begin } = source();
  let count = 0;
  answers.set('/a', () => ({ count: count++ }));
  const all = Array.from({ length: 50 }, () => follow(begin(['/a', '/a'])));
  for (const one of all) await one.next('full');
  for (let second = 0; second < 10; second++) {
    clock.advance(1000);
    await settle();
  }
  assert.is(asked.get('/a'), 11);
  assert.equal(streams.stats(), { clients: 50, watches: 1, held: 0 });
  for (const { answers: got, events } of all) {
    assert.equal(got, [{ count: 10 }, { count: 10 }]);
    assert.is(events.length, 1 + 2 * 11);
  }
  for (const one of all) one.leave();
  await settle();
  assert.equal([streams.stats().clients, streams.stats().watches, clock.pendingTimers()], [0, 0, 0]);
});

test('who takes nothing holds little however much happens, gets the whole when it reads again, and is cut after 15 s', async () => {
  const { clock, streams, answers, begin } = source({ stallMs: 3_600_000 });
  let count = 0;
  const text = 'x'.repeat(1024);
  answers.set('/a', () => ({ rows: Array.from({ length: 20 }, (_, at) => `${text}${count + at}`), count: count++ }));
  const body = begin(['/a', '/a', '/a']);
  await settle();
  let most = 0;
  for (let second = 0; second < 500; second++) {
    clock.advance(1000);
    await settle();
    most = Math.max(most, streams.stats().held);
  }
  assert.ok(most <= 256 * 1024, `${most} bytes`);
  const stream = follow(body);
  await settle();
  assert.equal(
    stream.events.map(({ event }) => event),
    ['hello', 'full', 'full', 'full'],
  );
  assert.is((stream.answers[0] as { count: number }).count, count - 1);
  stream.leave();

  const strict = source();
  strict.answers.set('/a', () => ({ a: 1 }));
  const silent = strict.begin(['/a']);
  strict.clock.advance(14_999);
  assert.is(strict.streams.stats().clients, 1);
  strict.clock.advance(1);
  assert.is(strict.streams.stats().clients, 0);
  const late = follow(silent);
  await settle();
  assert.is(late.end(), 'failed');
});

test('changes that are larger than what may be held give way to the whole', async () => {
  const { clock, streams, answers, begin } = source({ pendingBytes: 3000, stallMs: 3_600_000 });
  let count = 0;
  for (const path of ['/a', '/b', '/c', '/d'])
    answers.set(path, () => ({
      rows: Array.from({ length: 50 }, (_, at) => `row ${count + at}`.padEnd(200)),
      text: `${count}`.padEnd(900),
    }));
  const body = begin(['/a', '/b', '/c', '/d']);
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  // Takes all that is there, and then stops.
  const take = async (): Promise<void> => {
    const { value } = await reader.read();
    text += decoder.decode(value, { stream: true });
  };
  while ((text.match(/event: full/g) ?? []).length < 4 || !text.endsWith('\n\n')) await take();
  for (let second = 0; second < 30; second++) {
    count++;
    clock.advance(1000);
    await settle();
    assert.ok(streams.stats().held <= 3000 + 1024, `${streams.stats().held}`);
  }
  text = '';
  while ((text.match(/event: full/g) ?? []).length < 3) await take();
  assert.ok((text.match(/event: delta/g) ?? []).length <= 3);
  await reader.cancel();
});

test('an answer that is too large is refused, with what to do', async () => {
  const { clock, answers, begin } = source();
  let rows = 300;
  answers.set('/a', () => Array.from({ length: rows }, () => 'é'.repeat(500)));
  const stream = follow(begin(['/a']));
  const { data } = await stream.next('refused');
  assert.equal([data.status, data.code], [413, 'ANSWER_TOO_LARGE']);
  rows = 3;
  for (let second = 0; second < 2; second++) {
    clock.advance(1000);
    await settle();
  }
  assert.is(((await stream.next('full')).data.data as unknown[]).length, 3);
  stream.leave();
});

test('an answer of several slices arrives whole, whatever its characters', async () => {
  const { clock, answers, begin } = source();
  let count = 0;
  const made = (): unknown => ({ text: '\u2028"\n€😀'.repeat(8000), count });
  answers.set('/a', made);
  const stream = follow(begin(['/a']));
  await stream.next('full');
  assert.equal(stream.answers[0], made());
  count++;
  clock.advance(1000);
  await stream.next('delta');
  assert.equal(stream.answers[0], made());
  stream.leave();
});

test('128 different paths are asked at a time, and further ones are refused', async () => {
  const { streams, answers, begin } = source();
  const paths = Array.from({ length: 132 }, (_, at) => `/${at}`);
  for (const path of paths) answers.set(path, () => path);
  const all = Array.from({ length: 11 }, (_, at) => follow(begin(paths.slice(at * 12, at * 12 + 12))));
  const { data } = await all[10]!.next('refused');
  assert.equal([data.w, data.code, streams.stats().watches], [8, 'WATCHES_BUSY', 128]);
  for (const one of all) one.leave();
  assert.throws(() => { for (let at = 0; at < 65; at++) begin(['/0']); }, (error: unknown) => error instanceof Problem && error.code === 'STREAMS_BUSY'); // biome-ignore format: short
  streams.close();
  assert.equal([streams.stats().clients, streams.stats().watches], [0, 0]);
});

test.run();
