import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ErrorStore, type StorableLine, type StoredError, type StoredGroup, StoreError } from '../../lib/node/storage/store';
import { BASE, lineOf, linesFrom } from '../support/storage/lines';

/** A store of an empty database. */
export interface StoreSubject {
  readonly store: ErrorStore;
  /** Another store of the same database, as another process would have it. */
  readonly another: () => ErrorStore;
  /** Lets go of what was made for it. */
  readonly end: () => unknown;
}

export interface StoreTraits {
  /** A record comes back as it is, with the escapes of what is no text elsewhere. */
  readonly keepsRecords?: boolean;
}

/** What is unfit for a database, replaced. */
const fit = (text: string): string => text.replace(/\0|\p{Surrogate}/gu, '\ufffd');
const fitAll = (value: unknown): unknown => {
  if (typeof value === 'string') return fit(value);
  if (Array.isArray(value)) return value.map(fitAll);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [fit(key), fitAll(member)]));
};

/** Texts that end a statement, a literal, an escape or a line somewhere. */
const HOSTILE = [
  "'; DROP TABLE error_logs; --",
  '"; DROP TABLE error_logs; --',
  "\\'; DELETE FROM error_logs; --",
  '$1 ?1 :name @name %s ?',
  '$$;SELECT pg_sleep(100);$$',
  '/* */ -- \n;',
  '{"a":1},NULL,{}',
  '\\u0000 is not \u0000',
  '\\\\u0000 \\ \\\\ " \\" \b\f\n\r\t',
  'a\0b',
  '\0',
  '\ud800',
  '\udc00\ud800',
  'x\udfff',
  '😀\ud83d',
  '\ud83d\ude00',
  '\ufffe\uffff\u2028\u0085',
  'NULL',
  '',
];

/** What stored lines come to, in plain JavaScript. */
class Model {
  readonly rows = new Map<string, StorableLine>();
  readonly groups = new Map<string, { total: number; firstSeen: number; lastSeen: number; lastErrorId: string }>();

  insert(lines: readonly StorableLine[]): number {
    let stored = 0;
    for (const line of lines) {
      if (this.rows.has(line.key)) continue;
      this.rows.set(line.key, line);
      stored++;
      const time = timeOf(line);
      const group = this.groups.get(line.fingerprint) ?? { total: 0, firstSeen: time, lastSeen: time, lastErrorId: line.errorId };
      group.total += line.occurrences;
      group.firstSeen = Math.min(group.firstSeen, time);
      if (time > group.lastSeen) Object.assign(group, { lastSeen: time, lastErrorId: line.errorId });
      this.groups.set(line.fingerprint, group);
    }
    return stored;
  }

  /** Keys, the latest first. */
  keys(isWanted: (line: StorableLine) => boolean = () => true): string[] {
    const wanted = [...this.rows.values()].filter(isWanted);
    const order = (one: StorableLine, other: StorableLine): number => timeOf(other) - timeOf(one) || (one.key < other.key ? 1 : -1);
    return wanted.sort(order).map(({ key }) => key);
  }
}

const recordOf = (line: StorableLine): Record<string, string> => JSON.parse(line.line);
const timeOf = (line: StorableLine): number => Date.parse(recordOf(line).timestamp!);
const keysOf = (found: readonly StoredError[]): string[] => found.map(({ key }) => key);

/** What a store of errors promises: each MUST of its contract. Registers one uvu suite. */
export function storeConformance(name: string, create: () => Promise<StoreSubject>, traits: StoreTraits = {}): void {
  const test = suite(`store ${name}`);

  const fact = (what: string, body: (store: ErrorStore, subject: StoreSubject) => Promise<void>): void => {
    test(what, async () => {
      const subject = await create();
      try {
        await body(subject.store, subject);
      } finally {
        await subject.store.close();
        await subject.end();
      }
    });
  };
  const rejects = async (kind: StoreError['kind'], call: () => Promise<unknown>): Promise<StoreError> => {
    const error = await call().then(
      () => assert.unreachable('it did not reject'),
      (reason: unknown) => reason,
    );
    assert.instance(error, StoreError);
    assert.is((error as StoreError).kind, kind);
    return error as StoreError;
  };
  const pagesOf = async (store: ErrorStore, limit: number): Promise<string[]> => {
    const keys: string[] = [];
    for (let page = 0; page < 1000; page++) {
      const found = await store.find({ limit, ...(keys.length > 0 ? { after: keys.at(-1)! } : {}) });
      keys.push(...keysOf(found));
      if (found.length < limit) return keys;
    }
    throw new Error('There is no end of pages');
  };

  fact('it has a name', async (store) => {
    assert.match(store.name, /^[a-z]+$/);
  });

  fact('it is empty when it was opened, and opening it again is harmless', async (store) => {
    await store.open();
    await store.insert([lineOf(1)]);
    await store.open();
    assert.equal(keysOf(await store.find({})), [lineOf(1).key]);
  });

  fact('several may open the same database at once', async (store, { another }) => {
    const others = Array.from({ length: 6 }, another);
    const opened = await Promise.allSettled([store, ...others].map((each) => each.open()));
    for (const result of opened) if (result.status === 'rejected') assert.is((result.reason as StoreError).kind, 'unavailable');
    assert.ok(opened.some(({ status }) => status === 'fulfilled'));
    for (const each of others) await each.close();
    assert.is(await store.insert([lineOf(1)]), 1);
  });

  fact('what is stored comes back field by field', async (store) => {
    const fields = { session_id: 's1', nested: { list: [1, null, 'x'], deep: { flag: true } }, z: 1, a: 2 };
    const line = lineOf(7, { level: 'CRITICAL', logger: 'app.db', message: 'broken', errorType: 'TypeError', occurrences: 3, fields });
    assert.is(await store.insert([line]), 1);
    const [found, ...others] = await store.find({});
    assert.equal(others, []);
    assert.equal(found, {
      key: line.key,
      errorId: line.errorId,
      fingerprint: line.fingerprint,
      occurrences: 3,
      time: BASE + 7,
      level: 'CRITICAL',
      logger: 'app.db',
      message: 'broken',
      errorType: 'TypeError',
      record: recordOf(line),
    });
    assert.equal(Object.keys(found!.record), Object.keys(recordOf(line)));
  });

  fact('rows that are there count for nothing, in a batch with new ones or alone', async (store, { another }) => {
    assert.is(await store.insert(linesFrom(0, 10)), 10);
    assert.is(await store.insert(linesFrom(0, 10)), 0);
    const other = another();
    assert.is(await other.insert(linesFrom(5, 10)), 5);
    await other.close();
    assert.is(await store.insert([]), 0);
    assert.is((await store.find({})).length, 15);
    assert.equal(
      (await store.groups({})).map(({ total }) => total),
      [5, 5, 5],
    );
    const twice = lineOf(99, { fingerprint: 'f'.repeat(12) });
    assert.is(await store.insert([twice, twice]), 1);
    assert.is((await store.groups({ limit: 1 }))[0]?.total, 1);
  });

  fact('a row that is there is left as it is', async (store) => {
    await store.insert([lineOf(1, { message: 'first' })]);
    await store.insert([lineOf(1, { message: 'second', time: BASE + 500 })]);
    assert.equal(
      (await store.find({})).map(({ message }) => message),
      ['first'],
    );
    assert.equal(
      (await store.groups({})).map(({ message, lastSeen }) => [message, lastSeen]),
      [['first', BASE + 1]],
    );
  });

  fact('of rows with one key in one batch the first is stored', async (store) => {
    // Many: what is sorted without regard for their order would put another one first now and then.
    const alike = Array.from({ length: 60 }, (_, number) => lineOf(number % 2 ? 1000 : 500 - number, { message: `${number}` }));
    assert.is(await store.insert(alike), 31);
    assert.is((await store.find({ limit: 1 }))[0]!.message, '1');
    assert.is(
      (await store.groups({})).reduce((sum, { total }) => sum + total, 0),
      31,
    );
  });

  fact('two errors of the same id are both kept', async (store) => {
    const errorId = 'k3m9q2td';
    await store.insert([lineOf(1, { errorId }), lineOf(2, { errorId, fingerprint: 'ab'.repeat(6) })]);
    assert.equal(keysOf(await store.find({ errorId })), [lineOf(2).key, lineOf(1).key]);
  });

  fact('one row that it refuses keeps the others of its batch out', async (store) => {
    for (const line of ['canary', '[]', '"canary"', 'null', '{"canary":', '']) {
      const error = await rejects('refused', () => store.insert([lineOf(1), { ...lineOf(2), line }, lineOf(3)]));
      assert.not.match(error.message, /canary/);
    }
    for (const occurrences of [-1, 0.5, Number.NaN, 2 ** 60])
      await rejects('refused', () => store.insert([lineOf(1), { ...lineOf(2), occurrences }]));
    assert.equal([await store.find({}), await store.groups({})], [[], []]);
    assert.is(await store.insert([lineOf(1)]), 1);
  });

  fact('a record that lacks what columns hold is stored all the same', async (store) => {
    const before = Date.now();
    const lines = ['{}', '{"timestamp":"never","level":5,"message":{},"error_type":null}', '{"timestamp":"9999-12-31T23:59:59.999Z"}'];
    assert.is(await store.insert(lines.map((line, number) => ({ ...lineOf(number), line }))), 3);
    const found = await store.find({});
    assert.is(found[0]!.time, Date.parse('9999-12-31T23:59:59.999Z'));
    for (const { time, level, logger, message, errorType } of found.slice(1)) {
      assert.ok(time >= before && time <= Date.now());
      assert.equal([level, logger, message, errorType], ['', '', '', undefined]);
    }
  });

  fact('hostile texts are values, never part of a statement', async (store) => {
    const lines = HOSTILE.map((text, number) =>
      lineOf(number, { message: text, logger: text, errorType: text, fields: { text, [`key ${text}`]: [text, { deep: text }] } }),
    );
    assert.is(await store.insert(lines), lines.length);
    const found = (await store.find({})).reverse();
    assert.equal(
      found.map(({ message, logger, errorType }) => [message, logger, errorType]),
      HOSTILE.map((text) => [fit(text), fit(text), fit(text)]),
    );
    assert.equal(
      found.map(({ record }) => record),
      lines.map((line) => (traits.keepsRecords ? recordOf(line) : fitAll(recordOf(line)))),
    );
    for (const text of HOSTILE.filter((text) => text !== '')) {
      assert.equal(await store.find({ errorId: text, fingerprint: text, after: text }), []);
      assert.equal(await store.find({ errorId: text }), []);
    }
    assert.is((await store.find({})).length, lines.length);
  });

  fact('ids of any kind are found again as they were stored', async (store) => {
    const lines = HOSTILE.map((text, number) => ({ ...lineOf(number, { errorId: text, fingerprint: text }), key: `${number}${text}` }));
    assert.is(await store.insert(lines), lines.length);
    for (const { errorId } of lines) {
      const found = await store.find({ errorId, fingerprint: errorId });
      assert.ok(found.length > 0 && found.every((each) => each.errorId === fit(errorId)), JSON.stringify(errorId));
    }
    assert.is(await store.insert(lines), 0);
  });

  fact('texts are bounded, and no pair of surrogates is cut', async (store) => {
    const message = `x${'😀'.repeat(5000)}`;
    await store.insert([lineOf(1, { message })]);
    const [found] = await store.find({});
    assert.is(found!.message, `x${'😀'.repeat(999)}`);
    assert.is(found!.record.message, message);
  });

  fact('any record comes back', async (store) => {
    let number = 0;
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' })), async (fields) => {
        const line = lineOf(++number, { time: BASE + number, fields: { fields } });
        await store.insert([line]);
        const [found] = await store.find({ limit: 1 });
        assert.equal(found!.record, traits.keepsRecords ? recordOf(line) : fitAll(recordOf(line)));
      }),
      { numRuns: 100 },
    );
  });

  fact('each question finds what all of its conditions hold for, the latest first', async (store) => {
    const levels = ['ERROR', 'CRITICAL'];
    const lines = Array.from({ length: 60 }, (_, number) =>
      lineOf(number, { time: BASE + Math.floor(number / 2) * 10, level: levels[number % 2]! }),
    );
    const model = new Model();
    model.insert(lines);
    // In an order of its own: the latest are not those stored last.
    for (const part of [lines.slice(40), lines.slice(0, 20), lines.slice(20, 40).reverse()]) await store.insert(part);
    const fingerprint = lineOf(1).fingerprint;
    const [from, to] = [BASE + 100, BASE + 200];
    assert.equal(keysOf(await store.find({})), model.keys());
    assert.equal(keysOf(await store.find({ limit: 7 })), model.keys().slice(0, 7));
    assert.equal(
      keysOf(await store.find({ fingerprint })),
      model.keys((line) => line.fingerprint === fingerprint),
    );
    assert.equal(
      keysOf(await store.find({ level: 'critical' })),
      model.keys((line) => recordOf(line).level === 'CRITICAL'),
    );
    assert.equal(
      keysOf(await store.find({ level: 'error' })),
      model.keys((line) => recordOf(line).level === 'ERROR'),
    );
    const isWithin = (line: StorableLine): boolean => timeOf(line) >= from && timeOf(line) < to;
    assert.equal(keysOf(await store.find({ from, to })), model.keys(isWithin));
    assert.equal(keysOf(await store.find({ from: new Date(from), to: new Date(to) })), model.keys(isWithin));
    assert.equal(keysOf(await store.find({ from: -Infinity, to: Infinity })), model.keys());
    assert.equal(
      keysOf(await store.find({ fingerprint, level: 'error', from, to })),
      model.keys((line) => isWithin(line) && line.fingerprint === fingerprint && recordOf(line).level === 'ERROR'),
    );
    const after = model.keys()[10]!;
    assert.equal(keysOf(await store.find({ after, limit: 5 })), model.keys().slice(11, 16));
    assert.equal(await store.find({ after: 'unknown' }), []);
    assert.equal(await store.find({ fingerprint, errorId: lineOf(2).errorId }), []);
  });

  fact('pages of any length come to the whole, also among rows of the same time', async (store) => {
    const lines = Array.from({ length: 50 }, (_, number) => lineOf(number, { time: BASE + Math.floor(number / 9) }));
    const model = new Model();
    model.insert(lines);
    await store.insert(lines);
    for (const limit of [1, 3, 10, 49, 50, 51]) assert.equal(await pagesOf(store, limit), model.keys(), `${limit} a page`);
  });

  fact('whatever comes in whatever order, rows and groups are as counted by hand', async (store) => {
    const model = new Model();
    const group = fc.nat(4).map((number) => number.toString(16).padStart(12, '0'));
    const line = fc.record({ number: fc.nat(400), fingerprint: group, occurrences: fc.constantFrom(0, 1, 1, 7, 1000) });
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 30 }), async (parts) => {
        // A time for each number, in an order of its own and none twice.
        const lines = parts.map(({ number, fingerprint, occurrences }) =>
          lineOf(number, { time: BASE + ((number * 7919) % 10_007), fingerprint, occurrences }),
        );
        assert.is(await store.insert(lines), model.insert(lines));
      }),
      { numRuns: 40 },
    );
    assert.equal(await pagesOf(store, 1000), model.keys());
    const groups = await store.groups({});
    const seen = ({ fingerprint, total, firstSeen, lastSeen, lastErrorId }: StoredGroup): unknown => [
      fingerprint,
      { total, firstSeen, lastSeen, lastErrorId },
    ];
    assert.equal(
      groups.map(seen),
      [...model.groups].sort(([, one], [, other]) => other.lastSeen - one.lastSeen),
    );
  });

  fact('a group has the words of its latest line, whichever came last', async (store) => {
    const fingerprint = 'a'.repeat(12);
    const late = lineOf(9, { fingerprint, message: 'late', level: 'CRITICAL', logger: 'app.late', errorType: 'RangeError' });
    await store.insert([lineOf(5, { fingerprint, message: 'middle' }), late, lineOf(6, { fingerprint, message: 'middle' })]);
    await store.insert([lineOf(1, { fingerprint, message: 'early' })]);
    assert.equal(await store.groups({}), [
      {
        fingerprint,
        total: 4,
        firstSeen: BASE + 1,
        lastSeen: BASE + 9,
        lastErrorId: late.errorId,
        level: 'CRITICAL',
        logger: 'app.late',
        errorType: 'RangeError',
        message: 'late',
      },
    ]);
  });

  fact('groups are asked for by when they were seen', async (store) => {
    const seen = (number: number, time: number): StorableLine =>
      lineOf(number, { time: BASE + time, fingerprint: `${time % 10}`.repeat(12) });
    await store.insert([seen(1, 10), seen(2, 20 + 1), seen(3, 30 + 1), seen(4, 42)]);
    const named = async (query: Parameters<ErrorStore['groups']>[0]): Promise<string> =>
      (await store.groups(query)).map(({ fingerprint }) => fingerprint[0]).join('');
    assert.equal(await named({}), '210');
    assert.equal(await named({ limit: 2 }), '21');
    assert.equal(await named({ from: BASE + 31 }), '21');
    assert.equal(await named({ from: new Date(BASE + 32) }), '2');
    assert.equal(await named({ to: BASE + 21 }), '0');
    assert.equal(await named({ to: BASE + 22 }), '10');
    assert.equal(await named({ from: BASE + 25, to: BASE + 25 }), '1');
  });

  fact('what is old is removed in chunks, the oldest first, and still counted', async (store) => {
    await store.insert(linesFrom(0, 50));
    const removed: number[] = [];
    for (const left of [30, 10]) {
      removed.push(await store.prune({ before: BASE + 45, chunkRows: 20 }));
      assert.equal(keysOf(await store.find({})).at(-1), lineOf(50 - left).key);
    }
    removed.push(await store.prune({ before: BASE + 45, chunkRows: 20 }));
    assert.equal(removed, [20, 20, 5]);
    assert.is(await store.prune({ before: BASE + 45, chunkRows: 20 }), 0);
    assert.equal(
      keysOf(await store.find({})),
      linesFrom(45, 5)
        .reverse()
        .map(({ key }) => key),
    );
    assert.is(
      (await store.groups({})).reduce((sum, { total }) => sum + total, 0),
      50,
    );
  });

  fact('at most so many rows stay, the latest, and so many groups', async (store) => {
    await store.insert(linesFrom(0, 30));
    assert.is(await store.prune({ maxRows: 30, chunkRows: 10 }), 0);
    assert.is(await store.prune({ maxRows: 12, chunkRows: 10 }), 10);
    assert.is(await store.prune({ maxRows: 12, chunkRows: 10 }), 8);
    assert.is(await store.prune({ maxRows: 12, chunkRows: 10 }), 0);
    assert.equal(
      keysOf(await store.find({})),
      linesFrom(18, 12)
        .reverse()
        .map(({ key }) => key),
    );
    // Rows and groups share the chunk.
    assert.is(await store.prune({ maxRows: 1, chunkRows: 12 }), 12);
    assert.is(await store.prune({ maxRows: 1, chunkRows: 12 }), 1);
    assert.equal(
      (await store.groups({})).map(({ lastErrorId }) => lastErrorId),
      [lineOf(29).errorId],
    );
    assert.is(await store.prune({ maxRows: 0, chunkRows: 12 }), 2);
    assert.equal([await store.find({}), await store.groups({})], [[], []]);
    assert.is(await store.prune({ maxRows: 0, before: BASE + 1000, chunkRows: 12 }), 0);
  });

  fact('age and number hold together, within one chunk', async (store) => {
    await store.insert(linesFrom(0, 30, { fingerprint: 'c'.repeat(12) }));
    assert.is(await store.prune({ before: BASE + 3, maxRows: 25, chunkRows: 4 }), 4);
    assert.is(await store.prune({ before: BASE + 6, maxRows: 25, chunkRows: 4 }), 2);
    assert.is((await store.find({})).length, 24);
    assert.is(await store.prune({ chunkRows: 4 }), 0);
  });

  fact('a page behind a row that was removed is empty: what follows was older', async (store) => {
    await store.insert(linesFrom(0, 10));
    await store.prune({ before: BASE + 5, chunkRows: 100 });
    assert.equal(await store.find({ after: lineOf(3).key }), []);
  });

  fact('questions that make no sense are refused as such', async (store) => {
    for (const query of [{ limit: 0 }, { limit: 1001 }, { limit: 1.5 }, { from: Number.NaN }, { to: new Date('never') }]) {
      await rejects('refused', () => store.find(query));
      await rejects('refused', () => store.groups(query));
    }
    assert.is(await store.insert([lineOf(1)]), 1);
  });

  fact('a closed store rejects, and closing it again is harmless', async (store) => {
    await store.insert([lineOf(1)]);
    await Promise.all([store.close(), store.close()]);
    const calls = [
      () => store.open(),
      () => store.insert([lineOf(2)]),
      () => store.find({}),
      () => store.groups({}),
      () => store.prune({ chunkRows: 1 }),
    ];
    for (const call of calls) assert.is((await rejects('unavailable', call)).code, 'CLOSED');
  });

  fact('what one store stored, another finds', async (store, { another }) => {
    await store.insert(linesFrom(0, 100));
    await store.close();
    const next = another();
    assert.is((await next.find({ limit: 1000 })).length, 100);
    assert.is(await next.insert(linesFrom(50, 100)), 50);
    await next.close();
  });

  test.run();
}
