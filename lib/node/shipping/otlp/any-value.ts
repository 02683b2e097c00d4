import type { JsonValue } from '../../../log/record';

/** A value as OTLP/JSON has it: whole numbers as text, because they have 64 bits, and infinite ones, as JSON has none. `{}` is no value. */
export type AnyValue =
  | { readonly stringValue: string }
  | { readonly boolValue: boolean }
  | { readonly intValue: string }
  | { readonly doubleValue: number | string }
  | { readonly arrayValue: Values<AnyValue> }
  | { readonly kvlistValue: Values<KeyValue> }
  | Readonly<Record<string, never>>;

/** An empty list is left out, as the mapping has it. */
interface Values<Item> {
  readonly values?: readonly Item[];
}

export interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

/** Records are bounded when they are written; this is for what others wrote. */
const MAX_DEPTH = 32;

/** Writes a value by the JSON mapping of OTLP, https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding. */
export function anyValue(value: JsonValue | undefined, depth = 0): AnyValue {
  switch (typeof value) {
    case 'string':
      return { stringValue: value };
    case 'boolean':
      return { boolValue: value };
    case 'number':
      if (Number.isSafeInteger(value)) return { intValue: String(value) };
      return { doubleValue: Number.isFinite(value) ? value : String(value) };
    default:
      if (value === null || value === undefined) return {};
      if (depth >= MAX_DEPTH) return { stringValue: '[…]' };
      if (Array.isArray(value)) return { arrayValue: valuesOf(value.map((item: JsonValue) => anyValue(item, depth + 1))) };
      return { kvlistValue: valuesOf(keyValues(value as Readonly<Record<string, JsonValue | undefined>>, depth + 1)) };
  }
}

const valuesOf = <Item>(values: readonly Item[]): Values<Item> => (values.length === 0 ? {} : { values });

/** Attributes of an object; those without a value are left out. */
export function keyValues(object: Readonly<Record<string, JsonValue | undefined>>, depth = 0): KeyValue[] {
  const values: KeyValue[] = [];
  for (const key of Object.keys(object)) {
    const value = object[key];
    if (value !== undefined && value !== null) values.push({ key, value: anyValue(value, depth) });
  }
  return values;
}
