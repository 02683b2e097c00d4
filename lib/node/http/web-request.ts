import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import type { IncomingBody } from './incoming-body';

/**
 * The request of the Web standard that one of Node's stands for.
 *
 * @returns A status when no `Request` can be made of it.
 */
export function requestOf(incoming: IncomingMessage, body: IncomingBody, signal: AbortSignal): Request | 400 | 405 {
  const method = incoming.method ?? 'GET';
  if (/^(?:CONNECT|TRACE|TRACK)$/i.test(method)) return 405;
  const url = urlOf(incoming);
  if (url === undefined) return 400;
  try {
    const stream = method === 'GET' || method === 'HEAD' ? undefined : body.source();
    const init: RequestInit & { duplex?: 'half' } = { method, headers: headersOf(incoming.rawHeaders), signal };
    if (stream !== undefined) Object.assign(init, { body: stream, duplex: 'half' });
    return new Request(url, init);
  } catch {
    return 400;
  }
}

const HOST = /^(?:\[[0-9a-f:.]+\]|[\w.~-]+)(?::\d{1,5})?$/i;

/** A path with the `Host`, or a whole URL as proxies are sent. */
function urlOf(incoming: IncomingMessage): URL | undefined {
  const { originalUrl } = incoming as { readonly originalUrl?: unknown };
  const target = typeof originalUrl === 'string' ? originalUrl : (incoming.url ?? '/');
  const host = incoming.headers.host ?? (incoming as unknown as Partial<Http2ServerRequest>).authority ?? '';
  const { encrypted } = incoming.socket as { readonly encrypted?: boolean };
  try {
    if (/^https?:\/\//i.test(target)) return withoutUser(new URL(target));
    if (!target.startsWith('/') || !HOST.test(host)) return undefined;
    // A path that begins with two slashes would be taken for a host.
    const url = new URL(`${encrypted ? 'https' : 'http'}://${host}`);
    const [path = '', ...query] = target.split('?');
    url.pathname = path;
    url.search = query.join('?');
    return url;
  } catch {
    return undefined;
  }
}

/** A `Request` takes no URL with a name or a password. */
const withoutUser = (url: URL): URL => Object.assign(url, { username: '', password: '' });

/** As they were sent: those of one name are joined. */
export function headersOf(raw: readonly string[]): Headers {
  const headers = new Headers();
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at]!;
    if (!name.startsWith(':')) headers.append(name, raw[at + 1]!);
  }
  return headers;
}
