/** A way to answer, as a script for a server that is compared with itself, tracked. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Takes down what methods returned, threw and called back. */
type Note = (what: string, value: unknown) => void;

export interface Shape {
  readonly name: string;
  /** Default `GET / HTTP/1.1`, with `Connection: close`. */
  readonly request?: string;
  answer(response: ServerResponse, note: Note, request: IncomingMessage): unknown;
}

export const codeOf = (error: unknown): unknown => (error as NodeJS.ErrnoException | null | undefined)?.code ?? String(error);

/** What a call returns, or throws. */
export function told(call: () => unknown, response: ServerResponse): unknown {
  try {
    const value = call();
    return value === response ? 'the response' : value;
  } catch (error) {
    return codeOf(error);
  }
}

export const head = (method: string, more = ''): string => `${method} /a?b=c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${more}\r\n`;
export const next = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
