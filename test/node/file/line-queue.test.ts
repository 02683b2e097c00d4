import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { LEVELS, type Level } from '../../../lib/core/level';
import { LineQueue } from '../../../lib/node/file/line-queue';

/** Everything a queue holds, in the order it gives it out. */
function drain(queue: LineQueue): string {
  let text = '';
  for (let chunk = queue.take(); chunk !== undefined; chunk = queue.take()) {
    text += chunk.buffer.toString('utf8', chunk.start, chunk.end);
    queue.advance(chunk, chunk.end - chunk.start);
  }
  return text;
}

test('what comes in comes out, in order, whatever is taken when', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ text: fc.string({ unit: 'grapheme', maxLength: 300 }), takes: fc.boolean() })), (steps) => {
      const queue = new LineQueue(1e8, () => assert.unreachable());
      let [came, went] = ['', ''];
      for (const { text, takes } of steps) {
        came += `${text}\n`;
        queue.push(`${text}\n`, 'info', 0);
        if (takes) went += drain(queue);
      }
      went += drain(queue);
      assert.is(went, Buffer.from(came).toString());
      assert.equal([queue.bytes, queue.lines], [0, 0]);
    }),
  );
});

test('it never holds more bytes than it may; what leaves is of the lowest level, the oldest first; all is counted', () => {
  const limit = 2000;
  const step = fc.record({ rank: fc.nat(5), length: fc.integer({ min: 1, max: 700 }), takes: fc.integer({ min: 0, max: 9 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      /** What should be there: the same rules on a plain list. */
      let model: { rank: number; line: string }[] = [];
      const lost: number[] = LEVELS.map(() => 0);
      const told: number[] = LEVELS.map(() => 0);
      const queue = new LineQueue(limit, (level: Level) => told[LEVELS.indexOf(level)]!++);
      for (const [index, { rank, length, takes }] of steps.entries()) {
        const line = `${String(index).padStart(length, '.')}\n`;
        queue.push(line, LEVELS[rank]!, 0);
        const held = (): number => model.reduce((sum, { line: { length: bytes } }) => sum + bytes, 0);
        const lower = model.filter((one) => one.rank < rank).reduce((sum, { line: { length: bytes } }) => sum + bytes, 0);
        if (held() + line.length - lower > limit) lost[rank]!++;
        else {
          while (held() + line.length > limit) {
            const lowest = Math.min(...model.map((one) => one.rank));
            model.splice(
              model.findIndex((one) => one.rank === lowest),
              1,
            );
            lost[lowest]!++;
          }
          model.push({ rank, line });
        }
        assert.ok(queue.bytes <= limit);
        assert.equal([queue.bytes, queue.lines, told], [held(), model.length, lost]);
        if (takes === 0) {
          assert.is(drain(queue), model.map((one) => one.line).join(''));
          model = [];
        }
      }
      assert.is(drain(queue), model.map((one) => one.line).join(''));
    }),
    { numRuns: 300 },
  );
});

test('lines of different periods are never given out together', () => {
  const queue = new LineQueue(1e6, () => undefined);
  for (const period of [0, 0, 1, 1, 2, 1]) queue.push(`${period}\n`, 'info', period);
  const given: string[] = [];
  for (let chunk = queue.take(); chunk !== undefined; chunk = queue.take()) given.push(chunk.buffer.toString('utf8', 0, chunk.end));
  assert.equal(given, ['0\n0\n', '1\n1\n', '2\n', '1\n']);
});

test('a line longer than a chunk is kept whole', () => {
  const queue = new LineQueue(1e6, () => undefined);
  const lines = ['a\n', `${'ü'.repeat(100_000)}\n`, 'b\n'];
  for (const line of lines) queue.push(line, 'info', 0);
  assert.is(drain(queue), lines.join(''));
});

test('all queues together hold no more than 32 MiB', () => {
  const queues = Array.from({ length: 6 }, () => new LineQueue(8 * 1_048_576, () => undefined));
  const line = `${'x'.repeat(10_000)}\n`;
  for (const queue of queues) for (let index = 0; index < 1000; index++) queue.push(line, 'info', 0);
  const held = (): number => queues.reduce((sum, queue) => sum + queue.bytes, 0);
  assert.ok(held() <= 32 * 1_048_576 && held() > 31 * 1_048_576, `${held()}`);
  // A line that counts for more makes room in its own queue.
  queues[0]!.push(line, 'error', 0);
  assert.ok(held() <= 32 * 1_048_576);
  for (const queue of queues) drain(queue);
  assert.is(held(), 0);
});

test('holes that lines leave behind take no memory for long', () => {
  const queue = new LineQueue(4 * 1_048_576, () => undefined);
  const line = (level: string): string => `${level} ${'x'.repeat(1000)}\n`;
  const before = process.memoryUsage().arrayBuffers;
  for (let round = 0; round < 6; round++) for (let index = 0; index < 20_000; index++) queue.push(line(LEVELS[round]!), LEVELS[round]!, 0);
  const held = process.memoryUsage().arrayBuffers - before;
  // What is not collected yet counts too.
  assert.ok(held < 64 * 1_048_576, `${Math.round(held / 1_048_576)} MiB`);
  assert.ok(drain(queue).startsWith('critical'));
});

test.run();
