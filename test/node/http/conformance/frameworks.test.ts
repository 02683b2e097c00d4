import { test } from 'uvu';
import { express5 } from './drivers/express';
import { fastify5 } from './drivers/fastify';
import { honoFetch, honoNodeServer } from './drivers/hono';
import { koa3 } from './drivers/koa';
import { nodeAttach, nodeListener } from './drivers/node';
import { web } from './drivers/web';
import { conformance } from './suite';

conformance([nodeListener, nodeAttach, express5, fastify5, koa3, honoNodeServer, honoFetch, web]);

test.run();
