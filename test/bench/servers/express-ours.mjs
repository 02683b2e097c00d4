import express from 'express';
import { trackHello } from './ours-tracking.mjs';
import { helloRoute, serve } from './serve.mjs';

const app = express();
app.use((await trackHello({})).express());
app.get('/hello', helloRoute);
serve(app);
