const PREFIX = 'telemetry_admin';

/**
 * Name of the cookie for a host. Browsers send the cookies of one port to all others of a host, so the port stands in the name: several
 * programs on one machine do not overwrite each other's.
 *
 * @param host - A `Host` that was checked.
 */
export function cookieName(host: string | undefined): string {
  const port = /:(\d{1,5})$/.exec(host ?? '')?.[1];
  return port === undefined ? PREFIX : `${PREFIX}_${port}`;
}

/** What the cookies of a request say: there is none of that name, exactly one, or several, none of which counts. */
export type CookieShown = { readonly kind: 'none' } | { readonly kind: 'one'; readonly value: string } | { readonly kind: 'several' };

export function cookieOf(headers: Headers, name: string): CookieShown {
  const values: string[] = [];
  for (const pair of (headers.get('cookie') ?? '').split(';')) {
    const [key = '', ...rest] = pair.split('=');
    if (key.trim() === name) values.push(rest.join('=').trim());
  }
  if (values.length === 0) return { kind: 'none' };
  return values.length === 1 ? { kind: 'one', value: values[0]! } : { kind: 'several' };
}

export interface CookieSettings {
  readonly name: string;
  readonly basePath: string;
  readonly isSecure: boolean;
}

/** `Set-Cookie` with a value; an empty one and 0 seconds remove it. No script reads it, and no other site makes a browser send it. */
export const setCookie = ({ name, basePath, isSecure }: CookieSettings, value: string, seconds: number): string =>
  `${name}=${value}; HttpOnly; SameSite=Strict; Path=${basePath === '' ? '/' : basePath}; Max-Age=${seconds}${isSecure ? '; Secure' : ''}`;
