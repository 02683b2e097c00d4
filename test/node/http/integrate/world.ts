/** The same application in each framework, integrated. */
import { createServer, type RequestListener, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import KoaRouter from '@koa/router';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import { createTelemetry, type LogRecord, memorySink } from '../../../../lib/index';
import { type IntegrateOptions, type Integration, integrate } from '../../../../lib/node/http/integrate';

export type Bus = ReturnType<typeof createTelemetry>;
type Put = (app: never) => void;

/** The same application in each framework: `/users/:id`, `/fail`, and `/own`, whose error the application answers itself with 418. */
export interface Driver {
  readonly name: string;
  /** Whether routes may be there when it is integrated. */
  readonly orders: readonly ('before' | 'after')[];
  readonly route: string;
  readonly ownStatus: number;
  make(put: Put, order: 'before' | 'after'): Promise<{ server: Server; app: unknown; close?: () => unknown }>;
}

const own = (): Error => new Error('own');
export const inOrder = (order: 'before' | 'after', put: () => void, routes: () => void): void => {
  if (order === 'before') put();
  routes();
  if (order === 'after') put();
};

export const DRIVERS: readonly Driver[] = [
  {
    name: 'http',
    orders: ['before', 'after'],
    route: '(unmatched)',
    ownStatus: 418,
    async make(put, order) {
      const server = createServer();
      const routes = (): void => {
        server.on('request', ({ url }, response) => {
          response.statusCode = url === '/own' ? 418 : url === '/fail' ? 500 : 200;
          response.end('app');
        });
      };
      inOrder(order, () => put(server as never), routes);
      return { server, app: server };
    },
  },
  {
    name: 'express',
    orders: ['before', 'after'],
    route: '/users/:id',
    ownStatus: 418,
    async make(put, order) {
      const app = express();
      inOrder(
        order,
        () => put(app as never),
        () => {
          app.get('/users/:id', (_request, response) => void response.send('app'));
          const router = express.Router();
          router.get('/', () => {
            throw own();
          });
          app.use('/own', router);
          app.use('/own', ((_error, _request, response, _next) => void response.status(418).send('mine')) as express.ErrorRequestHandler);
          app.get('/fail', async () => {
            throw new Error('broken');
          });
        },
      );
      return { server: createServer(app), app };
    },
  },
  {
    name: 'fastify',
    orders: ['before', 'after'],
    route: '/users/:id',
    ownStatus: 418,
    async make(put, order) {
      const app = fastify();
      const routes = async (): Promise<void> => {
        app.get('/users/:id', async () => 'app');
        app.get('/fail', async () => {
          throw new Error('broken');
        });
        await app.register(async (scope) => {
          scope.setErrorHandler((_error, _request, reply) => void reply.code(418).send('mine'));
          scope.get('/own', async () => {
            throw own();
          });
        });
      };
      if (order === 'before') put(app as never);
      await routes();
      if (order === 'after') put(app as never);
      await app.ready();
      return { server: app.server, app, close: () => app.close() };
    },
  },
  {
    name: 'koa',
    orders: ['before', 'after'],
    route: '/users/:id',
    ownStatus: 418,
    async make(put, order) {
      const app = new Koa();
      app.silent = true;
      inOrder(
        order,
        () => put(app as never),
        () => {
          app.use(async (context, next) => {
            try {
              await next();
            } catch (error) {
              if ((error as Error).message !== 'own') throw error;
              context.status = 418;
              context.body = 'mine';
              context.app.emit('error', error, context);
            }
          });
          const router = new KoaRouter();
          router.get('/users/:id', (context) => {
            context.body = 'app';
          });
          router.get('/fail', async () => {
            throw new Error('broken');
          });
          router.get('/own', () => {
            throw own();
          });
          app.use(router.routes());
        },
      );
      return { server: createServer(app.callback()), app };
    },
  },
  {
    name: 'hono',
    orders: ['before'],
    route: '/users/:id',
    ownStatus: 418,
    async make(put) {
      const app = new Hono();
      put(app as never);
      app.get('/users/:id', (context) => context.text('app'));
      app.get('/fail', () => {
        throw new Error('broken');
      });
      app.get('/own', () => {
        throw own();
      });
      app.onError((error, context) => (error.message === 'own' ? context.text('mine', 418) : context.text('failed', 500)));
      return { server: createServer(getRequestListener(app.fetch)), app };
    },
  },
];

export const TOKEN = 'k3Vb9xQ2mZ7pL1sT8wYc4NfR6hJ0gDuEaHiOoPqXrU5';

export interface World {
  readonly telemetry: ReturnType<typeof createTelemetry>;
  readonly integration: Integration;
  readonly app: unknown;
  readonly url: string;
  records(): LogRecord[];
  get(path: string, headers?: Record<string, string>, method?: string): Promise<{ status: number; text: string; headers: Headers }>;
}

export async function integrated(
  driver: Driver,
  order: 'before' | 'after',
  options: IntegrateOptions,
  body: (world: World) => unknown,
): Promise<void> {
  const telemetry = createTelemetry();
  const sink = memorySink();
  telemetry.configureLog({ sinks: [sink], level: 'info', format: 'json' });
  let integration: Integration | undefined;
  const put = (app: never): void => void (integration = integrate(app, telemetry, options));
  const { server, app, close } = await driver.make(put, order);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await body({
      telemetry,
      integration: integration!,
      app,
      url,
      records: () => sink.lines.map((line) => JSON.parse(line) as LogRecord),
      async get(path, headers = {}, method = 'GET') {
        const answer = await fetch(url + path, { headers, method });
        return { status: answer.status, text: await answer.text(), headers: answer.headers };
      },
    });
  } finally {
    integration?.close();
    server.closeAllConnections();
    await (close?.() ?? new Promise((resolve) => server.close(resolve)));
  }
}

/** Asks by another name than the one in the address. */
export const asHost = (url: string, path: string, host: string): Promise<[status: number, text: string]> =>
  new Promise((resolve, reject) => {
    const asked = request(url + path, { headers: { host }, agent: false }, (response) => {
      let text = '';
      response.on('data', (part) => (text += part));
      response.on('end', () => resolve([response.statusCode!, text]));
    });
    asked.on('error', reject).end();
  });

export const errorsOf = (records: () => LogRecord[]): string[] =>
  records()
    .filter(({ exception }) => exception !== undefined)
    .map(({ path }) => String(path));

export async function served(listener: RequestListener, body: (url: string) => Promise<void>): Promise<void> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const named = (name: string): Driver => DRIVERS.find((driver) => driver.name === name)!;
export const HTTP: Driver = named('http');
export const EXPRESS: Driver = named('express');
export const KOA: Driver = named('koa');
