import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeEntry } from '../../../lib/node/delivery/spool/spool-entry';
import { lokiSink, otlpSink } from '../../../lib/node/shipping/index';
import { bed, KINDS, type Kind, lineOf, newReceiver, numbersIn, range } from '../../support/shipping/bed';
import { freshFolder } from '../file/scratch';

const of = (kind: Kind, name: string, body: (kind: Kind) => Promise<void>): void => test(`${kind}: ${name}`, () => body(kind));

for (const kind of KINDS) {
  for (const [what, behaviour] of [
    ['cut', 'reset'],
    ['not answered in time', 'hang'],
  ] as const) {
    of(kind, `where requests of many lines are ${what}, again and again, shorter ones are tried, and no line is given up`, async () => {
      const { receiver, sink, write, until, arrived, end } = await bed(kind, { timeoutMs: 100 });
      receiver.behave = (got) => (numbersIn(kind, got).length > 30 ? behaviour : undefined);
      write(300);
      await until('they are there', () => sink.stats().queued === 0);
      // An answer may come late on a busy machine, and the lines again.
      assert.equal([[...new Set(arrived())], sink.stats().dropped], [range(1, 300), {}]);
      receiver.behave = () => 'reset';
      write(1);
      await until('it fails, alone', () => sink.stats().failures > 12);
      assert.equal([sink.stats().queued, sink.stats().dropped], [1, {}]);
      receiver.behave = () => undefined;
      await until('it is there', () => sink.stats().queued === 0);
      await end();
    });
  }

  of(
    kind,
    'a receiver that refuses the first lines of all may refuse any: the warning says what to look at, later ones do not',
    async () => {
      const { receiver, sink, warnings, write, clock, until, end } = await bed(kind);
      receiver.behave = () => ({ status: 400 });
      write(3);
      await until('they are refused', () => sink.stats().dropped.refused === 3);
      assert.match(warnings[0]!.message, /refused a line \(HTTP_400: it has taken none so far; if that stays so, look at the URL/);
      receiver.behave = () => undefined;
      write(1);
      await until('it is there', () => sink.stats().written === 1);
      clock.advance(60_000);
      receiver.behave = () => ({ status: 400 });
      write(1);
      await until('it is refused', () => sink.stats().dropped.refused === 4);
      assert.match(warnings[1]!.message, /refused a line \(HTTP_400\); it is left out/);
      await end();
    },
  );

  of(kind, 'what a storage left in its folder stays there for it', async () => {
    const folder = freshFolder();
    const path = join(folder, `spool-${'a'.repeat(24)}-1.log`);
    const image = encodeEntry({ key: 'a-1', line: '{}', more: ['id', 'fingerprint', 1] });
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, image);
    const { receiver, sink, write, until, arrived, end } = await bed(kind, { spool: { folder } });
    receiver.behave = () => ({ status: 503 });
    write(20);
    await until('they are on disk', () => sink.stats().spool!.lines > 0 || sink.stats().spool!.segments > 0);
    receiver.behave = () => undefined;
    await until('they are there', () => sink.stats().queued === 0);
    const { recovered, spool } = await end();
    assert.equal([arrived(), recovered, spool!.corrupt, readdirSync(folder)], [range(1, 20), 0, 0, [basename(path)]]);
    assert.equal(readFileSync(path), image);
  });
}

test('what is changed in options later has no effect', async () => {
  const [otlp, loki] = [await newReceiver('otlp'), await newReceiver('loki')];
  const headers: Record<string, string> = { 'x-a': 'first' };
  const resource: Record<string, string> = { a: 'first' };
  const sinks = [otlpSink({ url: otlp.url, env: {}, headers, resource }), lokiSink({ url: loki.url, headers })];
  Object.assign(headers, { 'x-a': 'second\r\nx-b: c' });
  Object.assign(resource, { a: 'second' });
  for (const sink of sinks) {
    sink.write(lineOf(1), 'info');
    await sink.close();
  }
  assert.equal([otlp.got[0]!.headers['x-a'], loki.got[0]?.headers['x-a'], otlp.got[0]!.text.includes('second')], ['first', 'first', false]);
  await Promise.all([otlp.goDown(), loki.goDown()]);
});

test.run();
