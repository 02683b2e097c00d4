import { join } from 'node:path';
import express from 'express';
import { pino } from 'pino';
import { pinoHttp } from 'pino-http';
import { helloRoute, logFolder, serve } from './serve.mjs';

const app = express();
app.use(pinoHttp({ logger: pino(pino.destination(join(logFolder(), 'app.log'))) }));
app.get('/hello', helloRoute);
serve(app);
