import type { ServerResponse } from 'node:http';
import type { Problem } from './problem';
import type { Reply } from './route';

/** An answer is data for one reader, never a page that a browser may use, and nothing may keep it. */
export const PROTECTION: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Titles of RFC 9110 by status. */
const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  416: 'Range Not Satisfiable',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/**
 * An answer as it is sent: with its protection, without anything that lets other sites read it, and without a body for `HEAD`.
 *
 * @param protection - What a route has in place of the usual one; only of an answer that was made by hand.
 */
export function answerOf(reply: Reply, isHead: boolean, protection: Readonly<Record<string, string>> = PROTECTION): Response {
  if (!(reply instanceof Response)) return data(reply.status ?? 200, 'application/json', reply.json, reply.headers, isHead);
  const headers = new Headers(reply.headers);
  for (const name of [...headers.keys()]) if (name.startsWith('access-control-')) headers.delete(name);
  for (const [name, value] of Object.entries(protection)) headers.set(name, value);
  if (isHead) reply.body?.cancel().catch(() => undefined);
  return new Response(isHead ? null : reply.body, { status: reply.status, headers });
}

export function problemAnswer(problem: Problem, isHead: boolean): Response {
  return data(problem.status, 'application/problem+json', told(problem), problem.headers, isHead);
}

/** The same for a response of Node's. */
export function sendProblem(problem: Problem, outgoing: ServerResponse): void {
  const body = JSON.stringify(told(problem));
  const length = { 'content-type': 'application/problem+json', 'content-length': String(Buffer.byteLength(body)) };
  outgoing.writeHead(problem.status, { ...problem.headers, ...PROTECTION, ...length }).end(body);
}

const told = ({ status, code, detail, more }: Problem): object => ({
  type: 'about:blank',
  title: TITLES[status] ?? 'Error',
  status,
  detail,
  code,
  ...more,
});

/** A refusal without a request to look at: fixed for each status. */
export function fixedProblem(status: number): { readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  const [code, detail] = FIXED[status] ?? FIXED[400]!;
  const body = JSON.stringify({ type: 'about:blank', title: TITLES[status] ?? 'Error', status, detail, code });
  const headers = { ...PROTECTION, 'content-type': 'application/problem+json', 'content-length': String(Buffer.byteLength(body)) };
  return { headers, body };
}

/** Code and detail. */
const FIXED: Readonly<Record<number, readonly [string, string]>> = {
  400: ['REQUEST_MALFORMED', 'This is no request of HTTP/1.1'],
  408: ['REQUEST_TIMEOUT', 'The request did not come in time'],
  413: ['BODY_TOO_LARGE', 'The body is too large'],
  431: ['HEAD_TOO_LARGE', 'The head of the request is too large'],
  503: ['BUSY', 'Too many requests or connections at a time. Ask again after the seconds of Retry-After'],
};

function data(
  status: number,
  contentType: string,
  value: unknown,
  more: Readonly<Record<string, string>> | undefined,
  isHead: boolean,
): Response {
  // 204 has no body, and must not announce one.
  const bytes = status === 204 ? undefined : new TextEncoder().encode(JSON.stringify(value));
  const headers = new Headers(more);
  if (bytes !== undefined) {
    headers.set('content-type', contentType);
    headers.set('content-length', String(bytes.byteLength));
  }
  for (const [name, text] of Object.entries(PROTECTION)) headers.set(name, text);
  return new Response(isHead ? null : (bytes ?? null), { status, headers });
}
