import { Problem } from './problem';
import type { Call, QueryParameter } from './route';
import { type Mistake, shown, validate } from './validate';

const MAX_PARAMETERS = 32;

/**
 * Reads the parameters of a query by their schemas: numbers become numbers, defaults are filled in. A list is a parameter that is given
 * once for each of its texts.
 *
 * @throws {Problem} 400 with all mistakes: parameters that are not known or given twice, and values that do not fit.
 */
export function readQuery(search: URLSearchParams, parameters: Readonly<Record<string, QueryParameter>> = {}): Call['query'] {
  const errors: Mistake[] = [];
  const query: Record<string, Call['query'][string]> = Object.create(null);
  for (const [name, { default: usual }] of Object.entries(parameters)) query[name] = usual as string | undefined;
  const given = new Set<string>();
  for (const [name, text] of search) {
    if (given.size >= MAX_PARAMETERS) break;
    const path = shown(name);
    const schema = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (schema === undefined) errors.push({ path, message: 'is not known here' });
    else if (schema.type === 'array') {
      const before = query[name] as readonly string[] | undefined;
      // One too many is enough to be refused for.
      if ((before?.length ?? 0) <= (schema.maxItems ?? MAX_PARAMETERS)) query[name] = [...(before ?? []), text];
    } else if (given.has(name)) errors.push({ path, message: 'is given more than once' });
    else {
      const value = readValue(schema, text);
      errors.push(...validate(schema, value, path));
      query[name] = value;
    }
    given.add(name);
  }
  for (const [name, schema] of Object.entries(parameters))
    if (schema.type === 'array') errors.push(...validate(schema, query[name] ?? [], name));
  if (errors.length > 0)
    throw new Problem(400, 'QUERY_INVALID', 'The query is not as this route describes it. See errors', {}, { errors: errors.slice(0, 10) });
  return query;
}

/** As the schema wants it, where the text is exactly that; else the text, which does not fit then. */
function readValue({ type }: QueryParameter, text: string): string | number | boolean {
  const types: readonly unknown[] = Array.isArray(type) ? type : [type];
  if ((types.includes('integer') || types.includes('number')) && /^-?\d{1,15}(?:\.\d{1,15})?$/.test(text)) return Number(text);
  if (types.includes('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}
