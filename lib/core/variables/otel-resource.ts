import { type Variables, variableIn } from './process-variables';

/** Attributes of a resource by their names; all values are text. */
export type ResourceAttributes = Readonly<Record<string, string>>;

/** Called with what is wrong with a variable, in one sentence that repeats none of its value. */
type Tell = (problem: string) => void;

const ATTRIBUTES = 'OTEL_RESOURCE_ATTRIBUTES';
const MAX_ATTRIBUTES = 128;
const MAX_CHARS = 255;
/** What can be a legal list of that many attributes, each character of it percent-encoded as 9 characters. */
const MAX_LIST = MAX_ATTRIBUTES * 2 * 9 * (MAX_CHARS + 1);

/**
 * The attributes that describe the program, from `OTEL_RESOURCE_ATTRIBUTES` (`key=value,key=value`, percent-encoded) and
 * `OTEL_SERVICE_NAME`, which wins over `service.name` in it.
 *
 * A list with anything wrong in it is ignored as a whole, as the specification wants it:
 * https://opentelemetry.io/docs/specs/otel/resource/sdk/#specifying-resource-information-via-an-environment-variable
 * Wrong is what is no `key=value`, an empty key, broken percent-encoding, more than 128 attributes, and a key or a value of more than
 * 255 characters.
 *
 * @param env - Default: the variables of the process; where there are none, as in browsers, there are no attributes.
 * @param tell - Called when the list is ignored.
 * @example
 * resourceFromEnvironment({ OTEL_RESOURCE_ATTRIBUTES: 'service.version=1.2,team=a%2Cb' }); // => { 'service.version': '1.2', team: 'a,b' }
 */
export function resourceFromEnvironment(env?: Variables, tell?: Tell): ResourceAttributes {
  const attributes: Record<string, string> = {};
  const read = attributesIn(variableIn(env, ATTRIBUTES));
  if (typeof read === 'string') tell?.(`${ATTRIBUTES} is ignored: ${read}.`);
  else for (const [key, value] of read) define(attributes, key, value);
  const name = variableIn(env, 'OTEL_SERVICE_NAME');
  if (name !== '') define(attributes, 'service.name', name.slice(0, MAX_CHARS));
  return Object.freeze(attributes);
}

/** A key may be `__proto__`. */
function define(attributes: Record<string, string>, key: string, value: string): void {
  Object.defineProperty(attributes, key, { value, enumerable: true, configurable: true, writable: true });
}

/** @returns What is wrong, as text. */
function attributesIn(list: string): readonly (readonly [string, string])[] | string {
  if (list.length > MAX_LIST) return 'it is too long';
  const items = list.split(',').filter((item) => item.trim() !== '');
  if (items.length > MAX_ATTRIBUTES) return `it has more than ${MAX_ATTRIBUTES} attributes`;
  const attributes: (readonly [string, string])[] = [];
  for (const [index, item] of items.entries()) {
    const parts = item.split('=').map(decoded);
    const [key, value] = parts;
    // `=` is percent-encoded in keys and values.
    if (parts.length !== 2 || key === undefined || value === undefined) return `item ${index + 1} is no key=value with percent-encoding`;
    if (key === '') return `item ${index + 1} has no key`;
    if (Math.max(key.length, value.length) > MAX_CHARS) return `item ${index + 1} has more than ${MAX_CHARS} characters`;
    attributes.push([key, value]);
  }
  return attributes;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    return undefined;
  }
}

/**
 * Whether `OTEL_SDK_DISABLED` is `true`, in any case; then bridges to OpenTelemetry do nothing. Nothing else counts as true:
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#boolean
 *
 * @param tell - Called for a value that is neither `true` nor `false`.
 */
export function isSdkDisabled(env?: Variables, tell?: Tell): boolean {
  const value = variableIn(env, 'OTEL_SDK_DISABLED').toLowerCase();
  if (value !== '' && value !== 'true' && value !== 'false') tell?.('OTEL_SDK_DISABLED is neither true nor false, and counts as false.');
  return value === 'true';
}
