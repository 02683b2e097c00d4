import { isFunction, isRecord } from '../../../core/options';
import { quietly } from '../../../core/quietly';
import { read } from '../../../core/read';
import type { StandardSchema } from '../../../core/schema';

/** What a schema of the application's tells of itself. */
export interface SchemaView {
  /** Who made it: zod, valibot, arktype … */
  readonly vendor: string;
  /** `undefined` where it offers none. */
  readonly json_schema?: Readonly<Record<string, unknown>>;
}

const MAX_CHARS = 32_768;
const views = new WeakMap<object, SchemaView>();

/**
 * A schema as JSON Schema, where it can make one: by Standard JSON Schema (`~standard.jsonSchema.input`), or `toJsonSchema()`. Never
 * throws; asked once for each schema.
 */
export function schemaView(schema: StandardSchema): SchemaView {
  const known = views.get(schema);
  if (known !== undefined) return known;
  const { vendor } = schema['~standard'];
  const json = quietly(() => copyOf(made(schema)));
  const view = { vendor: String(vendor).slice(0, 64), ...(json !== undefined && { json_schema: json }) };
  views.set(schema, view);
  return view;
}

function made(schema: StandardSchema): unknown {
  const offered = read(schema['~standard'], 'jsonSchema') as { input?: (options: object) => unknown } | undefined;
  if (isFunction(offered?.input)) return offered.input({ target: 'draft-2020-12' } as never);
  const own = schema as { toJsonSchema?: () => unknown };
  return isFunction(own.toJsonSchema) ? own.toJsonSchema() : undefined;
}

/** Plain data, of a size that can be shown. */
function copyOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (!isRecord(value)) return undefined;
  const text = JSON.stringify(value);
  return text.length > MAX_CHARS ? undefined : (JSON.parse(text) as Record<string, unknown>);
}
