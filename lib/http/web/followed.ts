import { quietly } from '../../core/quietly';

/** What is read of the second argument of a `fetch`. */
export interface Init {
  readonly method?: string;
  readonly headers?: ConstructorParameters<typeof Headers>[0];
  readonly body?: unknown;
  readonly redirect?: string;
  readonly integrity?: string;
}

/** What is read of an answer. */
export interface Fetched {
  readonly status?: unknown;
  readonly headers?: Headers;
  readonly body?: ReadableStream | null;
}

type Send = (input: unknown, init: Init) => Promise<Fetched>;

interface Made {
  readonly input: unknown;
  readonly init: Init;
  /** Of the two, without those that are added. */
  readonly headers: Headers;
}

/** As https://fetch.spec.whatwg.org/#http-redirect-fetch */
const MAX_REDIRECTS = 20;
const REDIRECTS: ReadonlySet<unknown> = new Set([301, 302, 303, 307, 308]);
const OF_BODY = ['content-encoding', 'content-language', 'content-length', 'content-location', 'content-type'];
/** What was meant for one origin only. */
const OF_ORIGIN = ['authorization', 'proxy-authorization', 'cookie', 'host'];

/** Whether the redirects of a request can be followed by hand: they show, and its body can be sent once more. */
export function canFollow(input: unknown, { body, integrity }: Init): boolean {
  // Where a page has an address, answers that redirect are opaque.
  if ((globalThis as { location?: unknown }).location !== undefined) return false;
  const ofRequest = isRequest(input) ? input : undefined;
  // It would be checked against the body of the redirect.
  if (integrity || ofRequest?.integrity) return false;
  return body === undefined || body === null ? !ofRequest?.body : isRepeatable(body);
}

const isRepeatable = (body: unknown): boolean =>
  typeof body === 'string' ||
  body instanceof ArrayBuffer ||
  ArrayBuffer.isView(body) ||
  body instanceof Blob ||
  body instanceof URLSearchParams ||
  body instanceof FormData;

/**
 * Sends a request and follows its redirects one by one, as `fetch` does: https://fetch.spec.whatwg.org/#http-redirect-fetch
 *
 * @param headersFor - The headers for an address, made of those that the request has there.
 */
export async function followed(send: Send, made: Made, headersFor: (url: URL, headers: Headers) => Headers): Promise<Fetched> {
  const { input } = made;
  let url = new URL(isRequest(input) ? input.url : String(input));
  let { init } = made;
  let method = (init.method ?? (isRequest(input) ? input.method : 'GET')).toUpperCase();
  const headers = new Headers(made.headers);
  let target: unknown = input;
  for (let redirects = 0; ; redirects++) {
    const answer = await send(target, { ...init, headers: headersFor(url, headers), redirect: 'manual' });
    const location = REDIRECTS.has(answer.status) ? answer.headers?.get('location') : undefined;
    if (location === undefined || location === null) return redirects === 0 ? answer : redirected(answer);
    quietly(() => answer.body?.cancel());
    const next = addressOf(location, url);
    if (next === undefined || redirects === MAX_REDIRECTS) throw new TypeError('fetch failed', { cause: new Error('bad redirect') });
    if (becomesGet(method, answer.status)) {
      method = 'GET';
      init = { ...init, method, body: undefined };
      for (const name of OF_BODY) headers.delete(name);
    }
    if (next.origin !== url.origin) for (const name of OF_ORIGIN) headers.delete(name);
    url = next;
    // A request keeps its other fields: its signal, its cache mode.
    target = isRequest(input) ? new Request(url, input) : url.href;
  }
}

const becomesGet = (method: string, status: unknown): boolean =>
  status === 303 ? method !== 'GET' && method !== 'HEAD' : method === 'POST' && (status === 301 || status === 302);

function addressOf(location: string, from: URL): URL | undefined {
  try {
    const url = new URL(location, from);
    if (url.hash === '') url.hash = from.hash;
    return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
  } catch {
    return undefined;
  }
}

/** Says that there were redirects, as the answer of `fetch` would. */
function redirected(answer: Fetched): Fetched {
  try {
    return Object.defineProperty(answer, 'redirected', { value: true, configurable: true });
  } catch {
    return answer;
  }
}

export const isRequest = (value: unknown): value is Request =>
  typeof value === 'object' && value !== null && typeof (value as Request).url === 'string' && 'headers' in value;
