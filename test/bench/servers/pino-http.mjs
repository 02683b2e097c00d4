/** As its readme has it, with pino's defaults, into a file: a write for each line. */
import { join } from 'node:path';
import { pino } from 'pino';
import { pinoHttp } from 'pino-http';
import { hello, logFolder, serve } from './serve.mjs';

const log = pinoHttp({ logger: pino(pino.destination(join(logFolder(), 'app.log'))) });

serve((request, response) => {
  log(request, response);
  hello(request, response);
});
