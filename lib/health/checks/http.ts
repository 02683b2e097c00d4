import { checkOptions, isFunction, isRecord, type OptionRule, optionInvalid } from '../../core/options';
import { quietly } from '../../core/quietly';
import { read } from '../../core/read';
import { type Duration, parseDuration } from '../../core/unit';
import type { CheckDetails, CheckFunction } from '../result';

/** What an endpoint answered. */
export interface HttpReply {
  readonly status: number;
  /** At most its first 64 KiB. */
  readonly body: string;
}

/** What the check reads of a response; that of `fetch` is one. */
interface HttpResponse {
  readonly status: number;
  readonly body: {
    cancel(): PromiseLike<void>;
    getReader(): {
      read(): PromiseLike<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
      cancel(): PromiseLike<void>;
    };
  } | null;
}

/** What asks: the global `fetch`, or what has its shape as far as the check uses it. */
export type HttpFetch = (
  url: string,
  init: { readonly redirect: 'manual'; readonly signal: AbortSignal; readonly headers?: Record<string, string> },
) => PromiseLike<HttpResponse>;

/**
 * Options of `httpCheck`. All are optional.
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `expect` | the status, or a list of them; or a function of the {@link HttpReply} that says whether it is well | 200 to 299 |
 * | `slow` | an answer that takes longer makes the check degraded | none |
 * | `headers` | sent along | none |
 * | `fetch` | what asks | the global `fetch` |
 */
export interface HttpCheckOptions {
  readonly expect?: number | readonly number[] | ((reply: HttpReply) => boolean);
  readonly slow?: Duration;
  readonly headers?: Readonly<Record<string, string>>;
  readonly fetch?: HttpFetch;
}

const MAX_BODY_BYTES = 65_536;
const isStatus = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 100 && (value as number) <= 599;
const RULES: Readonly<Record<string, OptionRule>> = {
  expect: [
    (value) => isStatus(value) || isFunction(value) || (Array.isArray(value) && value.length > 0 && value.every(isStatus)),
    'a status from 100 to 599, a list of them, or a function',
  ],
  slow: 'any',
  headers: [(value) => isRecord(value) && Object.values(value).every((text) => typeof text === 'string'), 'an object of texts'],
  fetch: 'function',
};

/**
 * Asks an HTTP endpoint with GET.
 *
 * It follows no redirect: one is an answer like others, and not a good one unless `expect` says so. The body is not read unless
 * `expect` is a function, and then no further than 64 KiB; the rest is cancelled. The time-out of the check ends the request. What
 * is told is the status, never the address, the headers or the body.
 *
 * @param url - `http:` or `https:`, without user and password. It is the program's own: don't build it from what users send.
 * @param options - See {@link HttpCheckOptions}.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
 * @example
 * const fetch = async () => new Response('busy', { status: 503 });
 * const health = healthOf(telemetry);
 * health.addCheck('search', httpCheck('https://search.example/health', { fetch }), { critical: false });
 * (await health.check()).checks.search?.detail; // => 'It answered 503'
 */
export function httpCheck(url: string | { readonly href: string }, options: HttpCheckOptions = {}): CheckFunction {
  checkOptions('httpCheck', options, RULES);
  const address = addressOf(url);
  const { expect, headers } = options;
  const slowMs = options.slow === undefined ? Number.POSITIVE_INFINITY : parseDuration('httpCheck: slow', options.slow);
  return async ({ signal }) => {
    const ask: HttpFetch = options.fetch ?? globalThis.fetch;
    const begun = performance.now();
    const response = await ask(address, { redirect: 'manual', signal, ...(headers && { headers: { ...headers } }) });
    const { status } = response;
    let isWell: boolean;
    if (isFunction(expect)) {
      const body = await beginningOf(response);
      isWell = (expect as (reply: HttpReply) => unknown)({ status, body }) === true;
    } else {
      isWell = expect === undefined ? status >= 200 && status <= 299 : [expect].flat().includes(status);
      // A body that nobody reads would hold its connection.
      quietly(() => response.body?.cancel());
    }
    // Where redirects can't be looked at, such as in browsers, they have no status.
    if (!isWell) return unwell(status === 0 ? 'It answered with a redirect' : `It answered ${status}`);
    const tookMs = performance.now() - begun;
    if (tookMs > slowMs) return { status: 'degraded', detail: `It took ${Math.round(tookMs)} ms, longer than ${slowMs} ms` };
    return undefined;
  };
}

const unwell = (detail: string): CheckDetails => ({ status: 'unhealthy', detail });

/** The address may hold a secret: what is refused is not shown. */
function addressOf(url: unknown): string {
  const href = typeof url === 'string' ? url : read(url, 'href');
  const text = typeof href === 'string' ? href : '';
  const address = URL.canParse(text) ? new URL(text) : undefined;
  const isFit = address !== undefined && /^https?:$/.test(address.protocol) && address.username === '' && address.password === '';
  if (!isFit) throw optionInvalid('httpCheck: url', Object(url), 'an http: or https: URL without user and password (send headers instead)');
  return address.href;
}

async function beginningOf({ body }: HttpResponse): Promise<string> {
  if (body === null) return '';
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let [text, room] = ['', MAX_BODY_BYTES];
  try {
    while (room > 0) {
      const { done, value } = await reader.read();
      if (done || value === undefined) break;
      text += decoder.decode(value.subarray(0, room), { stream: true });
      room -= value.length;
    }
    return text;
  } finally {
    quietly(() => reader.cancel());
  }
}
