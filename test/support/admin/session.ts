/** Opens sessions as a browser does. */
import * as assert from 'uvu/assert';
import type { Admin } from '../../../lib/node/admin/admin';
import { type Answered, type Asked, askOnly } from './validate';

/** What a browser sends with each change by the page. */
export const CONFIRMED = { 'x-telemetry-request': '1', 'sec-fetch-site': 'same-origin' } as const;

/** `name=value` of the cookie that an answer sets. */
export const cookieIn = (answer: Pick<Answered, 'headers'>): string => answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';

/** Opens a session; gives its cookie. */
export async function signIn(admin: Admin, body: object, asked: Asked = {}): Promise<string> {
  const answer = await askOnly(admin, 'POST', '/admin/session', { token: null, body, ...asked });
  assert.is(answer.status, 200, answer.text);
  return cookieIn(answer);
}

/** Asks with a cookie and no token. */
export const askBy = (
  admin: Admin,
  cookie: string,
  method: string,
  path: string,
  { headers = {}, ...asked }: Asked = {},
): Promise<Answered> => askOnly(admin, method, path, { token: null, ...asked, headers: { cookie, ...headers } });
