import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fact, pass, until } from '../support/faults/fact';
import { ballast, smallDisk } from '../support/faults/machine';
import { balance, bed, dropped, KINDS, lineOf, newReceiver, numbersIn, range } from '../support/shipping/bed';
import type { Receiver } from '../support/shipping/receiver';
import { runShipping, startShipping } from './shipping-programs';

const left = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);
const counts = (numbers: readonly number[]): Map<number, number> => {
  const all = new Map<number, number>();
  for (const n of numbers) all.set(n, (all.get(n) ?? 0) + 1);
  return all;
};

for (const kind of KINDS) {
  const arrived = (receiver: Receiver): number[] => receiver.taken.flatMap((got) => numbersIn(kind, got));

  fact(
    'F10 D1',
    `${kind}: kill -9 while the receiver is down: what was in the spool arrives once after the next start`,
    async (bench) => {
      const { random, size, note } = bench;
      const receiver = await newReceiver(kind);
      bench.undo(() => receiver.goDown());
      const place = { kind, url: receiver.url, spool: join(bench.dir, 'spool') };
      const kills = size(3, 50);
      let [from, certain, lost, most] = [1, 0, 0, 0];
      for (let kill = 0; kill < kills; kill++) {
        receiver.behave = () => ({ status: 503 });
        const program = await startShipping(bench, { ...place, from, lines: 1e6, perTurn: 20, ending: 'wait' });
        await until('it spools', () => (program.said()?.spooled ?? 0) > 100, 10_000);
        await pass(random() * 100);
        const said = program.said()!;
        program.child.kill('SIGKILL');
        assert.is((await program.ended).signal, 'SIGKILL');
        const last = program.said()!.accepted!;
        receiver.behave = () => undefined;
        const { said: found } = await runShipping(bench, { ...place, ending: 'deliver', lines: said.spooled! });
        const all = counts(arrived(receiver));
        for (let n = from; n < from + said.spooled!; n++) assert.is(all.get(n), 1, `line ${n} of ${from} and ${said.spooled}`);
        for (const [n, count] of all) assert.is(count, 1, `line ${n} arrived ${count} times`);
        assert.ok(found!.corrupt! <= 1, 'at most the last write is half');
        const missing = last - [...all.keys()].filter((n) => n >= from).length;
        certain += said.spooled!;
        lost += missing;
        most = Math.max(most, missing);
        from += 1e6;
      }
      assert.ok(most <= 2000, `${most} lost in one kill`);
      assert.equal(left(place.spool), []);
      note(`${kills} kills: ${certain} lines seen in the spool, each arrived once; lost from memory ${lost}, at most ${most} at once`);
    },
    { limit: [120_000, 600_000] },
  );

  fact(
    'F10 D1 D2',
    `${kind}: a program that ends while the receiver is down leaves its lines for the next start, however it ends`,
    async (bench) => {
      const receiver = await newReceiver(kind);
      bench.undo(() => receiver.goDown());
      const place = { kind, url: receiver.url, spool: join(bench.dir, 'spool') };
      let from = 1;
      for (const ending of ['exit', 'throw', 'empty', 'close'] as const) {
        receiver.behave = () => ({ status: 500 });
        const { code, stderr } = await runShipping(bench, { ...place, from, lines: 2500, ending });
        assert.is(code, { exit: 3, throw: 1, empty: 0, close: 0 }[ending], stderr);
        assert.not.match(stderr, /lost/, ending);
        receiver.behave = () => undefined;
        const { said } = await runShipping(bench, { ...place, ending: 'deliver', lines: 2500 });
        // A write that was under way at the end may have come to something: then its lines are found twice.
        assert.ok(said!.recovered! >= 2500 && said!.recovered === said!.recoveredWritten, JSON.stringify(said));
        assert.is(said!.corrupt, 0);
        from += 2500;
      }
      const all = counts(arrived(receiver));
      assert.is(all.size, 10_000);
      const twice = [...all.values()].filter((count) => count > 1).length;
      assert.equal(left(place.spool), []);
      bench.note(`4 endings, 10,000 lines, all arrived, ${twice} of them twice`);
    },
    { limit: [120_000, 120_000] },
  );

  fact('F10 D6', `${kind}: without a spool, the end tells how many lines were lost; close sends them`, async (bench) => {
    const receiver = await newReceiver(kind);
    bench.undo(() => receiver.goDown());
    receiver.behave = () => 'hang';
    const { code, stderr } = await runShipping(bench, { kind, url: receiver.url, spool: false, lines: 70, ending: 'exit' });
    assert.is(code, 3);
    assert.match(stderr, new RegExp(`70 lines of ${kind} were lost at exit: there is no spool`));
    receiver.behave = () => undefined;
    assert.is((await runShipping(bench, { kind, url: receiver.url, spool: false, lines: 70, ending: 'close' })).code, 0);
    assert.equal(arrived(receiver), range(1, 70));
  });

  fact(
    'F10 · C1',
    `${kind}: a spool on a full disk: nothing is thrown, lines stay in memory and are counted, and it works again by itself`,
    async (bench) => {
      const disk = smallDisk(bench, 'size=512k');
      const {
        sink,
        receiver,
        write,
        until: come,
        clock,
        warnings,
        arrived: numbers,
        end,
      } = await bed(kind, {
        spool: { folder: join(disk, 'spool') },
        maxQueuedBytes: 400_000,
      });
      bench.undo(() => receiver.goDown().catch(() => undefined));
      receiver.behave = () => ({ status: 503 });
      write(100);
      await come('it spools', () => sink.stats().spool!.segments > 0);
      const makeRoom = ballast(disk, 8192);
      for (let round = 0; round < 20; round++) {
        write(100, 'info', 400);
        clock.advance(1100);
        for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
        balance(sink.stats());
      }
      await come('the disk is full', () => (sink.stats().spool!.errors.ENOSPC ?? 0) > 0);
      assert.ok(warnings.some(({ message }) => message.includes('[ENOSPC]')));
      const before = sink.stats().spool!.bytes;
      makeRoom();
      await pass(1000);
      await come('it spools again', () => sink.stats().spool!.bytes > before);
      const { queued } = sink.stats();
      receiver.behave = () => undefined;
      await come('all that was kept', () => sink.stats().queued === 0);
      assert.is(sink.stats().written, queued);
      assert.equal(numbers(), range(1, queued));
      const stats = await end();
      bench.note(`${stats.accepted} lines: ${queued} kept and arrived in order, ${dropped(stats)} counted as lost`);
    },
    { needs: ['mount'] },
  );

  fact('E1', `${kind}: more lines than the receiver takes: memory is bounded in bytes, and every line is accounted for`, async (bench) => {
    const { sink, receiver, write, clock, end } = await bed(kind, { maxQueuedBytes: 1_048_576 });
    bench.undo(() => receiver.goDown().catch(() => undefined));
    receiver.behave = () => ({ status: 429, headers: { 'retry-after': '1' } });
    const lines = bench.size(300_000, 3_000_000);
    let most = 0;
    for (let line = 0; line < lines; line += 1000) {
      for (let n = 0; n < 1000; n++) sink.write(lineOf(n), 'info');
      clock.advance(1);
      await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, sink.stats().queuedBytes);
      if (line % 50_000 === 0) balance(sink.stats());
    }
    assert.ok(most <= 1_048_576, `${most} bytes`);
    write(1, 'critical');
    const { queued, dropped: reasons, accepted } = sink.stats();
    assert.equal(reasons, { overflow: accepted - queued });
    receiver.behave = () => undefined;
    await sink.flush();
    const stats = await end();
    assert.is(stats.accepted, lines + 1);
    bench.note(`${stats.accepted} lines, at most ${most} bytes waited; ${stats.written} written, ${dropped(stats)} counted as lost`);
  });
}

test.run();
