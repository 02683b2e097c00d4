import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Sink, SinkStats } from '../../lib/index';

/** A sink and what can be seen of where it writes. */
export interface SinkSubject {
  readonly sink: Sink;
  /** The lines that arrived, in order. */
  readonly arrived: () => readonly string[];
  /** Makes the place fail that it writes to; left out where that can't be. */
  readonly breakIt?: () => void;
}

/** What a sink promises: each MUST of its contract. Registers one uvu suite. */
export function sinkConformance(name: string, create: () => SinkSubject): void {
  const test = suite(`sink ${name}`);
  const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'critical'] as const;
  const lines = (count: number): string[] => Array.from({ length: count }, (_, index) => `{"line":${index}}\n`);

  function fill({ sink }: SinkSubject, count: number): string[] {
    const all = lines(count);
    for (const [index, line] of all.entries()) sink.write(line, LEVELS[index % LEVELS.length]!);
    return all;
  }
  const balance = ({ accepted, written, queued, dropped }: SinkStats): number =>
    accepted - written - queued - Object.values(dropped).reduce((sum, count) => sum + count, 0);
  async function quiet({ sink }: SinkSubject): Promise<void> {
    await sink.flush?.();
    await new Promise((resolve) => setImmediate(resolve));
  }

  test('it has a name', () => {
    assert.ok(create().sink.name.length > 0);
  });

  test('it writes every line as it is, in the order they came', async () => {
    const subject = create();
    const all = fill(subject, 500);
    await quiet(subject);
    assert.equal(subject.arrived(), all);
  });

  test('it counts every line it is given', async () => {
    const subject = create();
    fill(subject, 500);
    assert.is(balance(subject.sink.stats!()), 0);
    assert.is(subject.sink.stats!().accepted, 500);
    await quiet(subject);
    const { accepted, written, queued, dropped } = subject.sink.stats!();
    assert.equal({ accepted, written, queued, dropped }, { accepted: 500, written: 500, queued: 0, dropped: {} });
  });

  test('what it tells of itself is a copy, made of whole numbers', () => {
    const subject = create();
    const before = subject.sink.stats!();
    fill(subject, 5);
    assert.is(before.accepted, 0);
    const { accepted, written, queued } = subject.sink.stats!();
    for (const count of [accepted, written, queued]) assert.ok(Number.isInteger(count) && count >= 0);
  });

  test('write returns nothing, and does not throw for any text or level', () => {
    const { sink } = create();
    for (const line of ['\n', '', `${'x'.repeat(1_000_000)}\n`, '\ud800\n', '\0\n']) assert.is(sink.write(line, 'info'), undefined);
    assert.is(balance(sink.stats!()), 0);
  });

  test('where it writes to may break: nothing is thrown, and the account is right', async () => {
    const subject = create();
    if (subject.breakIt === undefined) return;
    fill(subject, 10);
    subject.breakIt();
    fill(subject, 10);
    await quiet(subject);
    const stats = subject.sink.stats!();
    assert.equal([balance(stats), stats.accepted, stats.queued], [0, 20, 0]);
    assert.is(stats.written, subject.arrived().length);
  });

  test('without flush it never queues; flush settles when nothing is queued', async () => {
    const subject = create();
    fill(subject, 50);
    await subject.sink.flush?.();
    assert.is(subject.sink.stats!().queued, 0);
    await subject.sink.flush?.();
  });

  test('closing twice is harmless; afterwards lines are dropped as closed', async () => {
    const subject = create();
    if (subject.sink.close === undefined) return;
    fill(subject, 5);
    await subject.sink.close();
    await subject.sink.close();
    fill(subject, 5);
    assert.equal([subject.sink.stats!().written, subject.sink.stats!().dropped.closed], [5, 5]);
  });

  test('its methods work on their own', () => {
    const { write, stats } = create().sink;
    write('x\n', 'info');
    assert.is(stats!().accepted, 1);
  });

  test.run();
}
