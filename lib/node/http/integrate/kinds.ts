import { Server } from 'node:net';
import { isFunction, optionInvalid } from '../../../core/options';
import { isObject, read } from '../../../core/read';
import type { NodeServer } from '../attach';
import type { FastifyLike } from '../fastify';
import { type ExpressApp, integrateExpress } from './express';
import { integrateFastify } from './fastify';
import { type HonoApp, integrateHono } from './hono';
import { integrateKoa, type KoaApp } from './koa';
import type { Parts } from './parts';
import { integrateServer } from './server';

/** What `integrate` takes: a server of `http`, `https` or `http2`, or an application of Express 4 or 5, Fastify 4 or 5, Koa 2 or 3, Hono 4. */
export type IntegrableApp = NodeServer | ExpressApp | FastifyLike | KoaApp | HonoApp;

const has = (app: object, ...methods: string[]): boolean => methods.every((name) => isFunction(read(app, name)));

/** Tells applications apart by what they can do: no framework is known by its class, of which there may be several copies. */
const KINDS: readonly (readonly [is: (app: object) => boolean, integrate: (app: never, parts: Parts) => () => void])[] = [
  [(app) => app instanceof Server, integrateServer],
  [(app) => typeof app === 'function' && has(app, 'handle', 'set', 'use', 'listen'), integrateExpress],
  [(app) => has(app, 'addHook', 'register', 'decorate', 'inject'), integrateFastify],
  [(app) => Array.isArray(read(app, 'middleware')) && has(app, 'callback', 'use', 'emit'), integrateKoa],
  [(app) => Array.isArray(read(app, 'routes')) && has(app, 'fetch', 'use', 'route'), integrateHono],
];

/** @throws {TelemetryError} `OPTION_INVALID` for what is none of them. */
export function integrationOf(app: unknown): (parts: Parts) => () => void {
  const found = isObject(app) ? KINDS.find(([is]) => is(app)) : undefined;
  if (found === undefined) {
    throw optionInvalid(
      'integrate: app',
      app,
      'a server of node:http or https, or an application of Express, Fastify, Koa or Hono itself, not a router of it',
    );
  }
  return (parts) => found[1](app as never, parts);
}
