/** How sessions ask the model: over HTTP, on connections that are kept. */
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Answer, Question } from './model';

const LIMIT_MS = 1_500;

export interface ModelClient {
  /**
   * Asks the model.
   *
   * @throws when it refuses, when nothing came for 1.5 s (`ETIMEDOUT`), and when the signal is aborted.
   */
  ask(question: Question, signal: AbortSignal): Promise<Answer>;
  /** Closes its connections. */
  close(): void;
}

export function createModelClient(port: number): ModelClient {
  const connections = new Agent({ keepAlive: true });
  return Object.freeze({
    ask: (question: Question, signal: AbortSignal) =>
      new Promise<Answer>((resolve, reject) => {
        const asked = request({ host: '127.0.0.1', port, path: '/', method: 'POST', agent: connections, signal, timeout: LIMIT_MS });
        asked.once('timeout', () => asked.destroy(timedOut()));
        asked.once('error', reject);
        asked.once('response', (response) => {
          text(response)
            .then((body) => {
              if (response.statusCode === 200) resolve(JSON.parse(body) as Answer);
              else reject(new Error(`The model answered ${response.statusCode}: ${body}`));
            })
            .catch(reject);
        });
        asked.end(JSON.stringify(question));
      }),
    close: () => connections.destroy(),
  });
}

const timedOut = (): Error => Object.assign(new Error(`The model did not answer within ${LIMIT_MS / 1_000} s`), { code: 'ETIMEDOUT' });
