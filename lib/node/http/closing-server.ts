import type { IncomingMessage } from 'node:http';

const LOOK_MS = 250;

/**
 * Tells when the server of a request takes no more connections, which Node tells nobody: an answer without an end would keep whoever closes
 * the server waiting for it. Keeps no process alive.
 *
 * A server that does not listen when this is called, but is handed its connections, is never told of.
 *
 * @returns What ends it.
 */
export function onServerClosing({ socket }: IncomingMessage, told: () => void): () => void {
  const { server } = socket as { readonly server?: { readonly listening?: boolean } };
  if (server?.listening !== true) return () => undefined;
  const timer = setInterval(() => {
    if (server.listening === true) return;
    clearInterval(timer);
    told();
  }, LOOK_MS).unref();
  return () => clearInterval(timer);
}
