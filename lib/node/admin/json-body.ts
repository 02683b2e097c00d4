import { isRecord } from '../../core/options';
import { Problem } from './problem';
import type { Route } from './route';
import { validate } from './validate';

const MAX_BODY_BYTES = 65_536;
const MAX_DEPTH = 16;
/** They would change objects that nobody meant. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Reads the body of a change: JSON in UTF-8, at most 64 KiB and 16 levels deep.
 *
 * @returns What was sent; `undefined` for a route without a body.
 * @throws {Problem} 400, 413, 415, 422.
 */
export async function readBody(request: Request, route: Route): Promise<unknown> {
  if (request.method === 'GET' || request.method === 'HEAD') return undefined;
  if (request.method !== 'DELETE') checkType(request.headers);
  const text = await readText(request);
  if (text === '' && route.body === undefined) return undefined;
  const value = parse(text);
  if (route.body === undefined) {
    // An empty object says nothing, as some clients always send.
    if (isRecord(value) && Object.keys(value).length === 0) return undefined;
    throw new Problem(422, 'BODY_INVALID', 'This route takes no body. Send none, or {}');
  }
  const errors = validate(route.body, value);
  if (errors.length > 0) throw new Problem(422, 'BODY_INVALID', 'The body is not as this route describes it. See errors', {}, { errors });
  return value;
}

function checkType(headers: Headers): void {
  const type = headers.get('content-type') ?? '';
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (/^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test(type) && encoding === 'identity') return;
  throw new Problem(
    415,
    'CONTENT_TYPE_INVALID',
    'Changes are taken as JSON only. Send content-type: application/json, in UTF-8 and not compressed',
  );
}

const tooLarge = (): Problem => new Problem(413, 'BODY_TOO_LARGE', `The body has more than ${MAX_BODY_BYTES} bytes. Send less`);

async function readText(request: Request): Promise<string> {
  // What is announced need not be true; what arrives counts as well.
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const reader = request.body?.getReader();
  if (reader === undefined) return '';
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let bytes = 0;
  let text = '';
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw new Problem(400, 'BODY_INCOMPLETE', 'The body ended before it was complete');
    });
    if (!done) bytes += value.byteLength;
    if (bytes > MAX_BODY_BYTES) {
      await reader.cancel().catch(() => undefined);
      throw tooLarge();
    }
    try {
      text += decoder.decode(value, { stream: !done });
    } catch {
      await reader.cancel().catch(() => undefined);
      throw new Problem(400, 'BODY_MALFORMED', 'The body is not UTF-8');
    }
    if (done) return text;
  }
}

function parse(text: string): unknown {
  if (isTooDeep(text)) throw new Problem(400, 'BODY_TOO_DEEP', `The body is more than ${MAX_DEPTH} levels deep`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Problem(400, 'BODY_MALFORMED', 'The body is not JSON');
  }
  if (hasForbiddenKey(value))
    throw new Problem(400, 'BODY_FORBIDDEN_KEY', `The body has a member that none may have: ${[...FORBIDDEN].join(', ')}`);
  return value;
}

/** Brackets outside of texts, before anything is made of them. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (isText) {
      if (character === '\\') at++;
      else if (character === '"') isText = false;
    } else if (character === '"') isText = true;
    else if (character === '{' || character === '[') {
      if (++depth > MAX_DEPTH) return true;
    } else if (character === '}' || character === ']') depth--;
  }
  return false;
}

function hasForbiddenKey(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasForbiddenKey);
  return isRecord(value) && Object.keys(value).some((key) => FORBIDDEN.has(key) || hasForbiddenKey(value[key]));
}
