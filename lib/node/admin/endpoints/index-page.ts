import type { Route } from '../route';
import { listOf, object, oneOf, TEXT } from '../schemas';

const ANSWER = object({
  routes: listOf(
    object({
      method: oneOf('GET', 'PUT', 'POST', 'DELETE'),
      path: { ...TEXT, description: 'Behind the base path, if there is one. A name in braces is one part of the path' },
      scope: { ...oneOf('public', 'read', 'write'), description: 'Of the token that it takes; public: none is needed' },
      tag: TEXT,
      summary: TEXT,
      is_sensitive: { type: 'boolean', description: 'Reading it is a security event' },
    }),
  ),
});

/** `GET /admin`: what there is. */
export function indexRoutes(others: readonly Route[]): readonly Route[] {
  const index: Route = {
    method: 'GET',
    path: '/admin',
    scope: 'read',
    tag: 'index',
    summary: 'All routes of this API',
    description: '`/admin/openapi.json` describes each of them in full.',
    responses: { 200: { description: 'The routes, by path', schema: ANSWER } },
    handle: () => ({ json: { routes } }),
  };
  const routes = [index, ...others]
    .map(({ method, path, scope, tag, summary, isSensitive = false }) => ({ method, path, scope, tag, summary, is_sensitive: isSensitive }))
    .sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
  return [index];
}
