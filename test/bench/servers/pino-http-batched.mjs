/** As its readme has it, into a file that is written in batches, as ours is. */
import { join } from 'node:path';
import { pino } from 'pino';
import { pinoHttp } from 'pino-http';
import { hello, logFolder, serve } from './serve.mjs';

const destination = pino.destination({ dest: join(logFolder(), 'app.log'), sync: false, minLength: 4096 });
const log = pinoHttp({ logger: pino(destination) });

serve((request, response) => {
  log(request, response);
  hello(request, response);
});
