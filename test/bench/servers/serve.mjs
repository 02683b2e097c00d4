/** What every server of the bench answers, how it is told of, and how it ends. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ANSWER = '{"hello":"world"}';

/** @type {import('node:http').RequestListener} */
export function hello(_request, response) {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': ANSWER.length });
  response.end(ANSWER);
}

/** The same as a route of Express. */
export const helloRoute = /** @type {import('express').RequestHandler} */ ((_request, response) => void response.type('json').send(ANSWER));

/** A folder for logs, gone when the server ends. */
export function logFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'telemetry-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Listens, and tells its port to who started it, whose end is the server's as well. Asked, it tells how much processor time it has taken, in µs. */
export function serve(/** @type {import('node:http').RequestListener} */ listener) {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1', () => process.send?.(/** @type {import('node:net').AddressInfo} */ (server.address()).port));
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.(user + system);
  });
  process.once('disconnect', () => process.exit());
}
