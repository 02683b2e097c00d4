/** With the fields of our access record, and nothing else: no headers. */
import { join } from 'node:path';
import { pino } from 'pino';
import { pinoHttp } from 'pino-http';
import { hello, logFolder, serve } from './serve.mjs';

const destination = pino.destination({ dest: join(logFolder(), 'app.log'), sync: false, minLength: 4096 });
const log = pinoHttp({
  logger: pino(destination),
  quietReqLogger: true,
  customSuccessMessage: () => 'request_complete',
  customSuccessObject: (request, response, { responseTime }) => ({
    method: request.method,
    path: request.url?.split('?', 1)[0],
    status: response.statusCode,
    duration_ms: responseTime,
    content_length: response.getHeader('content-length'),
    ip: request.socket.remoteAddress,
    user_agent: request.headers['user-agent'],
  }),
});

serve((request, response) => {
  log(request, response);
  hello(request, response);
});
