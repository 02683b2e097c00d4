import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry, memorySink, type SinkOptions } from '../../lib/index';

const lineOf = (options: Omit<SinkOptions, 'sink'>, config: object = {}): string => {
  const memory = { ...memorySink(), format: 'json' as const };
  const lines: string[] = [];
  const telemetry = createTelemetry({
    log: { level: 'info', sinks: [{ ...options, sink: { ...memory, write: (line) => void lines.push(line) } }], ...config },
  });
  telemetry.logger('bot').info('here');
  return lines[0]!;
};

test('a sink that asks for JSON is given the default schema, whatever the configuration says', () => {
  for (const config of [{ format: 'minimal' }, { format: 'json', schema: 'pino' }, { format: 'text' }]) {
    assert.is(JSON.parse(lineOf({}, config)).message, 'here', JSON.stringify(config));
  }
});

test('what is said of the sink itself holds', () => {
  assert.match(lineOf({ format: 'minimal' }), /^INFO \S+ here/);
  assert.is(JSON.parse(lineOf({ schema: 'ecs' }))['log.level'] ?? JSON.parse(lineOf({ schema: 'ecs' })).log?.level, 'info');
});

test.run();
