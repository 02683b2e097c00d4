import { isRecord } from '../../core/options';
import type { JsonSchema } from './route';

/** What is wrong with a value, and where: `/rules/0/name`. */
export interface Mistake {
  readonly path: string;
  readonly message: string;
}

const MAX_MISTAKES = 10;
const MAX_SHOWN_CHARS = 64;

/**
 * Says what is wrong with a value of JSON by a schema, as far as {@link JsonSchema} goes; at most ten mistakes. `format` is not checked:
 * it is for those who read. Never shows what was sent but for names of members.
 *
 * @param path - Where the value stands, as a JSON pointer; empty for the whole.
 */
export function validate(schema: JsonSchema, value: unknown, path = ''): readonly Mistake[] {
  const mistakes: Mistake[] = [];
  check(schema, value, path, mistakes);
  return mistakes;
}

function check(schema: JsonSchema, value: unknown, path: string, mistakes: Mistake[]): void {
  if (mistakes.length >= MAX_MISTAKES) return;
  const wrong = (message: string): void => add(mistakes, path, message);
  const misfit = misfitOf(schema, value, path);
  if (misfit !== undefined) wrong(misfit);
  else if (typeof value === 'number') checkNumber(schema, value, wrong);
  else if (typeof value === 'string') checkText(schema, value, wrong);
  else if (Array.isArray(value)) checkItems(schema, value, path, mistakes);
  else if (isRecord(value)) checkMembers(schema, value, path, mistakes);
}

function add(mistakes: Mistake[], path: string, message: string): void {
  if (mistakes.length < MAX_MISTAKES) mistakes.push({ path, message });
}

/** What makes looking further pointless. */
function misfitOf({ type, enum: allowed, oneOf }: JsonSchema, value: unknown, path: string): string | undefined {
  const types = type === undefined ? [] : typeof type === 'string' ? [type] : type;
  if (types.length > 0 && !types.some((name) => isType(name, value))) return `must be ${types.join(' or ')}`;
  if (allowed !== undefined && !allowed.includes(value as never))
    return `must be one of ${allowed.map((item) => JSON.stringify(item)).join(', ')}`;
  if (oneOf !== undefined && oneOf.filter((one) => validate(one, value, path).length === 0).length !== 1) {
    return 'must fit exactly one of the alternatives that the description of the API names';
  }
  return undefined;
}

function checkNumber({ minimum, maximum }: JsonSchema, value: number, wrong: (message: string) => void): void {
  if (minimum !== undefined && value < minimum) wrong(`must be at least ${minimum}`);
  if (maximum !== undefined && value > maximum) wrong(`must be at most ${maximum}`);
}

function checkText({ maxLength }: JsonSchema, value: string, wrong: (message: string) => void): void {
  // JSON Schema counts characters, not halves of them.
  if (maxLength !== undefined && value.length > maxLength && [...value].length > maxLength)
    wrong(`must have at most ${maxLength} characters`);
}

function checkItems(schema: JsonSchema, value: readonly unknown[], path: string, mistakes: Mistake[]): void {
  const { items, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema;
  if (value.length < minItems) add(mistakes, path, `must have at least ${minItems} items`);
  if (value.length > maxItems) add(mistakes, path, `must have at most ${maxItems} items`);
  if (items === undefined) return;
  for (let at = 0; at < value.length && mistakes.length < MAX_MISTAKES; at++) check(items, value[at], `${path}/${at}`, mistakes);
}

function checkMembers(schema: JsonSchema, value: Record<string, unknown>, path: string, mistakes: Mistake[]): void {
  const { properties = {}, required = [], additionalProperties = true } = schema;
  const at = (name: string): string => `${path}/${shown(name)}`;
  for (const name of required) if (!Object.hasOwn(value, name)) add(mistakes, at(name), 'is required');
  for (const name of Object.keys(value)) {
    if (Object.hasOwn(properties, name)) check(properties[name]!, value[name], at(name), mistakes);
    else if (additionalProperties === false) add(mistakes, at(name), 'is not known here');
    else if (additionalProperties !== true) check(additionalProperties, value[name], at(name), mistakes);
  }
}

function isType(name: string, value: unknown): boolean {
  if (name === 'integer') return Number.isInteger(value);
  if (name === 'array') return Array.isArray(value);
  if (name === 'object') return isRecord(value);
  if (name === 'null') return value === null;
  return typeof value === name;
}

/** A name as a JSON pointer writes it, and printable. */
export const shown = (name: string): string =>
  name
    .slice(0, MAX_SHOWN_CHARS)
    .replace(/[^\x20-\x7e]/g, '?')
    .replace(/~/g, '~0')
    .replace(/\//g, '~1');
