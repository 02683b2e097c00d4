import * as api from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { logBridge } from '../../../../lib/exporters/opentelemetry/logs';
import { createTelemetry, memorySink, runWithContext } from '../../../../lib/index';
import type { LogRecord } from '../../../../lib/log/record';
import { withCollector } from '../../../support/otel/collector';
import { plainAttributes, plainValue } from '../../../support/otel/flat';

const SEVERITY = { TRACE: 1, DEBUG: 5, INFO: 9, WARNING: 13, ERROR: 17, CRITICAL: 21 } as const;
const TRACE = { trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331' };

test('every record arrives at a collector with every value of its line', async () => {
  await withCollector(async (collector) => {
    const exporter = new OTLPLogExporter({ url: `${collector.url}/v1/logs` });
    const provider = new LoggerProvider({
      resource: resourceFromAttributes({ 'service.name': 'shop' }),
      processors: [new BatchLogRecordProcessor({ exporter })],
    });
    const { sink } = logBridge({ api, provider });
    const memory = memorySink();
    const telemetry = createTelemetry({ environment: 'test' });
    telemetry.configureLog({ level: 'trace', format: 'json', sinks: [memory, sink] });
    telemetry.attachLogHandler();
    const log = telemetry.logger('bot');
    runWithContext(TRACE, () => log.info('traced', { files: 3, ratio: 0.5, ok: false, list: ['a', 1, null], deep: { a: { b: 'ü😀' } } }));
    log.error(new RangeError('too many'), 'failed', { password: 'hunter2', big: 2 ** 53, negative: -7 });
    for (const level of ['trace', 'debug', 'warn', 'critical'] as const) log[level](level);
    telemetry.execute(['shop', 'cart', 'paid'], { duration: 12.5 }, { country: 'fr' });
    await provider.forceFlush();
    await collector.waitUntil('all records', ({ logRecords }) => logRecords().length === 7);
    assert.equal(collector.refused, []);

    const lines = memory.lines.map((line) => JSON.parse(line) as LogRecord);
    assert.is(lines.length, 7);
    for (const line of lines) {
      const { item, scope, resource } = collector.logRecords().find(({ item: { body } }) => plainValue(body) === line.message)!;
      assert.is(item.timeUnixNano, `${Date.parse(line.timestamp)}000000`);
      assert.ok(BigInt(item.observedTimeUnixNano!) >= BigInt(item.timeUnixNano!));
      assert.equal([item.severityText, item.severityNumber], [line.level, SEVERITY[line.level]]);
      assert.equal([scope.name, resource['service.name']], [line.logger, 'shop']);
      assert.is(item.eventName || undefined, line.event_name);
      const attributes = plainAttributes(item.attributes);
      for (const field of ['files', 'ratio', 'ok', 'deep', 'big', 'negative', 'country', 'duration_ms', 'error_id', 'password']) {
        assert.equal(attributes[field], line[field], field);
      }
      assert.is(attributes['exception.type'], line.exception?.type);
      assert.is(attributes['exception.message'], line.exception?.message);
    }
    const [traced] = collector.logRecords();
    assert.equal([traced!.item.traceId, traced!.item.spanId, traced!.item.flags], [TRACE.trace_id, TRACE.span_id, 1]);
    assert.equal(plainAttributes(traced!.item.attributes).list, ['a', 1, undefined]);
    assert.not.match(JSON.stringify(collector.received.map(({ body }) => body)), 'hunter2');
    assert.equal(sink.stats!(), { accepted: 7, written: 7, queued: 0, dropped: {} });
    await provider.shutdown();
  });
});

test.run();
