import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BackOff } from '../../../lib/node/delivery/back-off';
import { freshFolder } from '../file/scratch';
import { FakeStore } from './fake-store';
import { bed, dropped, lineOf, numbers, range, turns } from './storages';

test('errors are stored in order some 50 ms after the first of them, at most 100 and one batch at a time', async () => {
  const { store, storage, clock, write } = await bed();
  write(250);
  clock.advance(49);
  await turns();
  assert.is(store.stored.length, 0);
  clock.advance(1);
  await turns();
  assert.equal(numbers(store), range(1, 250));
  assert.equal([store.batches, store.mostInFlight], [[100, 100, 50], 1]);
  const { accepted, written, queued } = storage.stats();
  assert.equal({ accepted, written, queued }, { accepted: 250, written: 250, queued: 0 });
  await storage.stop();
});

test('a batch has at most 1 MiB, unless one line is longer', async () => {
  const { store, storage, write } = await bed();
  write(5, 'error', 400_000);
  write(1, 'error', 1_200_000);
  write(1);
  await storage.flush();
  assert.equal(store.batches, [2, 2, 1, 1, 1]);
  await storage.stop();
});

test('each line has a key of its own, the id, the fingerprint and the occurrences of its mark', async () => {
  const { store, storage, sink } = await bed();
  sink.write(lineOf(1), 'error', { id: 'of-mark', fingerprint: 'ffffffffffff', occurrences: 7 });
  sink.write(lineOf(2), 'critical', { id: 'of-mark', fingerprint: 'ffffffffffff', occurrences: 0 });
  await storage.flush();
  const [one, two] = store.stored;
  assert.equal([one!.errorId, one!.fingerprint, one!.occurrences, two!.occurrences], ['of-mark', 'ffffffffffff', 7, 0]);
  assert.is(one!.line, lineOf(1).slice(0, -1));
  assert.match(one!.key, /^[0-9a-f]{24}-1$/);
  assert.is(two!.key, one!.key.replace(/1$/, '2'));
  await storage.stop();
});

test('a mark that goes on counting stands for what it was when the line came', async () => {
  const { store, storage, sink } = await bed();
  const mark = { id: 'a', fingerprint: 'ffffffffffff', occurrences: 1 };
  sink.write(lineOf(1), 'error', mark);
  mark.occurrences = 9;
  await storage.flush();
  assert.is(store.stored[0]!.occurrences, 1);
  await storage.stop();
});

test('without a mark the line says it; without that there is an id all the same, and equal messages have equal fingerprints', async () => {
  const { store, storage, sink } = await bed();
  for (const line of [
    lineOf(5),
    '{"logger":"a","message":"took 5 ms"}\n',
    '{"logger":"a","message":"took 17 ms"}\n',
    '{"logger":"b","message":"took 5 ms"}\n',
    '{"data":{"error_id":"no","fingerprint":"bbbbbbbbbbbb"}}\n',
    'no JSON\n',
    'null\n',
  ])
    sink.write(line, 'error');
  await storage.flush();
  const [first, five, seventeen, other, under] = store.stored;
  assert.equal([first!.errorId, first!.fingerprint, first!.occurrences], ['id5', '0123456789ab', 1]);
  assert.is(five!.fingerprint, seventeen!.fingerprint);
  assert.is.not(five!.fingerprint, other!.fingerprint);
  assert.is.not(five!.errorId, seventeen!.errorId);
  assert.is.not(under!.errorId, 'no');
  assert.ok(store.stored.every(({ errorId, fingerprint }) => errorId.length === 8 || (errorId === 'id5' && fingerprint.length === 12)));
  await storage.stop();
});

test('what fails stays first and is tried again, later and later, from 250 ms to 30 s', async () => {
  const { store, storage, clock, write, warnings } = await bed({ random: () => 0.999999, retention: false });
  store.mode = 'unavailable';
  write(3);
  clock.advance(50);
  await turns();
  const delays: number[] = [];
  for (let attempt = 1; attempt <= 7; attempt++) {
    const before = store.batches.length;
    let ms = 0;
    while (store.batches.length === before && ms < 40_000) {
      clock.advance(10);
      ms += 10;
      await Promise.resolve();
      await turns(1);
    }
    delays.push(ms);
  }
  assert.equal(delays, [750, 2250, 6750, 20_250, 30_000, 30_000, 30_000]);
  assert.equal([storage.stats().state, storage.stats().failure, storage.stats().failures], ['failing', 'ECONNREFUSED', 8]);
  write(1);
  store.mode = 'ok';
  clock.advance('30s');
  await turns();
  assert.equal(numbers(store), range(1, 4));
  assert.equal([storage.stats().state, storage.stats().failure], ['open', undefined]);
  assert.equal(
    warnings.map(({ code, message }) => `${code} ${message}`),
    [
      'STORE_FAILED Storage of errors: fake failed (ECONNREFUSED); errors that wait: 3. It is tried again',
      'STORE_FAILED Storage of errors: fake failed (ECONNREFUSED); errors that wait: 3. It is tried again (and 4 times more since the last warning)',
      'STORE_FAILED Storage of errors: fake failed (ECONNREFUSED); errors that wait: 3. It is tried again (and 1 times more since the last warning)',
    ],
  );
  // Success has made the delays short again.
  store.mode = 'unavailable';
  write(1);
  clock.advance(50);
  await turns();
  store.mode = 'ok';
  clock.advance(750);
  await turns();
  assert.is(storage.stats().written, 5);
  await storage.stop();
});

test('delays are never shorter than 250 ms', () => {
  const backOff = new BackOff(() => 0);
  assert.equal([backOff.next(), backOff.next()], [250, 250]);
  assert.equal([backOff.next(249), backOff.next(5000), backOff.next()], [250, 5000, 250]);
  assert.is(new BackOff(() => 0.5).next(60_000), 63_000);
});

test('what the database refuses is halved until the bad lines stand alone; only these are lost, and their ids told', async () => {
  const { store, storage, write, warnings } = await bed();
  store.isRefused = ({ line }) => /"n":(17|18|100),/.test(line);
  write(100);
  await storage.flush();
  assert.equal(
    numbers(store),
    range(1, 99).filter((n) => n !== 17 && n !== 18),
  );
  const { written, queued, dropped, state } = storage.stats();
  assert.equal({ written, queued, dropped, state }, { written: 97, queued: 0, dropped: { refused: 3 }, state: 'open' });
  assert.ok(store.batches.length < 40, `${store.batches}`);
  assert.equal(
    warnings.map(({ code, message }) => `${code} ${message}`),
    ['STORE_LOST Storage of errors: fake refused the error id17 (22P05); it is left out'],
  );
  await storage.stop();
});

test('a batch of nothing but bad lines takes about two attempts each', async () => {
  const { store, storage, write } = await bed();
  store.isRefused = () => true;
  write(100);
  await storage.flush();
  assert.equal(storage.stats().dropped, { refused: 100 });
  assert.ok(store.batches.length <= 250, `${store.batches.length}`);
  await storage.stop();
});

test('a database that fails in the middle of a halved batch is given the rest of it only', async () => {
  const { store, storage, write, until } = await bed();
  store.isRefused = ({ line }) => {
    const isBad = line.includes('"n":60,');
    if (isBad && store.stored.length > 0) store.mode = 'unavailable';
    return isBad;
  };
  write(100);
  await until('it fails', () => store.mode === 'unavailable');
  store.isRefused = ({ line }) => line.includes('"n":60,');
  store.mode = 'ok';
  await until('the rest', () => storage.stats().queued === 0);
  assert.equal([storage.stats().written, storage.stats().dropped], [99, { refused: 1 }]);
  assert.is(store.stored.length, 99);
  await storage.stop();
});

test('a commit whose answer was lost makes no duplicate, and counts once', async () => {
  const { store, storage, write, until } = await bed();
  store.mode = 'ambiguous';
  write(10);
  await until('it has failed', () => storage.stats().failures > 0);
  assert.equal([store.stored.length, storage.stats().written, storage.stats().queued], [10, 0, 10]);
  store.mode = 'ok';
  await until('again', () => storage.stats().written === 10);
  assert.is(store.stored.length, 10);
  await storage.stop();
});

test('a corrupt database is opened again', async () => {
  const { store, storage, write, until } = await bed();
  write(1);
  await storage.flush();
  assert.is(store.opened, 1);
  store.mode = 'corrupt';
  write(1);
  await until('it has failed', () => storage.stats().failures === 1);
  store.mode = 'ok';
  await until('again', () => storage.stats().written === 2);
  assert.is(store.opened, 2);
  await storage.stop();
});

test('what rejects with something else than a StoreError is taken for unavailable', async () => {
  const { store, storage, write, until } = await bed();
  store.mode = 'alien';
  write(2);
  await until('it has failed', () => storage.stats().failures > 0);
  assert.is(storage.stats().failure, 'UNKNOWN');
  store.mode = 'ok';
  await until('again', () => storage.stats().written === 2);
  await storage.stop();
});

test('a database that is down at the start is tried until it is there', async () => {
  const store = new FakeStore();
  store.mode = 'unavailable';
  const { storage, write, until, warnings } = await bed({ store });
  assert.is(storage.stats().state, 'failing');
  assert.is(warnings.length, 1);
  write(3);
  store.mode = 'ok';
  await until('stored', () => storage.stats().written === 3);
  await storage.stop();
});

test('a store that hangs blocks nobody: lines are taken up to the limit, and the others counted', async () => {
  const { store, storage, clock, write, until, warnings } = await bed({ maxQueuedBytes: 256 * 1024 });
  store.mode = 'hang';
  write(1);
  clock.advance(50);
  await turns();
  assert.is(store.inFlight, 1);
  write(5000);
  const stats = storage.stats();
  assert.ok(stats.queuedBytes <= 256 * 1024);
  assert.is(stats.accepted, 5001);
  assert.is(stats.queued + dropped(stats), 5001);
  assert.ok(stats.dropped.overflow! > 4000);
  clock.advance(1000);
  assert.is(storage.stats().state, 'slow');
  store.mode = 'ok';
  await until('stored', () => storage.stats().queued === 0);
  // What came first was kept.
  assert.equal(numbers(store), range(1, stats.queued));
  assert.is(storage.stats().queuedBytes, 0);
  assert.equal(
    warnings.map(({ code }) => code),
    ['STORE_LOST'],
  );
  await storage.stop();
});

test('an eighth of the memory is kept for critical lines', async () => {
  const { store, storage, write } = await bed({ maxQueuedBytes: 64 * 1024 });
  store.mode = 'hang';
  write(1000);
  const before = storage.stats().queued;
  write(1000, 'critical');
  const { queued, queuedBytes } = storage.stats();
  assert.ok(queued > before * 1.1 && queued < before * 1.2, `${before}, ${queued}`);
  assert.ok(queuedBytes <= 64 * 1024);
  store.mode = 'ok';
  await storage.stop();
});

test('memory is counted in bytes, not in characters', async () => {
  const { storage, sink } = await bed({ maxQueuedBytes: 64 * 1024, closeDeadlineMs: 20 });
  sink.write(`"${'€'.repeat(30_000)}"\n`, 'critical');
  assert.equal([storage.stats().queuedBytes, storage.stats().dropped], [0, { overflow: 1 }]);
  await storage.stop();
});

test('1,000,000 lines against a dead database take no more memory than they may, and all are counted', async () => {
  const { store, storage, sink, write } = await bed({ closeDeadlineMs: 1 });
  store.mode = 'unavailable';
  write(1);
  const line = lineOf(1, 100);
  for (let n = 0; n < 1_000_000; n++) {
    sink.write(line, 'error');
    if (n % 100_000 === 0) await turns(1);
  }
  const stats = storage.stats();
  assert.ok(stats.queuedBytes <= 8 * 1_048_576);
  assert.is(stats.accepted, 1_000_001);
  assert.is(stats.queued + stats.dropped.overflow!, 1_000_001);
  const { dropped: atLast, queued } = await storage.stop();
  assert.equal([atLast.unsent, queued], [stats.queued, 0]);
});

test('stop delivers what waits, closes the store, and is the same when called again; later lines are dropped as closed', async () => {
  const { store, storage, write } = await bed();
  write(150);
  const [one, two] = await Promise.all([storage.stop(), storage.stop()]);
  assert.is(one, two);
  assert.equal([one.written, one.queued, one.state, store.closed], [150, 0, 'closed', 1]);
  write(2);
  assert.equal(storage.stats().dropped, { closed: 2 });
  await storage.flush();
});

test('without a spool, stop tries until its time is over, and counts what it gives up', async () => {
  const { store, storage, write, clock } = await bed({ closeDeadlineMs: 60 });
  store.mode = 'unavailable';
  write(5);
  const stopping = storage.stop();
  await turns();
  clock.advance(600);
  await turns();
  assert.ok(store.batches.length >= 2, `${store.batches.length}`);
  assert.equal((await stopping).dropped, { unsent: 5 });
});

test('a database that comes back while stop tries gets everything', async () => {
  const { store, storage, write, clock } = await bed();
  store.mode = 'unavailable';
  write(5);
  const stopping = storage.stop();
  await turns();
  store.mode = 'ok';
  clock.advance(600);
  assert.equal([(await stopping).written, (await stopping).dropped], [5, {}]);
});

test('a store that answers after stop gave up changes no account', async () => {
  const { store, storage, write, clock } = await bed({ closeDeadlineMs: 20, spool: { folder: freshFolder() } });
  store.mode = 'hang';
  write(5);
  clock.advance(50);
  await turns();
  const account = await storage.stop();
  assert.equal([account.written, account.queued, account.dropped], [0, 5, {}]);
  store.mode = 'ok';
  await turns();
  assert.is(storage.stats().written, 0);
});

test('nor does one that fails or refuses after that, or can not be opened', async () => {
  const late = async (store: FakeStore, end: () => void) => {
    const { storage, write, clock, warnings } = await bed({ store, closeDeadlineMs: 20 });
    store.mode = 'hang';
    write(1);
    clock.advance(50);
    await turns();
    const account = await storage.stop();
    end();
    await turns();
    assert.equal([storage.stats(), warnings, account.failures, account.dropped], [account, [], 0, { unsent: 1 }]);
  };
  const failing = new FakeStore();
  await late(failing, () => {
    failing.mode = 'unavailable';
  });
  const refusing = new FakeStore();
  refusing.isRefused = () => true;
  await late(refusing, () => {
    refusing.mode = 'ok';
  });
  const unopened = new FakeStore();
  unopened.mode = 'hang';
  await late(unopened, () => {
    unopened.mode = 'unavailable';
  });
});

test('flush settles when an attempt has failed', async () => {
  const { store, storage, write } = await bed({ closeDeadlineMs: 1 });
  store.mode = 'unavailable';
  write(5);
  await storage.flush();
  assert.is(storage.stats().queued, 5);
  await storage.stop();
});

test('a warning that throws does no harm', async () => {
  const { store, storage, write, warnings } = await bed({ closeDeadlineMs: 1 });
  Object.assign(warnings, {
    push() {
      throw new Error('no');
    },
  });
  store.mode = 'unavailable';
  write(1);
  await storage.flush();
  store.mode = 'ok';
  await storage.flush();
  assert.is(storage.stats().written, 1);
  await storage.stop();
});

test.run();
