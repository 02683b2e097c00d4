import type { JsonSchema, Route } from './route';

type Json = Readonly<Record<string, unknown>>;

const PROBLEM: JsonSchema = {
  type: 'object',
  description: 'Why there is no answer (RFC 9457)',
  properties: {
    type: { type: 'string', description: 'about:blank' },
    title: { type: 'string' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: { type: 'string', description: 'What, why, and what to do' },
    code: { type: 'string', description: 'For programs; stable' },
    error_id: { type: 'string', description: 'Id of the error in the log' },
    errors: {
      type: 'array',
      description: 'What is wrong with the query or the body',
      items: { type: 'object', required: ['path', 'message'], properties: { path: { type: 'string' }, message: { type: 'string' } } },
    },
  },
  required: ['type', 'title', 'status', 'detail', 'code'],
};

/** By status; which of them a route has follows from what it is. */
const REFUSALS: Readonly<Record<number, string>> = {
  400: 'The query or the body can not be read',
  401: 'The token is missing or wrong',
  403: 'Asked by another host or site, or the token has no right to it',
  404: 'What is named is not there',
  413: 'The body has more than 64 KiB',
  415: 'The body is not JSON',
  422: 'The body is not as described',
  429: 'Too many wrong tokens from this address; see Retry-After',
  500: 'An error of the server, with its id',
};

/**
 * Describes routes as OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1.html).
 *
 * @param server - What stands before each path; `/` for nothing.
 */
export function openApiOf(routes: readonly Route[], server: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) (paths[route.path] ??= {})[route.method.toLowerCase()] = operationOf(route);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Admin API of telemetry-bus',
      version: '1',
      description: 'What one application tells of itself, and what may be changed while it runs.',
    },
    servers: [{ url: server }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    security: SECURITY,
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        adminToken: { type: 'apiKey', in: 'header', name: 'X-Admin-Token' },
      },
      schemas: { Problem: PROBLEM },
      responses: Object.fromEntries(Object.entries(REFUSALS).map(([status, description]) => [`Problem${status}`, problem(description)])),
    },
  };
}

const SECURITY = [{ bearer: [] }, { adminToken: [] }];

const problem = (description: string): Json => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

const contentOf = (schemas: Readonly<Record<string, JsonSchema>>): Json =>
  Object.fromEntries(Object.entries(schemas).map(([contentType, schema]) => [contentType, { schema }]));

function operationOf(route: Route): Json {
  const { method, path, scope, tag, summary, description, body, responses } = route;
  const own = Object.entries(responses).map(([status, { description, schema, contentType = 'application/json', also = {} }]) => {
    const content = schema === undefined && Number(status) !== 204 ? {} : schema && contentOf({ [contentType]: schema, ...also });
    return [status, { description, ...(content && { content }) }] as const;
  });
  const refusals = refusalsOf(route).filter((status) => !(status in responses));
  return {
    operationId: operationId(method, path),
    tags: [tag],
    summary,
    description: `${description === undefined ? '' : `${description}\n\n`}Scope: ${scope}.`,
    // An empty one beside the others: a token is not needed, but may tell more.
    security: scope === 'public' ? [{}, ...SECURITY] : SECURITY,
    parameters: parametersOf(route),
    ...(body !== undefined && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: {
      ...Object.fromEntries(own),
      ...Object.fromEntries(refusals.map((status) => [status, { $ref: `#/components/responses/Problem${status}` }])),
    },
  };
}

/** `GET /admin/errors/{fingerprint}` → `getAdminErrorsByFingerprint`. */
const operationId = (method: string, path: string): string =>
  method.toLowerCase() +
  path
    .split('/')
    .filter((part) => part !== '')
    .map((part) =>
      part.startsWith('{')
        ? `By${capital(part.slice(1, -1))}`
        : part
            .split(/[^A-Za-z0-9]+/)
            .map(capital)
            .join(''),
    )
    .join('');
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

function refusalsOf({ method, path, scope }: Route): readonly number[] {
  const found = [400, 401, 403, 429, 500];
  if (path.includes('{')) found.push(404);
  if (method !== 'GET') found.push(413, 422);
  if (method === 'PUT' || method === 'POST') found.push(415);
  return scope === 'public' ? found.filter((status) => status !== 404) : found;
}

function parametersOf({ path, params = {}, query = {} }: Route): readonly Json[] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
  const inPath = names.map((name) => {
    const { description, ...schema } = params[name] ?? { type: 'string' };
    return { name, in: 'path', required: true, ...(description !== undefined && { description }), schema };
  });
  const inQuery = Object.entries(query).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: false,
    description,
    schema,
  }));
  return [...inPath, ...inQuery];
}

/** The description as a route of its own. @param all - Asked for when it is read: this route is one of them. */
export const openApiRoute = (all: () => readonly Route[], server: string): Route => ({
  method: 'GET',
  path: '/admin/openapi.json',
  scope: 'read',
  tag: 'description',
  summary: 'This API, as OpenAPI 3.1',
  responses: { 200: { description: 'The description', schema: { type: 'object' } } },
  handle: () => ({ json: openApiOf(all(), server) }),
});
