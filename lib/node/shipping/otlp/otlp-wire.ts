import type { Clock } from '../../../core/clock';
import { isRecord } from '../../../core/options';
import type { JsonValue } from '../../../log/record';
import type { OtelOptions } from '../../../log/schemas/otel';
import type { DeliveryRow } from '../../delivery/row';
import type { Reception, WireFormat } from '../http-receiver';
import { inSlices } from '../in-slices';
import { shippedLine } from '../shipped-line';
import { wellFormedJson } from '../well-formed-json';
import { keyValues } from './any-value';
import { otlpRecord } from './log-record';

type Attributes = Readonly<Record<string, JsonValue | undefined>>;

/** Records of one resource: JSON of each, by scope. */
interface ResourceGroup {
  readonly resource: Attributes;
  readonly scopes: Map<string, string[]>;
}

/**
 * Logs by the OpenTelemetry protocol as JSON, https://opentelemetry.io/docs/specs/otlp/.
 *
 * @param own - Attributes of the resource that win over those of records.
 */
export function otlpWire(clock: Clock, options: OtelOptions, own: Attributes): WireFormat {
  return {
    async body(rows) {
      const groups = new Map<string, ResourceGroup>();
      const now = clock.systemTime();
      await inSlices(rows, (row) => add(groups, row, now));
      return requestOf(groups);
    },
    reception,
  };

  function add(groups: Map<string, ResourceGroup>, row: DeliveryRow, now: number): void {
    const { resource, resourceKey, scope, text } = otlpRecord(shippedLine(row, now), options);
    let group = groups.get(resourceKey);
    if (group === undefined) groups.set(resourceKey, (group = { resource: { ...resource, ...own }, scopes: new Map() }));
    const records = group.scopes.get(scope);
    if (records === undefined) group.scopes.set(scope, [text]);
    else records.push(text);
  }
}

function requestOf(groups: ReadonlyMap<string, ResourceGroup>): string {
  const resources: string[] = [];
  for (const { resource, scopes } of groups.values()) {
    const scopeLogs = [...scopes].map(
      ([name, records]) => `{"scope":${wellFormedJson(name === '' ? {} : { name })},"logRecords":[${records.join(',')}]}`,
    );
    const attributes = keyValues(resource);
    resources.push(`{"resource":${wellFormedJson(attributes.length === 0 ? {} : { attributes })},"scopeLogs":[${scopeLogs.join(',')}]}`);
  }
  return `{"resourceLogs":[${resources.join(',')}]}`;
}

/** An answer that says that not all was taken. */
function reception(answer: string): Reception | undefined {
  try {
    const parsed: unknown = JSON.parse(answer);
    const partial = isRecord(parsed) ? parsed.partialSuccess : undefined;
    if (!isRecord(partial)) return undefined;
    const count = Number(partial.rejectedLogRecords ?? 0);
    const rejected = Number.isSafeInteger(count) && count > 0 ? count : 0;
    const reason = typeof partial.errorMessage === 'string' ? partial.errorMessage : '';
    // Without either it says that all is well.
    return rejected === 0 && reason === '' ? undefined : { rejected, reason };
  } catch {
    return undefined;
  }
}
