/** What a request shows to be let in. `wrong`: something that can be no token. */
export type Shown = { readonly kind: 'none' } | { readonly kind: 'wrong' } | { readonly kind: 'token'; readonly token: string };

const BEARER = /^bearer +([\x21-\x2b\x2d-\x7e]+)$/i;
/** A comma joins headers that were sent twice. */
const TOKEN = /^[\x21-\x2b\x2d-\x7e]+$/;

/**
 * Reads the token of `X-Admin-Token` or `Authorization: Bearer`. Two that differ, or one that was sent twice, are wrong. Other schemes of
 * `Authorization` are for somebody else: a proxy in front may have its own. The query is not looked at.
 */
export function shownBy(headers: Headers): Shown {
  const own = headers.get('x-admin-token');
  const authorization = headers.get('authorization');
  const isBearer = authorization !== null && /^bearer(?![\w-])/i.test(authorization);
  if (own === null && !isBearer) return { kind: 'none' };
  const bearer = isBearer ? BEARER.exec(authorization)?.[1] : undefined;
  if ((isBearer && bearer === undefined) || (own !== null && !TOKEN.test(own))) return { kind: 'wrong' };
  if (own !== null && bearer !== undefined && own !== bearer) return { kind: 'wrong' };
  return { kind: 'token', token: own ?? (bearer as string) };
}
