/**
 * `telemetry-bus/node/http`: request tracking for Node's servers and frameworks.
 *
 * @module
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { type ContextFields, provideContextStorage } from '../../core/context';

// As `telemetry-bus/node` does: for Nodes before 20.16, which can't be asked.
provideContextStorage(() => new AsyncLocalStorage<ContextFields | undefined>());

// `trackHttp` is the one below, which knows the same options and more.
export * from '../../entries/http';
export { attachServer, type NodeServer } from './attach';
export * from './channels';
export {
  type ExpressErrorMiddleware,
  type ExpressMiddleware,
  type ExpressNext,
  expressErrors,
  expressMiddleware,
} from './express';
export { type FastifyLike, type FastifyPlugin, fastifyPlugin } from './fastify';
export * from './integrate';
export { type KoaContextLike, type KoaMiddleware, koaMiddleware } from './koa';
export { type NodeHandler, trackListener } from './listener';
export type { NodeResponse } from './node-exchange';
export { type NodeRequestInfo, toNodeListener, type WebHandler } from './node-listener';
export { type OutgoingStats, outgoingStats, type PropagationOptions, startPropagation } from './outgoing';
export type { NodeRequest } from './request-head';
export { type NodeHttpOptions, type NodeHttpTracking, trackHttp } from './track-http';
export type { NodeTracked } from './tracked';
