import { Problem } from '../problem';
import type { JsonSchema, Route } from '../route';
import { refused, TEXT } from '../schemas';
import type { Assets } from './assets';
import { SHELL_PROTECTION, shellOf } from './page-shell';

const HTML: JsonSchema = { ...TEXT, description: 'The page' };
const BYTES: JsonSchema = { type: 'string', format: 'binary' };
const VIEW = /^[a-z-]{1,32}$/;
const MISSING = { 503: refused('This build has no page') };

const ASSET_PROTECTION: Readonly<Record<string, string>> = {
  'cache-control': 'public, max-age=31536000, immutable',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** `/admin/monitoring`: the page and its files. They hold nothing of the program, so anybody gets them. */
export function pageRoutes(assets: Assets): readonly Route[] {
  const shell = async (from: string): Promise<Response> =>
    new Response(shellOf(from, await assets.files()), { headers: { 'content-type': 'text/html; charset=utf-8' } });

  const page: Route = {
    method: 'GET',
    path: '/admin/monitoring',
    scope: 'public',
    tag: 'page',
    summary: 'The monitoring page',
    description: 'Holds no data: its script asks this API, with the session of who looks at it. Its query is not looked at.',
    isPage: true,
    protection: SHELL_PROTECTION,
    responses: { 200: { description: 'The page', schema: HTML, contentType: 'text/html' }, ...MISSING },
    handle: () => shell('monitoring/assets/'),
  };

  const view: Route = {
    ...page,
    path: '/admin/monitoring/{view}',
    summary: 'A view of the monitoring page',
    params: { view: { ...TEXT, maxLength: 32, description: 'Lower-case letters and dashes; the page itself says which there are' } },
    responses: { ...page.responses, 404: refused('That can be no view') },
    handle({ params }) {
      if (!VIEW.test(params.view ?? '')) throw new Problem(404, 'NOT_FOUND', 'There is no such view. GET /admin/monitoring is the page');
      return shell('assets/');
    },
  };

  const asset: Route = {
    method: 'GET',
    path: '/admin/monitoring/assets/{file}',
    scope: 'public',
    tag: 'page',
    summary: 'A file of the monitoring page',
    description: 'Its name tells what is in it, so it may be kept for ever. Sent with brotli or gzip to who takes that.',
    params: { file: { ...TEXT, maxLength: 64, description: 'As the page names it' } },
    protection: ASSET_PROTECTION,
    responses: {
      200: { description: 'The file', schema: BYTES, contentType: 'text/javascript', also: { 'text/css': BYTES, 'image/svg+xml': BYTES } },
      304: { description: 'It is the one that is there already' },
      404: refused('The page has no such file'),
      ...MISSING,
    },
    async handle({ params, request: { headers } }) {
      const { contentType, bytes, coding, tag } = await assets.form(params.file ?? '', headers.get('accept-encoding'));
      const common = { etag: tag, vary: 'accept-encoding' };
      if (isKnown(headers.get('if-none-match'), tag)) return new Response(null, { status: 304, headers: common });
      const encoding = coding === undefined ? {} : { 'content-encoding': coding };
      return new Response(bytes, {
        headers: { ...common, ...encoding, 'content-type': contentType, 'content-length': String(bytes.byteLength) },
      });
    },
  };
  return [page, view, asset];
}

/** The same page with a slash at its end, where its links would lead elsewhere. No route of its own for whoever reads about the API. */
export const slashRoute: Route = {
  method: 'GET',
  path: '/admin/monitoring/',
  scope: 'public',
  tag: 'page',
  summary: 'Leads to the page',
  isPage: true,
  responses: { 308: { description: 'To the page' } },
  // Relative: what stands before the path is known to proxies only.
  handle: () => new Response(null, { status: 308, headers: { location: '../monitoring' } }),
};

const isKnown = (header: string | null, tag: string): boolean =>
  (header ?? '')
    .slice(0, 1024)
    .split(',')
    .map((one) => one.trim().replace(/^W\//, ''))
    .some((one) => one === tag || one === '*');
