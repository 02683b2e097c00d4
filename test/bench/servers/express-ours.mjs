/** Put into the application by one call, in front of Express itself. */
import express from 'express';
import { integrateHello } from './ours-tracking.mjs';
import { helloRoute, serve } from './serve.mjs';

const app = express();
app.get('/hello', helloRoute);
integrateHello(app);
serve(app);
