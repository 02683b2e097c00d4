import type { IncomingMessage, ServerResponse } from 'node:http';
import { TelemetryError } from '../../../core/errors';
import { type FastifyLike, fastifyPlugin } from '../fastify';
import { answerOwn } from './own-paths';
import type { Parts } from './parts';

interface Request {
  readonly raw: IncomingMessage;
}

interface Reply {
  readonly raw: ServerResponse;
  hijack(): unknown;
}

type AddHook = (name: string, hook: (request: Request, reply: Reply, next: () => void) => void) => unknown;

/**
 * An application of Fastify: hooks of its root, which all plugins that are loaded later have as well, and of those that are there already.
 * Hooks can't be taken out; after the end they do nothing.
 */
export function integrateFastify(app: FastifyLike, { tracking, find }: Parts): () => void {
  let isOn = true;
  const plugin = tracking && fastifyPlugin(tracking);
  try {
    for (const instance of [app, ...childrenOf(app)]) {
      plugin?.(instance, {}, () => {});
      (instance.addHook as unknown as AddHook).call(instance, 'onRequest', (request, reply, next) => {
        const own: typeof find = (...asked) => {
          const found = find(...asked);
          if (found !== undefined) reply.hijack();
          return found;
        };
        if (!isOn || !answerOwn(own, request.raw, reply.raw)) next();
      });
    }
  } catch (error) {
    throw new TelemetryError(
      'OPTION_INVALID',
      'integrate: app can take no more hooks',
      'Fastify takes them until listen() or ready()',
      'Call integrate before listen(), ready() and inject()',
      { cause: error },
    );
  }
  return () => {
    isOn = false;
  };
}

/** Instances of plugins that were loaded already, with `await app.register(…)`; they have the hooks of then. */
function childrenOf(instance: FastifyLike, seen: Set<FastifyLike> = new Set([instance])): readonly FastifyLike[] {
  const key = Object.getOwnPropertySymbols(instance).find(({ description }) => description === 'fastify.children');
  const children: unknown = key && (instance as unknown as Readonly<Record<symbol, unknown>>)[key];
  if (!Array.isArray(children)) return [];
  return (children as FastifyLike[]).flatMap((child) => {
    if (seen.has(child)) return [];
    seen.add(child);
    return [child, ...childrenOf(child, seen)];
  });
}
