/** As a middleware, as the others are. */
import express from 'express';
import { trackHello } from './ours-tracking.mjs';
import { helloRoute, serve } from './serve.mjs';

const app = express();
app.use(trackHello({}).express());
app.get('/hello', helloRoute);
serve(app);
