import { EventEmitter } from 'node:events';
import pg from 'pg';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTelemetryError, type TelemetryErrorCode } from '../../../lib/core/errors';
import type { PostgresPool } from '../../../lib/node/storage/postgres/postgres-pool';
import { createPostgresStore, type PostgresStoreOptions } from '../../../lib/node/storage/postgres/postgres-store';
import { StoreError } from '../../../lib/node/storage/store';
import { freshSchema, poolOf, sharedServer, testWithPostgres } from '../../support/postgres/database';
import { lineOf, linesFrom } from '../../support/storage/lines';

const refused = (code: TelemetryErrorCode, said: RegExp, options: unknown): void => {
  assert.throws(
    () => createPostgresStore(options as never),
    (error: unknown) => isTelemetryError(error) && error.code === code && said.test(error.message),
  );
};

async function errorOf(call: Promise<unknown>): Promise<StoreError> {
  // Nothing of the store keeps the process alive, nor does a connection that is none.
  const alive = setInterval(() => undefined, 1000);
  const error = await call.then(
    () => assert.unreachable('it did not reject'),
    (reason: unknown) => reason,
  );
  clearInterval(alive);
  assert.instance(error, StoreError);
  return error as StoreError;
}

const kindOf = async (call: Promise<unknown>): Promise<string> => {
  const { kind, code } = await errorOf(call);
  return `${kind} ${code}`;
};

async function withSchema(body: (pool: pg.Pool, schema: string) => Promise<void>): Promise<void> {
  const pool = poolOf(await sharedServer());
  const schema = await freshSchema(pool);
  try {
    await body(pool, schema);
  } finally {
    await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    await pool.end();
  }
}

/** A client that answers each statement with what `answer` makes of it. */
class FakeClient extends EventEmitter {
  readonly released: boolean[] = [];
  private readonly answer: (text: string) => Promise<unknown>;

  constructor(answer: (text: string) => Promise<unknown>) {
    super();
    this.answer = answer;
  }

  query(text: string): Promise<unknown> {
    return this.answer(text);
  }

  release(destroy = false): void {
    this.released.push(destroy);
  }
}

class FakePool extends EventEmitter {
  asked = 0;
  private readonly next: () => Promise<unknown>;

  constructor(next: () => Promise<unknown>) {
    super();
    this.next = next;
  }

  connect(): Promise<unknown> {
    this.asked++;
    return this.next();
  }
}

const storeOf = (pool: EventEmitter, options: Partial<PostgresStoreOptions> = {}) =>
  createPostgresStore({ pool: pool as unknown as PostgresPool, ...options });
const never = (): Promise<never> => new Promise(() => undefined);
/** A database that has its tables. */
const upToDate = async (text: string): Promise<unknown> => ({
  rows: [/max\(version\)/.test(text) ? { version: '2' } : { count: '1' }],
  rowCount: 1,
});

test('a pool of pg is a pool', () => {
  const pool: PostgresPool = new pg.Pool();
  assert.is(createPostgresStore({ pool }).name, 'postgres');
});

test('wrong options are refused when the store is created', () => {
  const pool = new EventEmitter() as EventEmitter & { connect?: unknown };
  refused('OPTION_INVALID', /pool/, { pool });
  pool.connect = async () => undefined;
  refused('OPTION_INVALID', /pool/, undefined);
  refused('OPTION_INVALID', /single connection/, { pool: new pg.Client() });
  refused('OPTION_INVALID', /createSqliteStore/, { pool: { prepare() {}, exec() {} } });
  refused('OPTION_INVALID', /pool/, {
    pool: new Proxy(
      {},
      {
        has: () => {
          throw new Error('unread');
        },
      },
    ),
  });
  refused('OPTION_UNKNOWN', /"table"/, { pool, tabel: 'x' });
  const identifiers = ['', 'Upper', '1st', 'a-b', 'a"b', "a'b", 'a.b', 'a b', 'é', 'a;', 5, null, 'x'.repeat(64)];
  for (const name of identifiers) {
    refused('OPTION_INVALID', /schema/, { pool, schema: name });
    refused('OPTION_INVALID', /table/, { pool, table: name });
  }
  refused('OPTION_INVALID', /at most 40/, { pool, table: 'x'.repeat(41) });
  for (const time of [0, -1, 'soon', Number.NaN, Infinity, '2h']) {
    refused('OPTION_INVALID', /connectTimeoutMs/, { pool, connectTimeoutMs: time });
    refused('OPTION_INVALID', /statementTimeoutMs/, { pool, statementTimeoutMs: time });
  }
});

test('a pool that gives no connection in time is asked once, not once for each call', async () => {
  let arrive: (client: FakeClient) => void = () => undefined;
  const pool = new FakePool(() => new Promise((resolve) => (arrive = resolve)));
  const store = storeOf(pool, { connectTimeoutMs: 20 });
  for (let call = 0; call < 5; call++) assert.is(await kindOf(store.insert([lineOf(call)])), 'unavailable TIMEOUT');
  assert.is(pool.asked, 1);
  const late = new FakeClient(upToDate);
  arrive(late);
  await new Promise(setImmediate);
  assert.equal(late.released, [false], 'it goes back unused');
  assert.is(late.listenerCount('error'), 0);
  await store.close();
});

test('a late connection is taken by the next who needs one', async () => {
  let arrive: (client: FakeClient) => void = () => undefined;
  const pool = new FakePool(() => new Promise((resolve) => (arrive = resolve)));
  const store = storeOf(pool, { connectTimeoutMs: 100 });
  assert.is(await kindOf(store.open()), 'unavailable TIMEOUT');
  const opening = store.open();
  await new Promise(setImmediate);
  const late = new FakeClient(upToDate);
  arrive(late);
  await opening;
  assert.equal([pool.asked, late.released], [1, [false]]);
});

test('a pool that fails in any way is unavailable', async () => {
  const failures: (() => Promise<unknown>)[] = [
    () => Promise.reject(Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' })),
    () => Promise.reject(new Error('Cannot use a pool after calling end on the pool')),
    () => Promise.reject(undefined),
    () => {
      throw new Error('thrown');
    },
    async () => undefined,
    async () => 'no client',
  ];
  const codes: string[] = [];
  for (const fail of failures) codes.push(await kindOf(storeOf(new FakePool(fail)).open()));
  assert.equal([...new Set(codes)], ['unavailable ECONNREFUSED', 'unavailable CONNECTION_FAILED']);
});

test('a statement that gets no answer is over in time, and its connection is closed', async () => {
  const clients: FakeClient[] = [];
  const pool = new FakePool(async () => {
    clients.push(new FakeClient((text) => (/unnest/.test(text) ? never() : upToDate(text))));
    return clients.at(-1);
  });
  const store = storeOf(pool, { statementTimeoutMs: 20 });
  await store.open();
  assert.is(await kindOf(store.insert([lineOf(1)])), 'unavailable TIMEOUT');
  assert.equal(
    clients.map(({ released }) => released),
    [[false], [true]],
  );
  for (const client of clients) assert.is(client.listenerCount('error'), 0);
});

test("work that goes on after its time sends nothing more on a connection that is somebody else's", async () => {
  const sent: string[] = [];
  let answer: (result: unknown) => void = () => undefined;
  const client = new FakeClient((text) => {
    sent.push(text);
    return /unnest/.test(text) ? new Promise((resolve) => (answer = resolve)) : upToDate(text);
  });
  const store = storeOf(new FakePool(async () => client), { statementTimeoutMs: 10 });
  await kindOf(store.insert([lineOf(1)]));
  const before = sent.length;
  answer({ rows: [{ count: '1' }], rowCount: 1 });
  await new Promise(setImmediate);
  assert.is(sent.length, before, 'no COMMIT');
});

test('opening a database that is up to date waits for no lock and writes nothing', async () => {
  const sent: string[] = [];
  const client = new FakeClient((text) => {
    sent.push(text);
    return upToDate(text);
  });
  await storeOf(new FakePool(async () => client)).open();
  assert.is(sent.filter((text) => /^BEGIN/.test(text)).length, 1);
  assert.match(sent[0]!, /^BEGIN READ ONLY/);
  assert.not.match(sent.join(), /advisory|CREATE|INSERT/);
});

test('errors of the pool and of its connections are listened for while the store is in use, and no longer', async () => {
  const client = new FakeClient(async (text) => {
    // Throws where nobody listens.
    client.emit('error', new Error('Connection terminated unexpectedly'));
    return upToDate(text);
  });
  const pool = new FakePool(async () => client);
  const store = storeOf(pool);
  assert.is(pool.listenerCount('error'), 0);
  for (let call = 0; call < 20; call++) await store.open();
  await store.find({});
  pool.emit('error', new Error('terminating connection due to administrator command'));
  assert.equal([pool.listenerCount('error'), client.listenerCount('error')], [1, 0]);
  await store.close();
  await store.close();
  assert.equal([pool.listenerCount('error'), client.listenerCount('error')], [0, 0]);
});

test('closing waits for what is under way', async () => {
  let answer: () => void = () => undefined;
  const client = new FakeClient(async (text) => {
    if (/unnest/.test(text)) await new Promise<void>((resolve) => (answer = resolve));
    return upToDate(text);
  });
  const store = storeOf(new FakePool(async () => client));
  await store.open();
  const inserting = store.insert([lineOf(1)]);
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
  const order: string[] = [];
  const both = Promise.all([inserting.then(() => order.push('inserted')), store.close().then(() => order.push('closed'))]);
  answer();
  await both;
  assert.equal(order, ['inserted', 'closed']);
});

test('errors of the server are told by what may pass and what never will', async () => {
  const kinds: Record<string, string[]> = {
    refused: ['22021', '22P02', '22P05', '23502', '23514', '54000', '54001'],
    unavailable: [
      '08006',
      '53100',
      '53300',
      '57014',
      '57P01',
      '57P03',
      '58030',
      '40001',
      '40P01',
      '55P03',
      '25006',
      '42P01',
      '42501',
      '3F000',
      'XX001',
      'ETIMEDOUT',
    ],
  };
  for (const [kind, codes] of Object.entries(kinds)) {
    for (const code of codes) {
      const failure = Object.assign(new Error('value "canary" is wrong'), { code, detail: 'canary' });
      const client = new FakeClient((text) => (/unnest/.test(text) ? Promise.reject(failure) : upToDate(text)));
      const error = await errorOf(storeOf(new FakePool(async () => client)).insert([lineOf(1)]));
      assert.equal([error.kind, error.code], [kind, code]);
      if (kind === 'refused') assert.not.match(error.message, /canary/);
      if (code === '42501') assert.match(error.message, /SELECT, INSERT, UPDATE and DELETE/);
      assert.is(client.released.at(-1), true);
    }
  }
});

testWithPostgres('times are dates, records JSON, and people can ask for both', () =>
  withSchema(async (pool, schema) => {
    const store = createPostgresStore({ pool, schema });
    await store.insert([lineOf(1, { time: Date.UTC(2026, 5, 1, 12, 30, 15, 678), fields: { session_id: 's1' } })]);
    const { rows } = await pool.query(
      `SELECT time = '2026-06-01 12:30:15.678Z' AS at, record ->> 'session_id' AS session FROM ${schema}.error_logs`,
    );
    assert.equal(rows, [{ at: true, session: 's1' }]);
    assert.is((await store.find({}))[0]!.time, Date.UTC(2026, 5, 1, 12, 30, 15, 678));
    await store.close();
  }),
);

testWithPostgres('a table of another name has other tables beside it', () =>
  withSchema(async (pool, schema) => {
    const [one, other] = [createPostgresStore({ pool, schema }), createPostgresStore({ pool, schema, table: 'x'.repeat(40) })];
    await one.insert([lineOf(1)]);
    await other.insert(linesFrom(5, 3));
    assert.equal([(await one.find({})).length, (await other.find({})).length], [1, 3]);
    assert.equal([(await one.groups({})).length, (await other.groups({})).length], [1, 3]);
    const { rows } = await pool.query('SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY 1', [schema]);
    const names = [
      'error_fingerprints',
      'error_logs',
      'telemetry_migrations',
      ...['', '_fingerprints', '_migrations'].map((end) => 'x'.repeat(40) + end),
    ];
    assert.equal(
      rows.map(({ tablename }) => tablename),
      names,
    );
  }),
);

testWithPostgres('a role with no more than four rights on the tables is enough', () =>
  withSchema(async (pool, schema) => {
    const role = `${schema}_role`;
    const limited = poolOf(await sharedServer(), { user: role });
    const store = createPostgresStore({ pool: limited, schema });
    await pool.query(`CREATE ROLE ${role} LOGIN; GRANT USAGE ON SCHEMA ${schema} TO ${role}`);
    try {
      const error = await errorOf(store.open());
      assert.equal([error.kind, error.code], ['unavailable', '42501']);
      const owner = createPostgresStore({ pool, schema });
      await owner.open();
      await owner.close();
      assert.is(await kindOf(store.insert([lineOf(1)])), 'unavailable 42501');
      await pool.query(`GRANT SELECT ON ${schema}.telemetry_migrations TO ${role};
        GRANT SELECT, INSERT, UPDATE, DELETE ON ${schema}.error_logs, ${schema}.error_fingerprints TO ${role}`);
      assert.is(await store.insert(linesFrom(0, 10)), 10);
      assert.is((await store.find({})).length, 10);
      assert.is((await store.groups({})).length, 3);
      assert.is(await store.prune({ maxRows: 0, chunkRows: 100 }), 13);
    } finally {
      await store.close();
      await limited.end();
      await pool.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  }),
);

testWithPostgres('a schema that is missing, a table that was dropped: unavailable, and made again', () =>
  withSchema(async (pool, schema) => {
    const nowhere = createPostgresStore({ pool, schema: `${schema}_missing` });
    assert.match((await errorOf(nowhere.open())).message, /Make the schema/);
    const store = createPostgresStore({ pool, schema });
    await store.insert([lineOf(1)]);
    await pool.query(`DROP TABLE ${schema}.error_logs, ${schema}.error_fingerprints, ${schema}.telemetry_migrations`);
    assert.is(await kindOf(store.insert([lineOf(1)])), 'unavailable 42P01');
    assert.is(await store.insert([lineOf(1)]), 1);
  }),
);

testWithPostgres('a lock held elsewhere is given up on in time, by the server too', () =>
  withSchema(async (pool, schema) => {
    const store = createPostgresStore({ pool, schema, statementTimeoutMs: 200 });
    await store.open();
    const holder = await pool.connect();
    await holder.query(`BEGIN; LOCK TABLE ${schema}.error_logs`);
    assert.is(await kindOf(store.insert([lineOf(1)])), 'unavailable 55P03');
    assert.is(await kindOf(store.find({})), 'unavailable 55P03');
    await holder.query('COMMIT');
    holder.release();
    assert.is(await store.insert([lineOf(1)]), 1);
  }),
);

testWithPostgres('what an application set for its connections harms nothing, and comes back to it unchanged', () =>
  withSchema(async (_, schema) => {
    const own = poolOf(await sharedServer(), { max: 1, options: '-c TimeZone=Asia/Kolkata -c statement_timeout=77s -c DateStyle=German' });
    const store = createPostgresStore({ pool: own, schema });
    await store.insert([lineOf(1, { time: Date.UTC(2026, 0, 1, 20) })]);
    assert.is((await store.find({}))[0]!.time, Date.UTC(2026, 0, 1, 20));
    const { rows } = await own.query("SELECT current_setting('statement_timeout') AS limit, current_setting('lock_timeout') AS lock");
    assert.equal(rows, [{ limit: '77s', lock: '0' }]);
    await own.end();
  }),
);

testWithPostgres('two who remove the excess at once remove it once', () =>
  withSchema(async (pool, schema) => {
    const stores = Array.from({ length: 4 }, () => createPostgresStore({ pool, schema }));
    await stores[0]!.insert(linesFrom(0, 100));
    const removed = await Promise.all(stores.map((store) => store.prune({ maxRows: 60, chunkRows: 100 })));
    assert.is(
      removed.reduce((sum, count) => sum + count, 0),
      40,
    );
    assert.is((await stores[0]!.find({})).length, 60);
  }),
);

testWithPostgres('many who store the same groups at once do not wait for each other for ever, and count exactly', () =>
  withSchema(async (pool, schema) => {
    const stores = Array.from({ length: 6 }, () => createPostgresStore({ pool, schema }));
    await stores[0]!.open();
    const inserts = stores.flatMap((store, who) =>
      Array.from({ length: 5 }, (_, batch) => {
        const lines = linesFrom(who * 1000 + batch * 100, 50);
        return store.insert(who % 2 === 0 ? lines : lines.reverse());
      }),
    );
    assert.equal(await Promise.all(inserts), Array(30).fill(50));
    assert.is(
      (await stores[0]!.groups({})).reduce((sum, { total }) => sum + total, 0),
      1500,
    );
  }),
);

testWithPostgres('each question uses an index', () =>
  withSchema(async (pool, schema) => {
    const asked: [string, unknown[]][] = [];
    const spy: PostgresPool = {
      on: () => undefined,
      off: () => undefined,
      connect: async () => {
        const client = await pool.connect();
        return {
          query: (text: string, values?: unknown[]) => {
            if (values !== undefined) asked.push([text, values]);
            return client.query(text, values);
          },
          on: () => undefined,
          off: () => undefined,
          release: (destroy?: boolean) => client.release(destroy),
        };
      },
    };
    const store = createPostgresStore({ pool: spy, schema });
    await store.insert(linesFrom(0, 3000).map((line, number) => ({ ...line, fingerprint: number.toString(16).padStart(12, '0') })));
    await pool.query(`ANALYZE ${schema}.error_logs; ANALYZE ${schema}.error_fingerprints`);
    const planOf = async (call: () => Promise<unknown>): Promise<string> => {
      await call();
      const [text, values] = asked.filter(([text]) => /error_/.test(text)).at(-1)!;
      const client = await pool.connect();
      // The tables of a test are so small that reading them as a whole would cost less.
      await client.query('BEGIN; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off');
      const { rows } = await client.query(`EXPLAIN ${text}`, values);
      await client.query('ROLLBACK');
      client.release();
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    };
    const plans: [() => Promise<unknown>, RegExp][] = [
      [() => store.find({ limit: 5 }), /Index Scan Backward using error_logs_by_time/],
      [() => store.find({ from: 5, to: 6 }), /error_logs_by_time[\s\S]*Index Cond: \(\("?time"? >=[\s\S]*"?time"? </],
      [() => store.find({ after: lineOf(500).key, limit: 5 }), /error_logs_by_time[\s\S]*Index Cond: \(ROW\(/],
      [() => store.find({ fingerprint: '0'.repeat(12), limit: 5 }), /error_logs_by_fingerprint[\s\S]*Index Cond: \(fingerprint =/],
      [() => store.find({ errorId: lineOf(7).errorId }), /error_logs_by_error_id[\s\S]*Index Cond: \(error_id =/],
      [() => store.find({ level: 'critical', limit: 5 }), /error_logs_by_level[\s\S]*Index Cond: \(level =/],
      [() => store.groups({ limit: 5 }), /error_logs_by_last_seen/],
      [() => store.prune({ before: 5, chunkRows: 10 }), /error_logs_by_time[\s\S]*Index Cond/],
    ];
    for (const [call, expected] of plans) assert.match(await planOf(call), expected);
  }),
);

test.run();
