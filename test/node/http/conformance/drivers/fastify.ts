import { Readable } from 'node:stream';
import Fastify from 'fastify';
import { trackHttp } from '../../../../../lib/node/http/index';
import type { Driver } from '../driver';
import { served } from './node-serve';

export const fastify5: Driver = {
  name: 'fastify 5',
  ownAnswer: { status: 500, body: /"statusCode":500/ },
  lacks: { 'an upgrade is told as 101': 'Fastify has no upgrades; attach its server for them' },
  async serve(app) {
    const tracking = trackHttp(app.telemetry, app.options);
    const server = Fastify({ bodyLimit: 3 * 1024 * 1024, forceCloseConnections: true });
    await server.register(tracking.fastify());
    server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    server.get<{ Params: { id: string } }>('/users/:id', (request) => app.user(request.params.id));
    server.post('/echo', (request, reply) => reply.type('application/octet-stream').send(request.body));
    server.get('/stream', (_request, reply) => reply.type('text/plain').send(Readable.from(app.chunks())));
    server.get('/fail', () => app.fail());
    server.get('/fail-async', async () => {
      await app.failAsync();
    });
    server.get('/teapot', () => app.teapot());
    server.get('/head', (_request, reply) => reply.type('text/plain').send(app.text()));
    server.get('/slow', async (_request, reply) => {
      await app.slow();
      return reply.type('text/plain').send(app.text());
    });
    server.get('/files/*', (_request, reply) => reply.type('text/plain').send(app.text()));
    // Without a parser, the body is the handler's to read.
    await server.register(async (inner) => {
      inner.removeAllContentTypeParsers();
      inner.addContentTypeParser('*', (_request, _payload, done) => done(null));
      inner.post('/log', async (request, reply) => {
        const read = async (): Promise<unknown> => {
          const chunks: Buffer[] = [];
          for await (const chunk of request.raw) chunks.push(chunk as Buffer);
          return Buffer.concat(chunks);
        };
        return reply.type('text/plain').send(await app.log(read));
      });
    });
    await server.listen({ port: 0, host: '127.0.0.1' });
    return served(server.server, tracking, () => server.close());
  },
};
