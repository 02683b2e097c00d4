/** Plays whoever is told of alerts: an HTTP server on the loopback that takes what a webhook sends. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { read } from '../../../core/read';
import { escapeText } from '../../../log/formats/escape';

/** What has arrived. */
export interface ReceivedAlert {
  /** `firing`, `resolved`, `reminder` … */
  readonly kind: string;
  /** `[FIRING] slow_answers …`, controls escaped. */
  readonly title: string;
}

export interface AlertReceiver {
  /** Such as `127.0.0.1:40123`. */
  readonly place: string;
  readonly url: string;
  /** Closes the server and every connection. */
  close(): Promise<void>;
}

const MOST_CHARACTERS = 100_000;
const MOST_OF_A_TITLE = 150;

/** Starts a receiver on a free port of 127.0.0.1. */
export function startReceiver(receive: (alert: ReceivedAlert) => void): Promise<AlertReceiver> {
  const server = createServer((request, response) => {
    void alertIn(request).then(
      (alert) => {
        receive(alert);
        response.writeHead(204).end();
      },
      () => response.writeHead(400).end(),
    );
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const place = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      resolve({ place, url: `http://${place}/alerts`, close: () => close(server) });
    });
  });
}

async function alertIn(request: IncomingMessage): Promise<ReceivedAlert> {
  let body = '';
  request.setEncoding('utf8');
  for await (const part of request) {
    body += part as string;
    if (body.length > MOST_CHARACTERS) throw new Error('The notification is too long');
  }
  const notification: unknown = JSON.parse(body);
  const [kind, title] = [read(notification, 'kind'), read(notification, 'title')];
  if (typeof kind !== 'string' || typeof title !== 'string') throw new Error('This is no notification');
  return { kind, title: escapeText(title.slice(0, MOST_OF_A_TITLE)) };
}

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
