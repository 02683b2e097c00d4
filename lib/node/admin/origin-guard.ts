/** Why a request is not let near a handler. */
type Intrusion = 'host' | 'origin' | 'site';

/** Looks at where a request comes from. `undefined`: nothing is wrong with it. `isPage`: a link from elsewhere may lead there. */
export type OriginGuard = (host: string, headers: Headers, isPage?: boolean) => Intrusion | undefined;

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const HOST = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)(?::(\d{1,5}))?$/i;

/** Whether a text can be a host of the allow-list: a name or an address, with or without a port. */
export const isHost = (text: unknown): boolean => typeof text === 'string' && text.length <= 255 && HOST.test(text);

/**
 * Makes the guard against web pages: of other names for this machine (DNS rebinding), and of other sites.
 *
 * The `Host` must be a name of loopback or one that was allowed; an `Origin` must be that host; `Sec-Fetch-Site`, which every browser sends and
 * no page can change, must say that the page is of this origin, or that there is none. To a page without data a person may come by a link
 * from anywhere, as the one document of a window: not in a frame, and not by a script that reads it.
 *
 * @param allowed - Hosts as {@link isHost} takes them; without a port, each port counts.
 */
export function createOriginGuard(allowed: readonly string[]): OriginGuard {
  const hosts = new Set([...LOOPBACK, ...allowed.map((host) => host.toLowerCase())]);

  return (host, headers, isPage = false) => {
    const [, name] = HOST.exec(host.toLowerCase()) ?? [];
    if (name === undefined || !(hosts.has(name) || hosts.has(host.toLowerCase()))) return 'host';
    const origin = headers.get('origin');
    if (origin !== null && !isOriginOf(host, origin)) return 'origin';
    const site = headers.get('sec-fetch-site');
    if (site === null || site === 'same-origin' || site === 'none') return undefined;
    return isPage && isLinked(site, headers) ? undefined : 'site';
  };
}

const isLinked = (site: string, headers: Headers): boolean =>
  (site === 'cross-site' || site === 'same-site') &&
  headers.get('sec-fetch-mode') === 'navigate' &&
  headers.get('sec-fetch-dest') === 'document';

/** Without the ports that go without saying. */
function isOriginOf(host: string, origin: string): boolean {
  try {
    const url = new URL(origin);
    return /^https?:$/.test(url.protocol) && url.origin === origin.toLowerCase() && url.host === new URL(`${url.protocol}//${host}`).host;
  } catch {
    return false;
  }
}
