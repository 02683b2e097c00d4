/** Ways to write a head, each as somebody somewhere writes it. */
import { type Shape, told } from './wire-shape';

export const HEADS: readonly Shape[] = [
  {
    name: 'an empty end',
    answer: (response, note) =>
      note(
        'end',
        told(() => response.end(), response),
      ),
  },
  {
    name: 'end with a text',
    answer: (response, note) =>
      note(
        'end',
        told(() => response.end('hello'), response),
      ),
  },
  { name: 'end with a text of several bytes each', answer: (response) => response.end('grüße, 世界') },
  { name: 'end with an encoding', answer: (response) => response.end('48656c6c6f', 'hex') },
  { name: 'end with a buffer', answer: (response) => response.end(Buffer.from([0, 1, 2, 255])) },
  { name: 'end with a callback', answer: (response, note) => response.end(() => note('ended', response.writableFinished)) },
  { name: 'end with a text and a callback', answer: (response, note) => response.end('a', () => note('ended', response.writableFinished)) },
  {
    name: 'end with all arguments',
    answer: (response, note) => response.end('YQ==', 'base64', () => note('ended', response.writableFinished)),
  },
  {
    name: 'writeHead with an object',
    answer: (response, note) => {
      note(
        'writeHead',
        told(() => response.writeHead(201, { 'X-A': '1', 'Set-Cookie': ['a=1', 'b=2'], 'X-N': 5 }), response),
      );
      response.end('x');
    },
  },
  { name: 'writeHead with words', answer: (response) => response.writeHead(200, 'Fine').end('x') },
  { name: 'writeHead with words and headers', answer: (response) => response.writeHead(299, 'Odd', { 'content-length': 1 }).end('x') },
  { name: 'writeHead with a list', answer: (response) => response.writeHead(200, ['X-A', '1', 'X-A', '2', 'Set-Cookie', 'a=1']).end('x') },
  {
    name: 'writeHead with a list of pairs',
    answer: (response) =>
      response
        .writeHead(200, [
          ['X-A', '1'],
          ['X-A', '2'],
        ] as never)
        .end('x'),
  },
  {
    name: 'writeHead with a list of odd length',
    answer: (response, note) => {
      note(
        'writeHead',
        told(() => response.writeHead(200, ['X-A'] as never), response),
      );
      response.destroy();
    },
  },
  {
    name: 'writeHead over headers that were set',
    answer: (response) => {
      response.setHeader('X-A', 'set');
      response.setHeader('X-B', ['1', '2']);
      response.writeHead(200, { 'x-a': 'given', 'X-C': '3' }).end('x');
    },
  },
  {
    name: 'writeHead with a list over headers that were set',
    answer: (response) => {
      response.setHeader('X-A', 'set');
      response.writeHead(200, ['X-A', 'given', 'X-B', '1', 'X-B', '2']).end('x');
    },
  },
  {
    name: 'writeHead with a wrong status, then a right one',
    answer: (response, note) => {
      note(
        'writeHead',
        told(() => response.writeHead(99), response),
      );
      note(
        'writeHead',
        told(() => response.writeHead(1000 as never), response),
      );
      response.writeHead(200).end('x');
    },
  },
  {
    name: 'writeHead with a header that is none, then without',
    answer: (response, note) => {
      note(
        'writeHead',
        told(() => response.writeHead(200, { 'x y': '1' }), response),
      );
      note(
        'writeHead',
        told(() => response.writeHead(200, { 'x-y': 'a\nb' }), response),
      );
      note(
        'writeHead',
        told(() => response.writeHead(200, { 'x-y': undefined }), response),
      );
      note('sent', response.headersSent);
      response.writeHead(200).end('x');
    },
  },
  {
    name: 'a second writeHead',
    answer: (response, note) => {
      response.writeHead(200, { 'X-A': '1' });
      note(
        'writeHead',
        told(() => response.writeHead(500), response),
      );
      note(
        'setHeader',
        told(() => response.setHeader('X-B', '1'), response),
      );
      response.end('x');
    },
  },
  {
    name: 'headers of ours that the application says itself',
    answer: (response) => {
      response.setHeader('x-request-ID', 'mine');
      response.writeHead(200, { 'X-REQUEST-duration': 'long' }).end('x');
    },
  },
  {
    name: 'headers of ours in a list',
    answer: (response) => response.writeHead(200, ['x-request-id', 'mine', 'x-request-duration', 'long']).end('x'),
  },
  {
    name: 'headers of ours in a list of pairs',
    answer: (response) =>
      response
        .writeHead(200, [
          ['x-request-id', 'mine'],
          ['x-request-duration', 'long'],
        ] as never)
        .end('x'),
  },
];
