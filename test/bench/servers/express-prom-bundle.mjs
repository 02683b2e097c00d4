/** Metrics alone: no log, no context. */
import express from 'express';
import promBundle from 'express-prom-bundle';
import { helloRoute, serve } from './serve.mjs';

const app = express();
app.use(promBundle({ includeMethod: true, includePath: true }));
app.get('/hello', helloRoute);
serve(app);
