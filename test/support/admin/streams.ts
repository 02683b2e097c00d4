/** Follows the event stream of an admin API. */
import * as assert from 'uvu/assert';
import type { Admin } from '../../../lib/node/admin/admin';
import { type Followed, follow } from './event-stream';
import type { Setting } from './served';
import { READ_TOKEN } from './tokens';
import { askOnly } from './validate';

export interface StreamAsked {
  readonly token?: string;
  /** Instead of a token. */
  readonly cookie?: string;
  readonly every?: number;
  readonly lastEventId?: string;
  readonly peer?: string;
  readonly before?: Pick<Followed, 'answers' | 'versions'>;
}

/** Of a stream that watches these. */
export const pathOf = (watched: readonly string[], every?: number): string =>
  `/admin/stream?${watched.map((path) => `watch=${encodeURIComponent(path)}`).join('&')}${every === undefined ? '' : `&every=${every}`}`;

export async function streamOf(
  admin: Admin,
  watched: readonly string[],
  options: StreamAsked = {},
): Promise<Followed & { readonly headers: Headers }> {
  const { token = READ_TOKEN, cookie, every, lastEventId, peer = '127.0.0.1' } = options;
  const headers = {
    ...(cookie === undefined ? { authorization: `Bearer ${token}` } : { cookie }),
    ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
  };
  const response = await admin.fetch(new Request(`http://localhost${pathOf(watched, every)}`, { headers }), { peer });
  assert.is(response.status, 200);
  return { ...follow(response.body!, options.before), headers: response.headers };
}

/** Changes what `/admin/levels` answers. */
export const setLevel = async (admin: Admin, level: string, logger = 'shop'): Promise<void> => {
  const { status } = await askOnly(admin, 'PUT', '/admin/levels', { body: { logger, level, for: '1h' } });
  assert.is(status, 200);
};

/** Lets askings that are under way end. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
};

export async function tick({ clock }: Setting, seconds = 1): Promise<void> {
  clock.advance(seconds * 1000);
  await settle();
}
