import type { Level } from '../../../core/level';
import type { LogRecord } from '../../../log/record';
import type { Sink, SinkStats } from '../../../sinks/sink';
import type { OtelContext } from '../api/trace';
import { traceIdsOf } from '../context/trace-ids';
import type { OtelLogger, OtelLoggerProvider, OtelLogRecord, OtelLogsApi } from './api';
import { otelRecordOf, parseLine, textRecordOf } from './log-record';
import { Loggers } from './loggers';
import { isSuppressed, recordContext } from './record-context';

/** What a bridge for log records is made of. */
export interface LogBridgeParts {
  /** `@opentelemetry/api`. */
  readonly api: OtelLogsApi;
  /** Of the SDK, or the global one of `@opentelemetry/api-logs`. */
  readonly provider: OtelLoggerProvider;
  /** Whether what people and models write to each other is told; see `capturesContent`. Default: no. */
  readonly content?: boolean | undefined;
  /** ms since the epoch; default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

export interface LogBridge {
  /** To be given to `addSink`. */
  readonly sink: Sink;
}

/** Why a line did not reach a logger. */
type Fate = 'written' | 'threw' | 'disabled' | 'suppressed';

/**
 * Makes the sink that hands each line to OpenTelemetry's API of logs: redacted and bounded as it is written elsewhere, under the
 * names of `SEMANTIC_NAMES`, in the scope of its logger, with the trace it belongs to. What a provider does with it is its own.
 *
 * Exceptions are attributes (`exception.type`, `.message`, `.stacktrace`) of the record of their event, whose name is that of the
 * operation: https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-logs/
 *
 * It never throws. Lines that reach no logger are dropped as `threw` (the provider threw), `disabled` (it takes none of this level, or
 * has been shut down), `suppressed` (they come from the SDK's own work, and would go round in circles) or `closed`. Nothing is queued
 * here. Cost: a few µs a line.
 */
export function logBridge({ api, provider, content = false, now = Date.now }: LogBridgeParts): LogBridge {
  const loggers = new Loggers(provider);
  const counts = { accepted: 0, written: 0 };
  const dropped: Record<string, number> = {};
  let isClosed = false;

  function hand(line: string, level: Level): Fate {
    const active = api.context.active();
    if (isSuppressed(active)) return 'suppressed';
    const record = parseLine(line);
    const found = record === undefined ? undefined : loggers.of(record.logger);
    const logger = found ?? loggers.overflow;
    const made = record === undefined ? textRecordOf(line, level, now()) : otelRecordOf(record, line, now(), content);
    if (record !== undefined) {
      if (found === undefined) made.attributes = { ...made.attributes, logger: record.logger };
      made.context = contextOf(record, made, active);
    }
    if (!isEnabled(logger, made)) return 'disabled';
    logger.emit(made);
    return 'written';
  }

  /** Ids that OpenTelemetry would not take stay with the record. */
  function contextOf(record: LogRecord, made: OtelLogRecord, active: OtelContext): OtelContext {
    const { trace_id, span_id } = record;
    const ids = traceIdsOf(trace_id, span_id);
    if (ids === undefined && (trace_id !== undefined || span_id !== undefined)) {
      made.attributes = { ...made.attributes, ...(trace_id !== undefined && { trace_id }), ...(span_id !== undefined && { span_id }) };
    }
    return recordContext(api, active, ids);
  }

  const sink: Sink = Object.freeze({
    name: 'opentelemetry',
    format: 'json' as const,
    write(line: string, level: Level): void {
      counts.accepted++;
      let fate: Fate | 'closed' = 'closed';
      try {
        if (!isClosed) fate = hand(line, level);
      } catch {
        fate = 'threw';
      }
      if (fate === 'written') counts.written++;
      else dropped[fate] = (dropped[fate] ?? 0) + 1;
    },
    stats: (): SinkStats => ({ ...counts, queued: 0, dropped: { ...dropped } }),
    close(): Promise<void> {
      isClosed = true;
      return Promise.resolve();
    },
  });
  return Object.freeze({ sink });
}

/** The record has all that is asked about. */
const isEnabled = (logger: OtelLogger, record: OtelLogRecord): boolean => typeof logger.enabled !== 'function' || logger.enabled(record);
