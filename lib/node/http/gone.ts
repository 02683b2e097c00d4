import { read } from '../../core/read';
import type { NodeRequest } from './request-head';

/** Errors that say no more than that the other end is gone. */
const GONE: ReadonlySet<unknown> = new Set(['ABORT_ERR', 'ECONNABORTED', 'ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);
/** What Node says of a connection on which something else came than HTTP, or too slowly. */
const PARSER = /^(HPE_|ERR_HTTP_REQUEST_TIMEOUT$)/;

/** How an answer ended. */
export interface Ended {
  /** The client left before it had all of the answer. */
  readonly isAborted: boolean;
  /** Its request had not come in whole by then. */
  readonly isUploading: boolean;
}

/** Whether an error has a code that those of connections have. Most have none. */
export function isOfConnection(error: unknown): boolean {
  const code = read(error, 'code');
  return typeof code === 'string' && (GONE.has(code) || PARSER.test(code));
}

/**
 * Whether such an error comes of the connection of a request, which anybody can break who reaches the server: by leaving, or by what is no
 * HTTP. These are no failures of the application. Other connections break with the same codes; so this one must have broken, too.
 */
export function isOfClient(error: unknown, request: NodeRequest, response: object, isFinished: boolean): boolean {
  const { socket } = request as { readonly socket?: object | null };
  // A parser may be that of another server's answers.
  if (!GONE.has(read(error, 'code'))) return [socket, request].some((stream) => isErrorOf(stream, error));
  // The application cut the answer itself: a source broke, and the pipeline took the answer with it.
  if (read(response, 'errored') === error) return false;
  return !isFinished && (isDestroyed(response) || request.aborted || read(socket, 'destroyed') === true);
}

/** The same once the answer is over. */
export const wasOfClient = (error: unknown, { isAborted, isUploading }: Ended): boolean =>
  isAborted || (isUploading && read(error, 'code') === 'ECONNRESET' && read(error, 'message') === 'aborted');

/** Where a runtime does not keep the errors of its streams, nothing speaks against it. */
function isErrorOf(stream: unknown, error: unknown): boolean {
  if (stream === undefined || stream === null) return false;
  const known = read(stream, 'errored');
  return known === undefined || known === error;
}

/** Nothing can be sent any more. Answers of HTTP/2 say it by their stream only. */
export const isDestroyed = (response: object): boolean =>
  read(response, 'destroyed') === true || read(read(response, 'stream'), 'destroyed') === true;
