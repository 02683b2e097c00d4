import type { ServerResponse } from 'node:http';
import type { SafeAnswer } from '../../http/api';
import { isDestroyed } from './gone';
import type { NodeExchange, NodeResponse } from './node-exchange';

/** What handlers said of an answer that is not sent. */
const OF_CONTENT = /^(content-|transfer-encoding$|etag$|last-modified$|cache-control$|expires$|accept-ranges$|location$|trailer$)/;

/**
 * Answers an error of a handler with the safe message, when the application wants that. Where the head is sent already, the connection is
 * cut: the client must not take the part for the whole.
 *
 * @returns `false`: the error is reported, and goes on.
 */
export function answerFailure(pair: NodeExchange, response: NodeResponse, error: unknown): boolean {
  if (pair.isGone(error)) return pair.wantsSafeAnswers;
  if (!pair.wantsSafeAnswers) {
    pair.fail(error);
    return false;
  }
  const answer = pair.answer(error);
  if (answer === undefined) return false;
  // The handler cut the connection itself; nobody will have the answer.
  if (isDestroyed(response)) return true;
  if (!response.headersSent) send(response, pair.method, answer);
  else if (!response.writableEnded) response.destroy();
  return true;
}

function send(response: NodeResponse, method: string, { status, contentType, headers, body }: SafeAnswer): void {
  for (const name of response.getHeaderNames()) if (OF_CONTENT.test(name.toLowerCase())) response.removeHeader(name);
  response.statusCode = status;
  // HTTP/2 has no such words.
  if (!('stream' in response)) (response as ServerResponse).statusMessage = '';
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader('content-type', contentType);
  response.setHeader('content-length', Buffer.byteLength(body));
  response.setHeader('cache-control', 'no-store');
  response.setHeader('x-content-type-options', 'nosniff');
  if (method === 'HEAD') response.end();
  else response.end(body);
}
