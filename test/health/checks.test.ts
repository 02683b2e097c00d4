import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createHandlersCheck } from '../../lib/health/checks/handlers';
import { httpCheck } from '../../lib/health/checks/http';
import { postgresCheck } from '../../lib/health/checks/postgres';
import { redisCheck } from '../../lib/health/checks/redis';
import { createSinksCheck } from '../../lib/health/checks/sinks';
import type { CheckDetails, CheckFunction } from '../../lib/health/result';
import { type HandlerInfo, isTelemetryError, type SinkStats } from '../../lib/index';
import { settle } from './fake-host';

const ask = async (check: CheckFunction, signal: AbortSignal = new AbortController().signal): Promise<CheckDetails | undefined> =>
  (await check({ signal })) as CheckDetails | undefined;

const refuses = (call: () => unknown): void =>
  assert.throws(call, (error: unknown) => isTelemetryError(error) && error.code.startsWith('OPTION_'));

/** A promise with what settles it. */
function open<T>() {
  let [resolve, reject] = [(_value: T): void => undefined, (_reason: unknown): void => undefined];
  const promise = new Promise<T>((yes, no) => {
    [resolve, reject] = [yes, no];
  });
  return { promise, resolve, reject };
}

/** A pool whose connections and answers come when the test says so. */
function fakePool() {
  const connects: ReturnType<typeof open<unknown>>[] = [];
  const queries: { text: string; answer: ReturnType<typeof open<unknown>> }[] = [];
  const released: boolean[] = [];
  const listeners = { pool: 0, client: 0 };
  const client = {
    query(text: string) {
      const answer = open<unknown>();
      queries.push({ text, answer });
      return answer.promise;
    },
    release: (destroy?: boolean) => void released.push(destroy === true),
    on: () => listeners.client++,
    off: () => listeners.client--,
  };
  const pool = {
    connect() {
      const coming = open<unknown>();
      connects.push(coming);
      return coming.promise as Promise<never>;
    },
    on: () => listeners.pool++,
    off: () => listeners.pool--,
  };
  return { pool, client, connects, queries, released, listeners };
}

test('PostgreSQL: a connection is borrowed, asked SELECT 1, and given back as it is', async () => {
  const { pool, client, connects, queries, released, listeners } = fakePool();
  const check = postgresCheck(pool);
  const asked = ask(check);
  connects[0]?.resolve(client);
  await settle();
  assert.equal([queries[0]?.text, listeners], ['SELECT 1', { pool: 1, client: 1 }]);
  queries[0]?.answer.resolve({ rows: [] });
  assert.is(await asked, undefined);
  assert.equal([released, listeners], [[false], { pool: 1, client: 0 }]);
  check[Symbol.dispose]?.();
  check[Symbol.dispose]?.();
  assert.is(listeners.pool, 0);
});

test('PostgreSQL: one that does not answer in time is closed, one that fails, too', async () => {
  const { pool, client, connects, queries, released, listeners } = fakePool();
  const check = postgresCheck(pool);
  const controller = new AbortController();
  const asked = ask(check, controller.signal);
  connects[0]?.resolve(client);
  await settle();
  controller.abort(new Error('late'));
  assert.is(await asked.catch((error) => error.message), 'late');
  assert.equal([released, listeners.client], [[true], 0]);
  // What the driver says to it afterwards disturbs nobody.
  queries[0]?.answer.reject(new Error('terminated'));
  const again = ask(check);
  connects[1]?.resolve(client);
  await settle();
  queries[1]?.answer.reject(new Error('syntax'));
  assert.is(await again.catch((error) => error.message), 'syntax');
  assert.equal(released, [true, true]);
});

test('PostgreSQL: a pool that gives no connection is asked once; who comes next takes over, what nobody waits for goes back', async () => {
  const { pool, client, connects, queries, released } = fakePool();
  const check = postgresCheck(pool);
  for (let turn = 0; turn < 5; turn++) {
    const controller = new AbortController();
    const asked = ask(check, controller.signal);
    controller.abort(new Error('late'));
    assert.is(await asked.catch((error) => error.message), 'late');
  }
  assert.is(connects.length, 1);
  const taking = ask(check);
  connects[0]?.resolve(client);
  await settle();
  queries[0]?.answer.resolve(1);
  await taking;
  assert.equal([connects.length, released], [1, [false]]);

  const controller = new AbortController();
  const left = ask(check, controller.signal);
  // Both in the same turn.
  controller.abort(new Error('late'));
  connects[1]?.resolve(client);
  assert.is(await left.catch((error) => error.message), 'late');
  await settle();
  assert.equal([queries.length, released], [1, [false, false]]);
});

test('PostgreSQL: a time that is over between connection and question gives the connection up', async () => {
  const { pool, client, connects, released } = fakePool();
  const controller = new AbortController();
  const asked = ask(postgresCheck(pool), controller.signal);
  connects[0]?.resolve({ ...client, on: () => controller.abort(new Error('late')) });
  assert.is(await asked.catch((error) => error.message), 'late');
  assert.equal(released, [true]);
});

test('PostgreSQL: a connection that can not be given back is no failure', async () => {
  const release = (): never => {
    throw new Error('Release called on client which has already been released to the pool.');
  };
  const check = postgresCheck({ connect: async () => ({ query: async () => 1, release }) });
  assert.is(await ask(check), undefined);
});

test('PostgreSQL: two who ask at once get a connection each', async () => {
  const { pool, client, connects, queries, released } = fakePool();
  const check = postgresCheck(pool);
  const both = Promise.all([ask(check), ask(check)]);
  connects[0]?.resolve(client);
  await settle();
  assert.equal([connects.length, queries.length], [2, 1]);
  connects[1]?.resolve(client);
  await settle();
  for (const { answer } of queries) answer.resolve(1);
  await both;
  assert.equal(released, [false, false]);
});

test('PostgreSQL: a pool that refuses is asked again next time; one that throws, or gives no client, is a failure', async () => {
  const { pool, connects } = fakePool();
  const check = postgresCheck(pool);
  for (const message of ['one', 'two']) {
    const asked = ask(check);
    connects.at(-1)?.reject(new Error(message));
    assert.is(await asked.catch((error) => error.message), message);
  }
  const ended = postgresCheck({
    connect: () => {
      throw new Error('ended');
    },
  });
  assert.is(await ask(ended).catch((error) => error.message), 'ended');
  const empty = postgresCheck({ connect: () => Promise.resolve(undefined as never) });
  assert.instance(await ask(empty).catch((error) => error), TypeError);
});

test('PostgreSQL: with query alone, an unanswered question is not repeated', async () => {
  const answers: ReturnType<typeof open<unknown>>[] = [];
  const query = () => {
    const answer = open<unknown>();
    answers.push(answer);
    return answer.promise;
  };
  // A single connection of pg has `connect`, too.
  for (const client of [{ query }, { query, connect: () => Promise.reject(new Error('no')), processID: 7 }]) {
    answers.length = 0;
    const check = postgresCheck(client as never);
    for (let turn = 0; turn < 5; turn++) {
      const controller = new AbortController();
      const asked = ask(check, controller.signal);
      controller.abort(new Error('late'));
      await asked.catch(() => undefined);
    }
    assert.is(answers.length, 1);
    const asked = ask(check);
    answers[0]?.resolve(1);
    await asked;
    const again = ask(check);
    answers[1]?.resolve(1);
    await again;
  }
  for (const value of [undefined, {}, 'postgres://localhost', { query: 'no' }]) refuses(() => postgresCheck(value as never));
});

test('Redis: PONG is well in every form, another answer is not; an unanswered PING is not repeated', async () => {
  const forms = ['PONG', new TextEncoder().encode('PONG'), ['pong', ''], ['pong', new Uint8Array()]];
  for (const form of forms) assert.is(await ask(redisCheck({ ping: async () => form })), undefined);
  for (const form of ['OK', undefined, ['message', 'x']])
    assert.is((await ask(redisCheck({ ping: async () => form })))?.status, 'unhealthy');
  const refusing = redisCheck({ ping: () => Promise.reject(new Error('LOADING Redis is loading')) });
  assert.is(await ask(refusing).catch((error) => error.message), 'LOADING Redis is loading');
  const answers: ReturnType<typeof open<unknown>>[] = [];
  let listening = 0;
  const client = {
    ping() {
      const answer = open<unknown>();
      answers.push(answer);
      return answer.promise;
    },
    on: () => listening++,
    off: () => listening--,
  };
  const check = redisCheck(client);
  assert.is(listening, 0);
  for (let turn = 0; turn < 5; turn++) {
    const controller = new AbortController();
    const asked = ask(check, controller.signal);
    controller.abort(new Error('late'));
    assert.is(await asked.catch((error) => error.message), 'late');
  }
  const asked = ask(check);
  answers[0]?.resolve('PONG');
  await asked;
  assert.equal([answers.length, listening], [1, 1]);
  check[Symbol.dispose]?.();
  assert.is(listening, 0);
  refuses(() => redisCheck({} as never));
  refuses(() => redisCheck(undefined as never));
});

interface Asked {
  readonly url: string;
  readonly init: RequestInit | undefined;
}

/** A fetch that answers with what it is given. */
function fakeFetch(answer: () => Response | Promise<Response>) {
  const asked: Asked[] = [];
  const fetch = (async (url: string, init?: RequestInit) => {
    asked.push({ url, init });
    return answer();
  }) as typeof globalThis.fetch;
  return { asked, fetch };
}

/** A body without an end, which counts what is taken of it. */
function endless() {
  const counts = { bytes: 0, cancelled: 0 };
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      counts.bytes += 10_000;
      controller.enqueue(new Uint8Array(10_000).fill(120));
    },
    cancel() {
      counts.cancelled++;
    },
  });
  return { counts, body };
}

test('HTTP: an address may be a URL', async () => {
  const { asked, fetch } = fakeFetch(() => new Response(null));
  await ask(httpCheck(new URL('http://a.example/x'), { fetch }));
  assert.is(asked[0]?.url, 'http://a.example/x');
});

test('HTTP: 2xx is well; anything else is told by its status alone; redirects are not followed', async () => {
  const { asked, fetch } = fakeFetch(() => new Response(null, { status: 204 }));
  const headers = { authorization: 'Bearer x' };
  const controller = new AbortController();
  assert.is(await ask(httpCheck('http://a.example/health?key=secret', { fetch, headers }), controller.signal), undefined);
  assert.is(asked[0]?.url, 'http://a.example/health?key=secret');
  assert.equal(
    [asked[0]?.init?.redirect, asked[0]?.init?.headers, asked[0]?.init?.signal === controller.signal],
    ['manual', headers, true],
  );
  for (const status of [302, 404, 500]) {
    const found = await ask(
      httpCheck('http://a.example/?key=secret', { fetch: fakeFetch(() => new Response('secret', { status })).fetch }),
    );
    assert.equal(found, { status: 'unhealthy', detail: `It answered ${status}` });
  }
  const opaque = { status: 0, body: null } as Response;
  assert.is((await ask(httpCheck('http://a.example', { fetch: fakeFetch(() => opaque).fetch })))?.detail, 'It answered with a redirect');
});

test('HTTP: expect takes a status, a list, or a function of the reply', async () => {
  const { fetch } = fakeFetch(() => new Response('ready', { status: 401 }));
  const found = async (expect: never) => (await ask(httpCheck('http://a.example', { fetch, expect })))?.status ?? 'well';
  assert.is(await found(401 as never), 'well');
  assert.is(await found(200 as never), 'unhealthy');
  assert.is(await found([200, 401] as never), 'well');
  assert.is(await found((({ status, body }: { status: number; body: string }) => status === 401 && body === 'ready') as never), 'well');
  assert.is(await found((() => 'yes') as never), 'unhealthy');
  const empty = fakeFetch(() => new Response(null, { status: 204 })).fetch;
  assert.is(await ask(httpCheck('http://a.example', { fetch: empty, expect: ({ body }) => body === '' })), undefined);
  const thrown = httpCheck('http://a.example', {
    fetch,
    expect: () => {
      throw new Error('no');
    },
  });
  assert.is(await ask(thrown).catch((error) => error.message), 'no');
});

test('HTTP: a body without an end is cancelled: unread, or after 64 KiB', async () => {
  const unread = endless();
  await ask(httpCheck('http://a.example', { fetch: fakeFetch(() => new Response(unread.body)).fetch }));
  assert.is(unread.counts.cancelled, 1);
  const looked = endless();
  let length = 0;
  const expect = ({ body }: { body: string }): boolean => {
    length = body.length;
    return true;
  };
  await ask(httpCheck('http://a.example', { expect, fetch: fakeFetch(() => new Response(looked.body)).fetch }));
  assert.is(length, 65_536);
  assert.is(looked.counts.cancelled, 1);
  assert.ok(looked.counts.bytes <= 100_000, String(looked.counts.bytes));
});

test('HTTP: an answer that is slower than slow is degraded', async () => {
  const { fetch } = fakeFetch(async () => {
    await new Promise((resolve) => setTimeout(resolve, 30));
    return new Response('ok');
  });
  const found = await ask(httpCheck('http://a.example', { fetch, slow: 10 }));
  assert.is(found?.status, 'degraded');
  assert.match(found?.detail ?? '', /^It took \d+ ms, longer than 10 ms$/);
  assert.is(await ask(httpCheck('http://a.example', { fetch, slow: '10m' })), undefined);
});

test('HTTP: addresses that are none are refused, without being shown', () => {
  for (const url of [
    '',
    'a.example',
    'ftp://a.example',
    'file:///etc/passwd',
    'http://user:hunter2@a.example',
    'http://hunter2@a.example',
    'http://:hunter2@a.example',
    undefined,
    7,
    {
      get href() {
        throw new Error('hunter2');
      },
    },
    {
      href: {
        toString() {
          throw new Error('hunter2');
        },
      },
    },
  ]) {
    let message = '';
    try {
      httpCheck(url as never);
    } catch (error) {
      message = (error as Error).message;
    }
    assert.match(message, /OPTION_INVALID/);
    assert.not.match(message, /hunter2|passwd/);
  }
  refuses(() => httpCheck('http://a.example', { expect: 99 }));
  refuses(() => httpCheck('http://a.example', { expect: [] }));
  refuses(() => httpCheck('http://a.example', { slow: 'soon' }));
  refuses(() => httpCheck('http://a.example', { headers: { a: 1 } as never }));
  refuses(() => httpCheck('http://a.example', { timeout: 1 } as never));
});

const sink = (name: string, stats: Partial<SinkStats>): SinkStats & { name: string } => ({
  name,
  accepted: 0,
  written: 0,
  queued: 0,
  dropped: {},
  ...stats,
});

test('sinks: what was dropped since the last look, and lines of which none is written', async () => {
  let sinks = [sink('file', { accepted: 10, written: 10 }), sink('file', { accepted: 10, written: 8, dropped: { ENOSPC: 2 } })];
  const look = createSinksCheck({ sinks: () => sinks });
  assert.equal(await ask(look), { status: 'degraded', detail: 'file: dropped since the last look: 2 (ENOSPC)' });
  assert.equal(await ask(look), { status: 'healthy' });
  sinks = [sinks[0]!, sink('file', { accepted: 30, written: 8, queued: 15, dropped: { ENOSPC: 2, overflow: 5 } })];
  assert.equal(await ask(look), { status: 'degraded', detail: 'file: dropped since the last look: 5 (overflow)' });
  assert.equal(await ask(look), { status: 'degraded', detail: 'file: 15 lines wait, none was written since the last look' });
  sinks = [sinks[0]!, sink('file', { accepted: 30, written: 9, queued: 14, dropped: { ENOSPC: 2, overflow: 5 } })];
  assert.equal(await ask(look), { status: 'healthy' });
  // Lines that just came are not late, and a figure that a sink forgets is no trouble.
  sinks = [sinks[0]!, sink('file', { accepted: 40, written: 23, queued: 0, dropped: { ENOSPC: 2, overflow: 5 } })];
  await ask(look);
  sinks = [sinks[0]!, sink('file', { accepted: 45, written: 23, queued: 5, dropped: { ENOSPC: 2, overflow: 5 } })];
  assert.equal(await ask(look), { status: 'healthy' });
  sinks = [sinks[0]!, sink('file', { accepted: 45, written: 23, queued: 0, dropped: { ENOSPC: 2, overflow: 5 } })];
  assert.equal(await ask(look), { status: 'healthy' });
  // Another sink of that name has figures of its own.
  sinks = [sinks[0]!, sink('file', { accepted: 3, written: 2, dropped: { overflow: 1 } })];
  assert.equal(await ask(look), { status: 'degraded', detail: 'file: dropped since the last look: 1 (overflow)' });
  sinks = Array.from({ length: 8 }, (_, index) => sink(`s${index}`, { accepted: 1, dropped: { closed: 1 } }));
  assert.match((await ask(look))?.detail ?? '', /^s0: .*; s4: .* \(closed\); and 3 more$/);
});

test('sinks: a figure that a sink changes in place is compared all the same', async () => {
  const dropped: Record<string, number> = {};
  const look = createSinksCheck({ sinks: () => [sink('file', { accepted: 5, dropped })] });
  assert.equal(await ask(look), { status: 'healthy' });
  dropped.overflow = 1;
  assert.is((await ask(look))?.status, 'degraded');
});

test('handlers: those that a breaker holds back, each once', async () => {
  const handler = (id: string, state: HandlerInfo['state']): HandlerInfo => ({
    id,
    event: [],
    config: undefined,
    match: 'prefix',
    onError: 'breaker',
    failures: 5,
    state,
  });
  let handlers = [handler('log', 'attached')];
  const look = createHandlersCheck({ handlers: () => handlers });
  assert.equal(await ask(look), { status: 'healthy' });
  handlers = [handler('a', 'open'), handler('a', 'open'), handler('b', 'open'), handler('c', 'attached')];
  assert.equal(await ask(look), { status: 'degraded', detail: 'Held back after failures: a, b' });
});

test.run();
