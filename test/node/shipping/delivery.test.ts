import { spawn } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type SinkSubject, sinkConformance } from '../../conformance/sink';
import {
  balance,
  bed,
  createSink,
  dropped,
  KINDS,
  type Kind,
  lineOf,
  newReceiver,
  numbersIn,
  range,
  textsIn,
} from '../../support/shipping/bed';
import type { Behaviour } from '../../support/shipping/receiver';
import { freshFolder } from '../file/scratch';

const shared = { otlp: await newReceiver('otlp'), loki: await newReceiver('loki') };
let subjects = 0;

/** A sink whose requests are told apart by their path. */
function subject(kind: Kind): SinkSubject {
  const { [kind]: receiver } = shared;
  const prefix = `/${++subjects}/`;
  const broken = receiver.behave;
  return {
    sink: createSink(kind, `${receiver.url}${prefix}`, {}),
    arrived: () =>
      receiver.taken
        .filter(({ path }) => path.startsWith(prefix))
        .flatMap((got) => textsIn(kind, got))
        .map((text) => `${text}\n`),
    breakIt() {
      receiver.behave = (got, number) => (got.path.startsWith(prefix) ? { status: 400 } : broken(got, number));
    },
  };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

const of = (kind: Kind, name: string, body: (kind: Kind) => Promise<void>): void => test(`${kind}: ${name}`, () => body(kind));

for (const kind of KINDS) {
  of(kind, 'lines arrive once, in order, in one request after the time they gather, over one connection that stays open', async () => {
    const { receiver, sink, clock, write, until, arrived, end } = await bed(kind);
    write(250);
    clock.advance(499);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.is(receiver.got.length, 0);
    await until('they are sent', () => sink.stats().written === 250);
    write(50);
    await until('the others, too', () => sink.stats().written === 300);
    assert.equal([arrived(), receiver.got.length, receiver.connections.made], [range(1, 300), 2, 1]);
    const [request] = receiver.got;
    assert.equal(
      [request!.method, request!.headers['content-type'], request!.headers['content-encoding']],
      ['POST', 'application/json', 'gzip'],
    );
    assert.is(request!.path, kind === 'otlp' ? '/v1/logs' : '/loki/api/v1/push');
    const { requests, sentBytes, failures, state } = await end();
    assert.equal([requests, failures, state], [2, 0, 'closed']);
    assert.ok(sentBytes > 0 && sentBytes < 10_000);
  });

  of(kind, 'a whole batch does not wait; a request has at most 1,000 lines and 1 MiB of them, and one is under way at a time', async () => {
    const { receiver, sink, clock, write, until, end } = await bed(kind, { compression: 'none' });
    write(2500);
    clock.advance(1);
    await until('they are there, and those behind them', () => sink.stats().written === 2500, 0);
    assert.equal(
      receiver.got.map((got) => numbersIn(kind, got).length),
      [1000, 1000, 500],
    );
    write(3, 'info', 400_000);
    write(1, 'info', 1_200_000);
    await sink.flush();
    assert.equal(
      receiver.got.slice(3).map((got) => numbersIn(kind, got).length),
      [2, 1, 1],
    );
    assert.equal([receiver.mostAtOnce(), receiver.got[0]!.headers['content-encoding']], [1, undefined]);
    await end();
  });

  of(kind, 'what comes while a request is under way gathers, too', async () => {
    const { receiver, sink, clock, write, until, arrived, end } = await bed(kind);
    receiver.behave = (_, number) => (number === 1 ? 'drip' : undefined);
    write(5);
    clock.advance(500);
    await until('they have come', () => receiver.got.length === 1, 0);
    write(5);
    await until('the answer is given up', () => sink.stats().written === 5, 0);
    clock.advance(499);
    await turns();
    assert.equal([receiver.got.length, sink.stats().requests], [1, 1]);
    clock.advance(1);
    await until('they are there', () => sink.stats().written === 10, 0);
    assert.equal(arrived(), range(1, 10));
    await end();
  });

  of(kind, 'a receiver that is down for a while gets every line once, in order', async () => {
    const { receiver, sink, warnings, write, until, arrived, end } = await bed(kind);
    await receiver.goDown();
    write(1500);
    await until('it fails', () => sink.stats().failures >= 3);
    assert.equal([sink.stats().state, sink.stats().failure, sink.stats().queued], ['failing', 'ECONNREFUSED', 1500]);
    balance(sink.stats());
    await receiver.comeUp();
    write(10);
    await until('all is there', () => sink.stats().queued === 0);
    assert.equal(arrived(), range(1, 1510));
    assert.ok(warnings.every(({ code }) => code === 'SINK_FAILED'));
    assert.match(
      warnings[0]!.message,
      /^Sink (otlp|loki): 127\.0\.0\.1:\d+ failed \(ECONNREFUSED\); lines that wait: 1,500\. It is tried again$/,
    );
    const { written, state } = await end();
    assert.equal([written, state], [1510, 'closed']);
  });

  of(kind, 'however many lines come, a receiver that fails is left alone for as long as it takes', async () => {
    const { receiver, sink, clock, write, until, end } = await bed(kind, { closeDeadlineMs: 1 });
    receiver.behave = () => ({ status: 500 });
    write(1500);
    clock.advance(1);
    await until('it fails', () => sink.stats().failures === 1, 0);
    for (let ms = 0; ms < 200; ms += 20) {
      write(1500);
      clock.advance(20);
      await turns();
    }
    assert.equal([receiver.got.length, sink.stats().requests], [1, 1]);
    await end();
  });

  of(kind, 'with a spool the lines of an outage wait on disk, and those of a sink that was closed are sent by the next one', async () => {
    const folder = freshFolder();
    const receiver = await newReceiver(kind);
    const one = await bed(kind, { receiver, spool: { folder } });
    receiver.behave = () => ({ status: 503 });
    one.write(2500);
    await one.until('they are on disk', () => one.sink.stats().spool!.lines === 1500);
    assert.is(one.sink.stats().queuedBytes < 1_000_000, true);
    await one.sink.close();
    balance(one.sink.stats());
    assert.equal([one.sink.stats().queued, dropped(one.sink.stats())], [2500, 0]);
    receiver.behave = () => undefined;
    const two = await bed(kind, { receiver, spool: { folder } });
    await two.until('they are found', () => two.sink.stats().recoveredWritten === 2500);
    assert.equal([two.arrived(), two.sink.stats().accepted, two.sink.stats().recovered], [range(1, 2500), 0, 2500]);
    await two.end();
  });

  const passing: readonly (readonly [string, Behaviour, string])[] = [
    ['a status of 500', { status: 500 }, 'HTTP_500'],
    ['a connection that is closed', 'reset', 'ECONNRESET'],
    ['a request that is never answered', 'hang', 'TIMEOUT'],
    ['a head that never ends', 'head', 'TIMEOUT'],
    ['a key that is wrong', { status: 401 }, 'HTTP_401'],
    ['a path that is wrong', { status: 404 }, 'HTTP_404'],
    ['a redirect', { status: 307, headers: { location: 'http://127.0.0.1:1/' } }, 'HTTP_307'],
  ];
  for (const [what, behaviour, code] of passing) {
    of(kind, `${what} costs no line, and is tried again`, async () => {
      const { receiver, sink, warnings, write, until, arrived, end } = await bed(kind, { timeoutMs: 500 });
      receiver.behave = (_, number) => (number <= 2 ? behaviour : undefined);
      write(20);
      await until('they are there', () => sink.stats().written === 20);
      assert.equal([arrived(), receiver.got.length, sink.stats().failures, sink.stats().failure], [range(1, 20), 3, 2, undefined]);
      assert.ok(warnings[0]!.message.includes(`(${code}`), warnings[0]!.message);
      await end();
    });
  }

  of(kind, 'what was said of configuration says what to do', async () => {
    const { receiver, warnings, sink, write, until, end } = await bed(kind);
    receiver.behave = (_, number) => (number === 1 ? { status: 403 } : undefined);
    write(1);
    await until('it is there', () => sink.stats().written === 1);
    assert.match(warnings[0]!.message, /HTTP_403: it does not let us in, look at the headers/);
    await end();
  });

  for (const behaviour of ['cut', 'drip', 'huge'] as const) {
    of(kind, `an answer of success that goes wrong later (${behaviour}) is one: the lines are not sent twice`, async () => {
      const { receiver, sink, write, until, arrived, end } = await bed(kind, { timeoutMs: 5000 });
      receiver.behave = (_, number) => (number === 1 ? behaviour : undefined);
      write(5);
      await until('they are there', () => sink.stats().written === 5);
      write(5);
      await until('those behind them', () => sink.stats().written === 10);
      assert.equal([arrived(), receiver.got.length, receiver.connections.made], [range(1, 10), 2, 2]);
      await end();
    });
  }

  of(kind, 'Retry-After is waited for, by flush, too; with a spool close does not ask again', async () => {
    const { receiver, sink, clock, write, until, arrived, end } = await bed(kind, { spool: { folder: freshFolder() } });
    receiver.behave = (_, number) => (number === 1 ? { status: 429, headers: { 'retry-after': '120' } } : undefined);
    write(10);
    await sink.flush();
    assert.equal([receiver.got.length, sink.stats().failure], [1, 'HTTP_429']);
    clock.advance(119_999);
    await sink.flush();
    assert.is(receiver.got.length, 1);
    // With up to a tenth more, so that not all come back at once.
    clock.advance(12_001);
    await until('they are there', () => sink.stats().written === 10, 0);
    assert.equal([arrived(), receiver.got.length], [range(1, 10), 2]);
    receiver.behave = () => ({ status: 503, headers: { 'retry-after': '120' } });
    write(3);
    await sink.flush();
    const { queued, written } = await end();
    assert.equal([queued, written, receiver.got.length], [3, 10, 3]);
  });

  of(kind, 'nobody makes it wait longer than 5 minutes', async () => {
    const { receiver, sink, clock, write, until, end } = await bed(kind);
    receiver.behave = (_, number) => (number === 1 ? { status: 503, headers: { 'retry-after': '86400' } } : undefined);
    write(1);
    clock.advance(500);
    await until('it fails', () => sink.stats().failures === 1, 0);
    clock.advance(299_999);
    await turns();
    assert.is(receiver.got.length, 1);
    clock.advance(30_001);
    await until('it is there', () => sink.stats().written === 1, 0);
    await end();
  });

  for (const status of [400, 413, 422]) {
    of(kind, `lines that are refused with ${status} are found by halving, left out and counted; the others arrive in order`, async () => {
      const { receiver, sink, clock, warnings, write, until, arrived, end } = await bed(kind);
      const poisoned = new Set([3, 77, 78]);
      receiver.behave = (got) => (numbersIn(kind, got).some((n) => poisoned.has(n)) ? { status } : undefined);
      write(100);
      clock.advance(500);
      await until('all is over', () => sink.stats().queued === 0, 0);
      assert.equal(
        arrived(),
        range(1, 100).filter((n) => !poisoned.has(n)),
      );
      assert.equal([sink.stats().written, sink.stats().dropped, sink.stats().failures], [97, { refused: 3 }, 0]);
      assert.ok(receiver.got.length < 45, `${receiver.got.length} requests`);
      assert.equal([warnings.length, warnings[0]!.code], [1, 'SINK_LOST']);
      assert.match(warnings[0]!.message, new RegExp(`refused a line \\(HTTP_${status}\\); it is left out`));
      await end();
    });
  }

  of(kind, 'a connection that the receiver closed meanwhile is no failure: the request goes over a new one', async () => {
    const { receiver, sink, write, until, arrived, end } = await bed(kind);
    // What closes while a request is on its way looks like this.
    receiver.behave = (_, number) => (number === 2 ? 'reset' : undefined);
    write(1);
    await until('it is there', () => sink.stats().written === 1);
    write(1);
    await until('the other, too', () => sink.stats().written === 2);
    assert.equal([arrived(), sink.stats().failures, receiver.connections.made], [[1, 2], 0, 2]);
    await end();
  });

  of(kind, 'where there is no room the first lines stay, and an eighth is kept for critical ones', async () => {
    const { receiver, sink, warnings, write, until, arrived, end } = await bed(kind, { maxQueuedBytes: 65_536 });
    receiver.behave = () => ({ status: 500 });
    write(200);
    const { accepted, queued, dropped: reasons } = sink.stats();
    assert.equal([accepted, reasons], [200, { overflow: 200 - queued }]);
    write(1, 'critical');
    assert.is(sink.stats().queued, queued + 1);
    balance(sink.stats());
    receiver.behave = () => undefined;
    await until('they are there', () => sink.stats().queued === 0);
    assert.equal([arrived(), sink.stats().queuedBytes], [[...range(1, queued), 201], 0]);
    assert.ok(
      warnings.some(({ code, message }) => code === 'SINK_LOST' && message.includes('no room for more lines that wait for the receiver')),
    );
    await end();
  });

  of(kind, 'close sends what waits; where that fails and there is no spool, it gives up in time and counts what is lost', async () => {
    const one = await bed(kind);
    one.write(1200);
    await one.end();
    assert.equal([one.arrived(), one.sink.stats().written], [range(1, 1200), 1200]);
    const two = await bed(kind, { closeDeadlineMs: 50 });
    two.receiver.behave = () => 'hang';
    two.write(30);
    await two.sink.close();
    two.write(2);
    assert.equal(two.sink.stats().dropped, { unsent: 30, closed: 2 });
    await two.end();
  });

  of(kind, 'two open sinks can not have one folder; one after the other can', async () => {
    const folder = freshFolder();
    const receiver = await newReceiver(kind);
    const sink = createSink(kind, receiver.url, { spool: { folder } });
    assert.throws(
      () => createSink(kind, receiver.url, { spool: { folder } }),
      (error: { code?: string }) => error.code === 'OPTION_INVALID',
    );
    await sink.close();
    await createSink(kind, receiver.url, { spool: { folder } }).close();
    await receiver.goDown();
  });

  of(kind, 'it keeps no process alive, not even while a request hangs; what is lost then is told', async () => {
    const receiver = await newReceiver(kind);
    receiver.behave = () => 'hang';
    const program = `
      import { lokiSink, otlpSink } from ${JSON.stringify(new URL('../../../lib/node/shipping/index.ts', import.meta.url).href)};
      const sink = ${kind}Sink({ url: ${JSON.stringify(receiver.url)}, gatherMs: 1, timeoutMs: 600_000 });
      for (let n = 0; n < 7; n++) sink.write(${JSON.stringify(lineOf(1))}, 'info');
      setTimeout(() => {}, 300);
    `;
    const child = await run(program);
    assert.equal([child.status, receiver.got.length], [0, 1]);
    assert.match(child.stderr, /7 lines of (otlp|loki) were lost at exit: there is no spool/);
    await receiver.goDown();
  });

  sinkConformance(kind, () => subject(kind));
}

/** Runs a program beside this one, which answers it meanwhile. */
async function run(program: string): Promise<{ readonly status: number | null; readonly stderr: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => (stderr += part));
  const limit = setTimeout(() => child.kill('SIGKILL'), 20_000);
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearTimeout(limit);
  return { status, stderr };
}

test.run();
