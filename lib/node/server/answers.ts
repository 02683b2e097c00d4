import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TellingListener } from '../http/node-listener';
import type { ServerLimits } from './limits';
import type { Refusal } from './refusals';

/**
 * Holds answers within their limits: so many under way, and no client that takes nothing of one. One is under way until its own body is
 * written: who announces a body of a request and never sends it holds a connection, but keeps nobody else from being answered.
 */
export class Answers {
  private count = 0;

  constructor(
    private readonly limits: Pick<ServerLimits, 'answers' | 'answerMs' | 'requestMs'>,
    private readonly listener: TellingListener,
    private readonly refusal: (status: number) => Refusal,
  ) {}

  begin(request: IncomingMessage, response: ServerResponse): void {
    this.endStalled(response);
    if (this.count >= this.limits.answers) {
      const { headers, body } = this.refusal(503);
      response.writeHead(503, { ...headers, 'retry-after': '1', connection: 'close' });
      response.end(request.method === 'HEAD' ? undefined : body);
      return;
    }
    this.count++;
    let isOver = false;
    const over = (): void => {
      if (!isOver) this.count--;
      isOver = true;
    };
    response.once('close', over);
    this.listener(request, response, over);
  }

  private endStalled(response: ServerResponse): void {
    const { requestMs, answerMs } = this.limits;
    const begin = (ms: number): NodeJS.Timeout => setTimeout(() => response.destroy(), ms).unref();
    let timer = begin(requestMs + answerMs);
    // What was written has been taken.
    response.on('drain', () => {
      clearTimeout(timer);
      timer = begin(answerMs);
    });
    response.once('close', () => clearTimeout(timer));
  }
}
