import { type ClientRequest, Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { type Answer, readAnswer } from '../../alerts/request/answer';
import { networkError } from './shipping-error';
import type { Target } from './target';

export interface ClientOptions {
  readonly target: Target;
  readonly headers: Readonly<Record<string, string>>;
  /** Instead of the authorities that Node trusts. */
  readonly ca: readonly string[] | undefined;
  /** Until the head of the answer is there. */
  readonly timeoutMs: number;
}

/** Answers of older connections than the receiver keeps: the request goes over a new one, once. */
const STALE = new Set(['ECONNRESET', 'EPIPE']);

/**
 * Posts to one receiver over one connection that stays open between requests. Redirects are not followed, certificates are verified,
 * answers are bounded, and nothing keeps the process alive.
 */
export class HttpClient {
  private readonly agent: PlainAgent | SecureAgent;

  constructor(private readonly options: ClientOptions) {
    const pool = { keepAlive: true, maxSockets: 1, maxFreeSockets: 1 };
    const { target, ca } = options;
    this.agent = target.isTls
      ? // Said here, because an environment variable can change the default.
        new SecureAgent({ ...pool, minVersion: 'TLSv1.2', rejectUnauthorized: true, ...(ca !== undefined && { ca: [...ca] }) })
      : new PlainAgent(pool);
  }

  /** @throws {ShippingError} rejecting, when there is no answer. */
  async post(headers: Readonly<Record<string, string>>, body: Buffer): Promise<Answer> {
    try {
      return await this.exchange(headers, body, true);
    } catch (error) {
      if (!(error instanceof Stale)) throw error;
      return await this.exchange(headers, body, false);
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private exchange(headers: Readonly<Record<string, string>>, body: Buffer, mayBeStale: boolean): Promise<Answer> {
    return new Promise((resolve, reject) => {
      let isAnswered = false;
      const sent = this.begin({ ...headers, 'content-length': String(body.length) });
      const end = (error: Error): void => {
        clearTimeout(timer);
        sent.destroy();
        reject(error);
      };
      const late = (): void => end(networkError({ code: 'TIMEOUT' }));
      const timer = setTimeout(late, this.options.timeoutMs).unref();
      sent.on('socket', (socket) => socket.unref());
      sent.on('error', (error: NodeJS.ErrnoException) => {
        // What goes wrong after the head has come is told by the answer.
        if (isAnswered) return;
        const isStale = mayBeStale && sent.reusedSocket && STALE.has(error.code ?? '');
        end(isStale ? new Stale() : networkError(error));
      });
      sent.on('close', () => isAnswered || end(networkError({ code: 'ECONNRESET' })));
      sent.on('response', (response) => {
        isAnswered = true;
        clearTimeout(timer);
        readAnswer(response, false).then((answer) => {
          // A connection with the rest of an answer in it is of no use.
          if (!response.complete) sent.destroy();
          resolve(answer);
        }, reject);
      });
      sent.end(body);
    });
  }

  private begin(headers: Readonly<Record<string, string>>): ClientRequest {
    const { agent } = this;
    const { isTls, host, port, path } = this.options.target;
    const options = { agent, host, port, path, method: 'POST', headers: { ...this.options.headers, ...headers } };
    return isTls ? secureRequest(options) : plainRequest(options);
  }
}

class Stale extends Error {}
