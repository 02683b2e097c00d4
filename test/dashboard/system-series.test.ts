import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { historyLines, kept, linesOf, memoryParts, namesOf } from '../../lib/dashboard/page/views/system-series';

const SAMPLES = [
  { time: 1000, cpu: { utilization: 0.5 }, connections: { established: 1, listen: 2 } },
  { time: 2000, connections: { listen: 2, time_wait: 9 } },
];

test('a sample without a value is a gap in its line', () => {
  const data = linesOf(SAMPLES, [['machine', ({ cpu }) => cpu?.utilization, { colour: 2 }]], { unit: '%' });
  assert.equal(data, { times: [1000, 2000], lines: [{ label: 'machine', values: [0.5, null], colour: 2, isDots: true }], unit: '%' });
});

test('two values are a line, and one is a dot', () => {
  const [listen, established] = linesOf(SAMPLES, [
    ['listen', ({ connections }) => connections?.listen],
    ['established', ({ connections }) => connections?.established],
  ])!.lines;
  assert.equal([listen?.isDots, established?.isDots], [undefined, true]);
});

test('what no sample tells has no line, and without lines there is no chart', () => {
  assert.is(linesOf(SAMPLES, [['load', ({ load }) => load?.['1m']]]), undefined);
  assert.is(linesOf([], [['machine', ({ cpu }) => cpu?.utilization]]), undefined);
});

test('names come in the order of the last sample', () => {
  assert.equal(
    namesOf(SAMPLES, ({ connections }) => connections),
    ['time_wait', 'listen', 'established'],
  );
  assert.equal(
    namesOf([], ({ connections }) => connections),
    [],
  );
});

test('a history has a line for each value of a tag', () => {
  const one = (kind: string, sum: number) => ({ type: 'distribution', unit: 'ms', tags: { kind }, columns: { sum: [sum, null] } }) as const;
  const history = { metric: 'gc', step_ms: 10_000, times: [1, 2], series: [one('minor', 4), one('major', 7)], left_out: 0 };
  assert.equal(historyLines(history, 'sum', 'kind', 'ms')?.lines, [
    { label: 'minor', values: [4, null] },
    { label: 'major', values: [7, null] },
  ]);
  assert.is(historyLines(history, 'p95', 'kind', 'ms'), undefined);
});

test('the parts of the memory are together what is resident', () => {
  const parts = memoryParts({ usage: 100, heap_used: 30, heap_total: 50, external: 10 });
  assert.equal(
    parts.map(([, size]) => size),
    [30, 20, 10, 40],
  );
});

test('a heap that is not all resident takes no more than there is', () => {
  const sizes = memoryParts({ usage: 40, heap_used: 30, heap_total: 50, external: 10 }).map(([, size]) => size);
  assert.equal(sizes, [30, 10, 0, 0]);
  assert.equal(memoryParts({ heap_used: 30 }), []);
  assert.equal(memoryParts(undefined), []);
});

test('what was made is kept until there is something else to make it of', () => {
  let made = 0;
  const make = kept((samples: readonly number[]) => ({ all: samples.length, made: ++made }));
  const one = [1];
  assert.is(make(one), make(one));
  assert.is(made, 1);
  assert.equal([make([1, 2]).all, made], [2, 2]);
});

test.run();
