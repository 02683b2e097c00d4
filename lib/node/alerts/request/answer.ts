import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** At most 64 KiB; perhaps not all of it when nobody asked for it. */
  readonly body: string;
}

const MAX_BODY_BYTES = 64 * 1024;
/** How long the rest of an answer is waited for that nobody reads: its status has told everything. */
const REST_MS = 1000;

/**
 * Waits for the end of an answer, or for 64 KiB of it, whichever is first. What is not read is waited for for a second at
 * most, so that a receiver that took a request and drips its answer is not sent the request again.
 */
export function readAnswer(response: IncomingMessage, isRead: boolean): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    const finish = (): void => {
      clearTimeout(timer);
      const body = Buffer.concat(parts).subarray(0, MAX_BODY_BYTES).toString('utf8');
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
    };
    const timer = isRead ? undefined : setTimeout(finish, REST_MS).unref();
    const fail = (error: Error): void => (isRead ? reject(error) : finish());
    response.on('data', (part: Buffer) => {
      bytes += part.length;
      parts.push(part);
      if (bytes >= MAX_BODY_BYTES) finish();
    });
    response.on('end', finish);
    response.on('error', fail);
    response.on('close', () => fail(new Error('closed')));
  });
}
