import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TellingListener } from '../http/node-listener';
import type { ServerLimits } from './limits';
import type { Refusal } from './refusals';

/** How often, within the time that a client may take nothing, it is looked at whether it does. */
const LOOKS = 4;

/**
 * Holds answers within their limits: so many under way, and no client that takes nothing of one. One is under way until its own body is
 * written: who announces a body of a request and never sends it holds a connection, but keeps nobody else from being answered. Streams of
 * events are not counted: they last, and have a limit of their own.
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

  /**
   * Cuts a client off that takes nothing of what is there for it, and an answer that does not begin. One that has taken all there is so far
   * waits for the application, however long that takes.
   */
  private endStalled(response: ServerResponse): void {
    const { requestMs, answerMs } = this.limits;
    const stepMs = answerMs / LOOKS;
    let leftMs = requestMs + answerMs;
    let waiting = 0;
    const moved = (): void => {
      leftMs = answerMs;
    };
    const look = (): void => {
      const before = waiting;
      waiting = response.writableLength;
      if (response.headersSent && (waiting === 0 || waiting < before)) moved();
      else leftMs -= stepMs;
      if (leftMs <= 0) response.destroy();
    };
    const timer = setInterval(look, stepMs).unref();
    // What was written has been taken.
    response.on('drain', moved);
    response.once('close', () => clearInterval(timer));
  }
}
