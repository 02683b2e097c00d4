import { type HttpFetch, type HttpReply, httpCheck } from '../../../health/checks/http';
import type { CheckDetails } from '../../../health/result';
import type { Asking } from './instances';

/** What bodies say, in lower case: those of `application/health+json`, of Spring's actuator, and of .NET. */
const DEGRADED: readonly string[] = ['warn', 'degraded'];
const UNHEALTHY: readonly string[] = ['fail', 'error', 'down', 'out_of_service', 'unhealthy'];

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\b/i;

/**
 * Asks an instance as `httpCheck` does, and believes a body of JSON that says `{ "status": … }`: some answer 200 whatever is wrong.
 * A body of another kind is not read: it may be a stream without an end.
 */
export const httpQuestion: Asking = (url) => async (context) => {
  let reply: HttpReply | undefined;
  const expect = (given: HttpReply): boolean => {
    reply = given;
    return given.status >= 200 && given.status <= 299;
  };
  const answer = await httpCheck(url, { expect, fetch: fetchJson })(context);
  return reply !== undefined && answer === undefined ? saidBy(reply) : answer;
};

const fetchJson: HttpFetch = async (url, init) => {
  const response = await fetch(url, init);
  if (JSON_TYPE.test(response.headers.get('content-type') ?? '')) return response;
  // A body that nobody reads would hold its connection.
  void response.body?.cancel().catch(() => undefined);
  return { status: response.status, body: null };
};

function saidBy({ status: code, body }: HttpReply): CheckDetails | undefined {
  const status = statusIn(body);
  if (status === undefined) return undefined;
  const word = status.toLowerCase();
  if (DEGRADED.includes(word)) return { status: 'degraded', detail: `it answered with the status ${status}` };
  return UNHEALTHY.includes(word) ? { status: 'unhealthy', detail: `it answered ${code} with the status ${status}` } : undefined;
}

/** Where a body is too long to be read to its end, the status usually comes first. */
const FIRST = /^\s*\{\s*"status"\s*:\s*"(\w{1,32})"/;

function statusIn(body: string): string | undefined {
  try {
    const { status } = (JSON.parse(body) ?? {}) as { readonly status?: unknown };
    return typeof status === 'string' ? status : undefined;
  } catch {
    return FIRST.exec(body)?.[1];
  }
}
