/** Ways to write a body, each as somebody somewhere writes it. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { codeOf, head, next, type Shape, told } from './wire-shape';

export const BODIES: readonly Shape[] = [
  {
    name: 'chunks',
    answer: async (response, note) => {
      note(
        'write',
        told(() => response.write('one'), response),
      );
      await next();
      note(
        'write',
        told(() => response.write(Buffer.from('two')), response),
      );
      note(
        'write',
        told(() => response.write('', 'utf8'), response),
      );
      await new Promise<void>((resolve) => response.write('dHdv', 'base64', () => resolve()));
      await new Promise<void>((resolve) => response.write('four', () => resolve()));
      response.end('end');
    },
  },
  {
    name: 'chunks of a cork',
    answer: async (response) => {
      response.cork();
      response.write('a');
      response.write('b');
      await next();
      response.uncork();
      response.end();
    },
  },
  {
    name: 'flushHeaders',
    answer: async (response, note) => {
      response.setHeader('X-A', '1');
      note(
        'flushHeaders',
        told(() => response.flushHeaders(), response),
      );
      note('sent', response.headersSent);
      await next();
      response.end('later');
    },
  },
  {
    name: 'early hints, then an answer',
    answer: async (response) => {
      await new Promise<void>((resolve) => response.writeEarlyHints({ link: '</a.css>; rel=preload', 'x-a': '1' }, resolve));
      response.end('x');
    },
  },
  {
    name: 'processing, continue, then an answer',
    answer: (response) => {
      response.writeProcessing();
      response.writeContinue();
      response.end('x');
    },
  },
  {
    name: 'trailers',
    answer: (response) => {
      response.writeHead(200, { Trailer: 'X-Sum' });
      response.write('abc');
      response.addTrailers({ 'X-Sum': '3' });
      response.end();
    },
  },
  { name: 'a length that is too long', answer: (response) => response.writeHead(200, { 'content-length': 10 }).end('x') },
  { name: 'a length that is too short', answer: (response) => response.writeHead(200, { 'content-length': 1 }).end('xyz') },
  {
    name: 'a strict length that does not fit',
    answer: (response, note) => {
      response.strictContentLength = true;
      response.writeHead(200, { 'content-length': 1 });
      note(
        'write',
        told(() => response.write('xyz'), response),
      );
      note(
        'end',
        told(() => response.end('x'), response),
      );
    },
  },
  {
    name: 'HEAD with a body',
    request: head('HEAD'),
    answer: (response, note) =>
      note(
        'end',
        told(() => response.end('hello'), response),
      ),
  },
  {
    name: 'HEAD with a length',
    request: head('HEAD'),
    answer: (response, note) => {
      response.setHeader('content-length', 5);
      note(
        'write',
        told(() => response.write('hello'), response),
      );
      response.end();
    },
  },
  { name: '204', answer: (response) => response.writeHead(204).end() },
  { name: '204 with a body', answer: (response) => response.writeHead(204).end('nobody reads this') },
  { name: '304', answer: (response) => response.writeHead(304, { etag: '"a"' }).end() },
  {
    name: 'a status that was set',
    answer: (response) => {
      response.statusCode = 404;
      response.statusMessage = 'Gone fishing';
      response.end('x');
    },
  },
  {
    name: 'no date',
    answer: (response) => {
      response.sendDate = false;
      response.removeHeader('date');
      response.end('x');
    },
  },
  {
    name: 'without length and chunks',
    answer: (response) => {
      response.removeHeader('transfer-encoding');
      response.write('abc');
      response.end('def');
    },
  },
  { name: 'HTTP/1.0', request: 'GET / HTTP/1.0\r\n\r\n', answer: (response) => Readable.from(['a', 'b']).pipe(response) },
  {
    name: 'destroy before the head',
    answer: (response, note) => {
      note(
        'destroy',
        told(() => response.destroy(), response),
      );
      note(
        'write',
        told(() => response.write('x'), response),
      );
    },
  },
  {
    name: 'destroy in the middle',
    answer: async (response) => {
      await new Promise<void>((resolve) => response.write('part', () => resolve()));
      response.destroy();
    },
  },
  {
    name: 'write after end',
    answer: (response, note) => {
      response.on('error', (error) => note('error', codeOf(error)));
      response.end('x');
      note(
        'end',
        told(() => response.end(), response),
      );
      note(
        'write',
        told(() => response.write('more', (error) => note('written', codeOf(error))), response),
      );
      note(
        'end',
        told(() => response.end((error?: Error) => note('ended', error === undefined ? 'well' : codeOf(error))), response),
      );
    },
  },
  {
    name: 'chunks that are none',
    answer: (response, note) => {
      note(
        'write',
        told(() => response.write(null as never), response),
      );
      note(
        'write',
        told(() => response.write(5 as never), response),
      );
      note(
        'end',
        told(() => response.end({} as never), response),
      );
      if (!response.writableEnded) response.end('x');
    },
  },
  {
    name: 'a stream that is piped',
    answer: (response) => void Readable.from(['a', Buffer.from('b'), 'c']).pipe(response),
  },
  {
    name: 'a pipeline',
    answer: async (response, note) => {
      await pipeline(Readable.from(['a'.repeat(100_000), 'b'.repeat(100_000)]), response);
      note('done', response.writableFinished);
    },
  },
  {
    name: 'a pipeline that fails',
    answer: async (response, note) => {
      const broken = new Readable({
        read() {
          this.push('a');
          this.destroy(new Error('broken'));
        },
      });
      await pipeline(broken, response).catch((error: Error) => note('failed', error.message));
    },
  },
  {
    name: 'an echo of a chunked body',
    request: `${head('POST', 'Transfer-Encoding: chunked\r\n')}3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n`,
    answer: (response, _note, request) => request.pipe(response),
  },
  {
    name: 'a body that nobody reads',
    request: `${head('POST', 'Content-Length: 3\r\n')}abc`,
    answer: (response, note, request) => {
      note('flowing', request.readableFlowing);
      response.end('x');
    },
  },
  {
    name: 'events of the response',
    answer: (response, note) => {
      for (const name of ['prefinish', 'finish', 'close']) response.on(name, () => note(name, response.listenerCount(name)));
      note('emit', response.emit('nobody', 1, 2));
      note('emit', response.emit('close-by', 1));
      response.end('x');
    },
  },
];
