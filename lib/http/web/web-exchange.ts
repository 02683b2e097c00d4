import { read } from '../../core/read';
import type { Exchange, Outcome, SafeAnswer } from '../api';
import type { Tracking } from '../tracking';
import { type BodyWatch, bytesOf, countedBody } from './counted-body';

/** What the wrappers of this folder use of request tracking. */
export type WebTracking = Pick<Tracking, 'tracker'>;

/** Begins to track a request; `undefined` for one that is ignored, and for what is no request. @param peer - The address at the other end. */
export function begin({ tracker }: WebTracking, request: Request, peer: unknown): WebExchange | undefined {
  try {
    const { method, url, headers, signal } = request;
    const about = { isHead: method === 'HEAD', isUpgrade: headers.get('upgrade') !== null, requestBytes: lengthOf(headers), signal };
    const exchange = tracker.begin({ method, target: url, headers, peer: typeof peer === 'string' ? peer : undefined });
    return exchange && new WebExchange(exchange, about);
  } catch {
    return undefined;
  }
}

/** What has to be known of a request when it is answered. */
interface AboutRequest {
  readonly isHead: boolean;
  readonly isUpgrade: boolean;
  readonly requestBytes: number | undefined;
  /** Tells that the client left. Missing where a runtime has none. */
  readonly signal: AbortSignal | undefined;
}

/**
 * A request that is answered with a `Response`, from its head to the last byte of the answer. It ends once: with the body, with what the
 * handler throws, or when the client leaves.
 */
export class WebExchange implements BodyWatch {
  private isOver = false;
  /** Of the answer. */
  private status: number | undefined = undefined;
  private responseBytes: number | undefined = undefined;

  constructor(
    readonly exchange: Exchange,
    private readonly about: AboutRequest,
  ) {
    const { signal } = about;
    if (signal?.aborted) this.left();
    else signal?.addEventListener('abort', this.left);
  }

  /**
   * Takes what a handler returned.
   *
   * @returns What is to be sent: the same object where that is possible, else a copy that has the headers and counts its body. What is no
   * `Response` comes back as it is.
   */
  answered(value: unknown): unknown {
    try {
      if (isResponse(value)) return this.told(value);
    } catch {
      // It can't be read or copied; its runtime will say what it thinks of it.
    }
    // Bun answers for a handler that upgraded, which returns nothing.
    if (value === undefined && this.about.isUpgrade) this.end(SWITCHING, { upgraded: true });
    else this.end(this.status);
    return value;
  }

  /**
   * Takes what a handler threw, or rejected with.
   *
   * @returns The safe answer, when the application wants one; `undefined`: the error goes where it would have gone.
   */
  failed(error: unknown): Response | undefined {
    if (this.isFarewell(error)) {
      this.left();
      return undefined;
    }
    const safe = this.exchange.answer(error);
    if (safe !== undefined) return this.saved(safe);
    this.exchange.fail(error);
    // Runtimes answer 500, beyond of what can be seen here.
    this.end(undefined);
    return undefined;
  }

  sent(bytes: number): void {
    this.responseBytes = (this.responseBytes ?? 0) + bytes;
  }

  ended(): void {
    this.end(this.status);
  }

  broke(reason: unknown): void {
    if (!this.isFarewell(reason)) this.exchange.fail(reason);
    this.end(this.status);
  }

  cancelled(): void {
    this.left();
  }

  private readonly left = (): void => this.end(this.status, { aborted: true });

  private told(response: Response): Response {
    const { status, body } = response;
    if (status === SWITCHING) {
      // What a runtime upgrades by is this very object.
      this.end(status, { upgraded: true });
      return response;
    }
    // `Response.error()` has none that could be sent.
    if (status < 200) {
      this.end(undefined);
      return response;
    }
    this.status = status;
    this.responseBytes = 0;
    if (body === null || this.about.isHead || NO_CONTENT.has(status)) {
      const headed = this.withHeaders(response);
      this.end(status);
      return headed;
    }
    if (body === undefined || body.locked) {
      this.responseBytes = lengthOf(response.headers);
      this.end(status);
      return response;
    }
    const { statusText, headers } = response;
    const copy = new Response(countedBody(body, this.exchange, this), { status, statusText, headers });
    this.setHeaders(copy.headers);
    return copy;
  }

  private saved({ status, contentType, headers, body }: SafeAnswer): Response {
    const answer = new Response(this.about.isHead ? null : body, { status, headers: { ...headers, 'content-type': contentType } });
    this.setHeaders(answer.headers);
    this.responseBytes = this.about.isHead ? 0 : bytesOf(body);
    this.end(status);
    return answer;
  }

  private withHeaders(response: Response): Response {
    try {
      this.setHeaders(response.headers);
      return response;
    } catch {
      // Those of redirects and of answers of `fetch` can't be changed.
      const copy = new Response(response.body, response);
      this.setHeaders(copy.headers);
      return copy;
    }
  }

  private setHeaders(headers: Headers): void {
    const id = this.exchange.idText();
    const duration = this.exchange.durationText();
    if (id !== undefined) headers.set('x-request-id', id);
    if (duration !== undefined) headers.set('x-request-duration', duration);
  }

  /** That the work was given up because the client left is no failure. */
  private isFarewell(error: unknown): boolean {
    const { signal } = this.about;
    return signal?.aborted === true && (error === signal.reason || read(error, 'name') === 'AbortError');
  }

  private end(status: number | undefined, how?: Pick<Outcome, 'aborted' | 'upgraded'>): void {
    if (this.isOver) return;
    this.isOver = true;
    const { signal, requestBytes } = this.about;
    signal?.removeEventListener('abort', this.left);
    const { responseBytes } = this;
    this.exchange.end({ status, requestBytes, responseBytes, ...how });
  }
}

const SWITCHING = 101;
/** Statuses of answers that have no body. */
const NO_CONTENT: ReadonlySet<number> = new Set([204, 205, 304]);
const LENGTH = /^\d{1,15}$/;

function lengthOf(headers: Headers): number | undefined {
  const text = headers.get('content-length');
  return text !== null && LENGTH.test(text) ? Number(text) : undefined;
}

/** Of this realm or of another: packages bring classes of their own. */
const isResponse = (value: unknown): value is Response =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Response).status === 'number' &&
  typeof (value as Response).headers?.get === 'function' &&
  'body' in value;
