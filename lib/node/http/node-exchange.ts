import type { ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import { quietly } from '../../core/quietly';
import type { Exchange, SafeAnswer, Tracker } from '../../http/api';
import { type Ended, isOfClient, isOfConnection, wasOfClient } from './gone';
import { type Pair, type Patched, patch, TRACKED, type Unpatched } from './patches';
import { forgetWaiting, waitForTurn } from './pipeline';
import { type NodeRequest, RequestHead } from './request-head';

/** A response as Node's servers have it, of HTTP/1 or 2. */
export type NodeResponse = ServerResponse | Http2ServerResponse;

/** A request of Node's servers and its answer, under way. */
export class NodeExchange extends RequestHead implements Pair {
  /** Set as soon as tracking begins. */
  exchange!: Exchange;
  /** What the patched methods replaced. */
  unpatched!: Unpatched;
  /** Handed to the connection so far. */
  responseBytes = 0;
  /** That arrived so far, where no header told how many come. */
  requestBytes = 0;
  /** Says the template of the route when the request is over: what a router knows by then. */
  routeOf: ((request: NodeRequest, response: NodeResponse) => string | undefined) | undefined = undefined;
  isFinished = false;
  /** `false`: the status that a response begins with says nothing, as Koa's 404. */
  hasMeaning = true;
  private ended: Ended | undefined = undefined;

  constructor(
    protected request: NodeRequest,
    private response: NodeResponse,
    private readonly tracker: Tracker,
  ) {
    super(request);
  }

  get wantsSafeAnswers(): boolean {
    return this.tracker.answerErrors !== false;
  }

  /** Its handler failed. Errors that come of a client that left are no failures. */
  fail(error: unknown): void {
    if (this.isGone(error)) return;
    this.tellRoute();
    this.exchange.fail(error, this.statusSoFar());
  }

  /** What to send for an error, when the application wants safe answers; reports it. Nothing for errors that come of the client. */
  answer(error: unknown): SafeAnswer | undefined {
    if (this.isGone(error)) return undefined;
    this.tellRoute();
    return this.exchange.answer(error, this.statusSoFar());
  }

  /** What the application said before it failed. One that was sent is of the answer that broke off, and says nothing of the error. */
  private statusSoFar(): number | undefined {
    const { response, hasMeaning } = this;
    return hasMeaning && response?.headersSent === false ? response.statusCode : undefined;
  }

  /** For adapters that tell the exchange itself of errors. */
  leaveOutClient(): void {
    const { exchange } = this;
    const { answer } = exchange;
    exchange.answer = (error, status) => (this.isGone(error) ? undefined : answer.call(exchange, error, status));
  }

  private tellRoute(): void {
    const { routeOf, request, response } = this;
    if (routeOf === undefined || this.ended !== undefined) return;
    // A router may have other parts than those that are known; the request has no template then.
    this.exchange.matched(quietly(() => routeOf(request, response)));
  }

  /** Whether an error comes of nothing but that the client left, or sent what is no HTTP. */
  isGone(error: unknown): boolean {
    if (!isOfConnection(error)) return false;
    const { ended } = this;
    return ended === undefined ? isOfClient(error, this.request, this.response, this.isFinished) : wasOfClient(error, ended);
  }

  /**
   * The answer is over, one way or the other.
   *
   * @param isSent - `false`: nothing of it went out, even if it was written.
   */
  over(isSent = true): void {
    if (this.ended !== undefined) return;
    const { request, response, exchange } = this;
    forgetWaiting(this, request);
    this.tellRoute();
    this.letGo();
    const status = isSent && response.headersSent ? statusOf(response) : undefined;
    const aborted = !isSent || wasAborted(response, this.isFinished);
    this.ended = { isAborted: aborted, isUploading: !request.complete };
    exchange.end({
      status,
      requestBytes: requestBytesOf(request, this.requestBytes, aborted),
      responseBytes: hasBody(this.method, status) ? responseBytesOf(response, this.responseBytes, aborted) : 0,
      aborted,
    });
  }

  /** A scope that somebody keeps must not keep the connection's buffers. Nothing looks at them any more. */
  private letGo(): void {
    this.request = undefined as never;
    this.response = undefined as never;
    this.routeOf = undefined;
  }
}

/** The exchange that a request or a response belongs to, where it is tracked. */
export const exchangeOf = (message: object): NodeExchange | undefined => (message as { readonly [TRACKED]?: NodeExchange })[TRACKED];

/**
 * Begins to track a request. The exchange ends by itself with the response.
 *
 * @returns `undefined` for one that is not to be tracked.
 */
export function track(tracker: Tracker, request: NodeRequest, response: NodeResponse): NodeExchange | undefined {
  const pair = new NodeExchange(request, response, tracker);
  const exchange = tracker.begin(pair);
  if (exchange === undefined) return undefined;
  pair.exchange = exchange;
  (request as { [TRACKED]?: NodeExchange })[TRACKED] = pair;
  (response as { [TRACKED]?: NodeExchange })[TRACKED] = pair;
  pair.unpatched = patch(request as unknown as Patched, response as unknown as Patched, exchange.idText() !== undefined);
  waitForTurn(pair, request, response);
  return pair;
}

/** @param counted - What arrived of a body that no header tells the length of. */
function requestBytesOf({ headers, complete }: NodeRequest, counted: number, aborted: boolean): number | undefined {
  const told = headers['content-length'];
  if (told === undefined) return counted;
  // Of a body that broke off, nobody knows.
  return aborted && !complete ? undefined : Number(told);
}

const hasBody = (method: string, status: number | undefined): boolean =>
  method !== 'HEAD' && status !== undefined && status >= 200 && status !== 204 && status !== 304;

/** Whether the client left before it had all of the answer. */
function wasAborted(response: NodeResponse, isFinished: boolean): boolean {
  const stream = streamOf(response);
  // HTTP/2 says `finish` of each stream, however it ended.
  if (stream !== undefined) return stream.aborted === true || stream.rstCode !== 0 || !(response.writableEnded || stream.writableEnded);
  return !isFinished && (response as ServerResponse).writableFinished !== true;
}

/** A stream of HTTP/2. Handlers may answer on it, past the response. */
interface Http2Stream {
  readonly rstCode: number;
  readonly aborted?: boolean;
  readonly writableEnded?: boolean;
  readonly sentHeaders?: Readonly<Record<string, unknown>>;
}

function streamOf(response: NodeResponse): Http2Stream | undefined {
  const { stream } = response as { readonly stream?: Http2Stream | null };
  return typeof stream?.rstCode === 'number' ? stream : undefined;
}

function statusOf(response: NodeResponse): number {
  const sent = streamOf(response)?.sentHeaders?.[':status'];
  return typeof sent === 'number' ? sent : response.statusCode;
}

/** Of what went past the response, nobody knows. */
function responseBytesOf(response: NodeResponse, counted: number, aborted: boolean): number | undefined {
  const isPast = streamOf(response) !== undefined && !response.writableEnded;
  return isPast && (counted === 0 || !aborted) ? undefined : counted;
}
