import express from 'express';
import { helloRoute, serve } from './serve.mjs';

const app = express();
app.get('/hello', helloRoute);
serve(app);
