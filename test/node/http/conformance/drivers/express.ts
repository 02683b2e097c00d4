import { createServer } from 'node:http';
import express from 'express';
import { trackHttp } from '../../../../../lib/node/http/index';
import type { Driver } from '../driver';
import { served } from './node-serve';

const LIMIT = '3mb';

export const express5: Driver = {
  name: 'express 5',
  filesRoute: '/files/*path',
  ownAnswer: { status: 500, body: /<title>Error<\/title>/ },
  lacks: { 'an upgrade is told as 101': 'Express has no upgrades; attach its server for them' },
  serve(app) {
    const tracking = trackHttp(app.telemetry, app.options);
    const server = express();
    server.use(tracking.express());
    server.get('/users/:id', async (request, response) => {
      response.json(await app.user(request.params.id));
    });
    server.post('/echo', express.raw({ type: () => true, limit: LIMIT }), (request, response) => {
      response.type('application/octet-stream').send(request.body);
    });
    server.get('/stream', async (_request, response) => {
      response.type('text/plain');
      for await (const chunk of app.chunks()) response.write(chunk);
      response.end();
    });
    server.get('/fail', () => app.fail());
    server.get('/fail-async', async () => {
      await app.failAsync();
    });
    server.get('/teapot', () => app.teapot());
    server.get('/head', (_request, response) => void response.type('text/plain').send(app.text()));
    server.get('/slow', async (_request, response) => {
      await app.slow();
      response.type('text/plain').send(app.text());
    });
    server.post('/log', async (request, response) => {
      const read = (): Promise<unknown> =>
        new Promise((resolve, reject) => {
          express.text({ type: () => true, limit: LIMIT })(request, response, (error?: unknown) =>
            error === undefined ? resolve(request.body) : reject(error),
          );
        });
      response.type('text/plain').send(await app.log(read));
    });
    server.get('/files/*path', (_request, response) => void response.type('text/plain').send(app.text()));
    server.use(tracking.expressErrors());
    // Elsewhere, Express answers with the stack.
    server.set('env', 'production');
    return served(createServer(server), tracking);
  },
};
