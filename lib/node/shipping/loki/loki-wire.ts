import type { Clock } from '../../../core/clock';
import type { LogRecord } from '../../../log/record';
import { type DeliveryRow, sequenceOf } from '../../delivery/row';
import type { WireFormat } from '../http-receiver';
import { inSlices } from '../in-slices';
import { nanoseconds, shippedLine } from '../shipped-line';
import { wellFormedJson } from '../well-formed-json';
import { type LabelPlan, labelsOf } from './labels';

/** Too many values for labels, and what people look for. */
const METADATA = ['request_id', 'trace_id', 'span_id', 'error_id'] as const;
const NS_PER_MS = 1_000_000;

/** Loki's push format, https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs. */
export function lokiWire(clock: Clock, plan: LabelPlan, hasMetadata: boolean): WireFormat {
  return {
    async body(rows) {
      const streams = new Map<string, string[]>();
      const now = clock.systemTime();
      await inSlices(rows, (row) => add(streams, row, now));
      const texts = [...streams].map(([stream, values]) => `{"stream":${stream},"values":[${values.join(',')}]}`);
      return `{"streams":[${texts.join(',')}]}`;
    },
    reception: () => undefined,
  };

  function add(streams: Map<string, string[]>, row: DeliveryRow, now: number): void {
    const { record, time, text } = shippedLine(row, now);
    const stream = wellFormedJson(labelsOf(plan, record));
    // Loki takes equal lines of one moment for one: the number of the line tells them apart, and keeps them in order.
    const moment = nanoseconds(time, sequenceOf(row) % NS_PER_MS);
    const metadata = hasMetadata ? metadataOf(record) : undefined;
    const value = wellFormedJson(metadata === undefined ? [moment, text] : [moment, text, metadata]);
    const values = streams.get(stream);
    if (values === undefined) streams.set(stream, [value]);
    else values.push(value);
  }
}

function metadataOf(record: LogRecord | undefined): Readonly<Record<string, string>> | undefined {
  if (record === undefined) return undefined;
  let metadata: Record<string, string> | undefined;
  for (const name of METADATA) {
    const value = record[name];
    if (typeof value !== 'string' || value === '') continue;
    metadata ??= {};
    metadata[name] = value;
  }
  return metadata;
}
