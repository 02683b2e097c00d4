import type { Domain } from './domains';
import { namesOf } from './names';

/** Takes an attribute. */
export type PutAttribute = (name: string, value: unknown) => void;

const isText = (value: unknown): boolean => typeof value === 'string';
const isWhole = (value: unknown): boolean => Number.isSafeInteger(value);

const FINISH_REASONS = 'gen_ai.response.finish_reasons';

/** What the conventions allow as values of attributes, where that is not text. */
const FITS: Readonly<Record<string, (value: unknown) => boolean>> = {
  'http.response.status_code': isWhole,
  // Where no route matched there is none to tell.
  'http.route': (value) => isText(value) && value !== '(unmatched)',
  'http.request.body.size': isWhole,
  'http.response.body.size': isWhole,
  'gen_ai.usage.input_tokens': isWhole,
  'gen_ai.usage.output_tokens': isWhole,
  'gen_ai.request.stream': (value) => typeof value === 'boolean',
  [FINISH_REASONS]: (value) => isText(value) || (Array.isArray(value) && value.every(isText)),
  'server.port': isWhole,
  'code.line.number': isWhole,
  'process.pid': isWhole,
};

/** A host with a port behind it; of an address of IPv6 in brackets the colons are its own. */
const HOST_AND_PORT = /^(.*[^:]):(\d{1,5})$/;

/**
 * Puts a field as the attribute it is by the conventions. What has no name there, and what is not of the type that the convention
 * asks for, keeps its own.
 *
 * @param put - Called once; twice for a host with a port.
 */
export function putAttribute(put: PutAttribute, name: string, value: unknown, domain: Domain | undefined): void {
  const attribute = domain === undefined ? undefined : namesOf(domain).get(name);
  if (attribute === undefined || !fits(attribute, value)) put(name, value);
  else if (attribute === 'server.address') putAddress(put, value as string);
  else put(attribute, attribute === FINISH_REASONS && isText(value) ? [value] : value);
}

function fits(attribute: string, value: unknown): boolean {
  const isFitting = Object.hasOwn(FITS, attribute) ? FITS[attribute]! : isText;
  return isFitting(value);
}

function putAddress(put: PutAttribute, host: string): void {
  const parts = HOST_AND_PORT.exec(host);
  put('server.address', parts?.[1] ?? host);
  if (parts !== null) put('server.port', Number(parts[2]));
}

/** Names under which what people and models write to each other is found, in small letters and without `_` and `-`. */
const CONTENT: ReadonlySet<string> = new Set([
  'prompt',
  'prompts',
  'systemprompt',
  'userprompt',
  'question',
  'query',
  'completion',
  'completions',
  'answer',
  'response',
  'responsetext',
  'message',
  'messages',
  'inputmessages',
  'outputmessages',
  'instructions',
  'systeminstructions',
  'input',
  'output',
  'content',
  'text',
  'arguments',
  'args',
  'toolarguments',
  'toolcallarguments',
  'result',
  'toolresult',
  'toolcallresult',
]);

/**
 * Whether a field of an event about generative AI holds what people and models write to each other, or what tools are given and
 * answer. Such fields are left out unless `capturesContent` says otherwise. Numbers and booleans hold no such thing.
 */
export const isContent = (name: string, value: unknown): boolean =>
  typeof value !== 'number' && typeof value !== 'boolean' && CONTENT.has(name.replace(/[_-]/g, '').toLowerCase());
