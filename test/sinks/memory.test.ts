import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry, isTelemetryError, memorySink } from '../../lib/index';
import { sinkConformance } from '../conformance/sink';

sinkConformance('memorySink', () => {
  const sink = memorySink();
  return { sink, arrived: () => sink.lines };
});

test('the oldest lines go first, counted as evicted', () => {
  const memory = memorySink({ maxLines: 3 });
  for (let line = 0; line < 10; line++) memory.write(`${line}\n`, 'info');
  assert.equal(memory.lines, ['7\n', '8\n', '9\n']);
  assert.equal(memory.stats!(), { accepted: 10, written: 3, queued: 0, dropped: { evicted: 7 } });
});

test('clearing takes lines away and leaves the account', () => {
  const memory = memorySink({ maxLines: 2 });
  memory.write('a\n', 'info');
  memory.clear();
  memory.write('b\n', 'info');
  assert.equal(memory.lines, ['b\n']);
  assert.equal(memory.stats!(), { accepted: 2, written: 2, queued: 0, dropped: {} });
});

test('it keeps a thousand lines unless told otherwise', () => {
  const memory = memorySink();
  for (let line = 0; line < 1005; line++) memory.write('x\n', 'info');
  assert.is(memory.lines.length, 1000);
});

test('wrong options are refused', () => {
  for (const options of [{ maxLines: 0 }, { maxLines: 1.5 }, { maxLines: 1e7 }, { maxLines: Infinity }, { name: 5 }, { max: 1 }]) {
    assert.throws(() => memorySink(options as never), isTelemetryError);
  }
});

test('the statistics of a log name its sinks', () => {
  const memory = memorySink({ name: 'mine' });
  const telemetry = createTelemetry({ environment: 'test', log: { level: 'info', format: 'json', sinks: [memory] } });
  telemetry.logger('bot').info('line');
  assert.equal(telemetry.logStats().sinks, [{ name: 'mine', accepted: 1, written: 1, queued: 0, dropped: {} }]);
});

test.run();
