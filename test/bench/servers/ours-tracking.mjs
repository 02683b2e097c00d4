/** What is compared with the others: one file, as theirs, that is written in batches. */
import { join } from 'node:path';
import { createTelemetry, dist } from '../library.mjs';
import { logFolder } from './serve.mjs';

/** @type {typeof import('../../../lib/node/index')} */
const { fileSink } = await import(`${dist}/node/index.js`);
/** @type {typeof import('../../../lib/node/http/index')} */
const { integrate, trackHttp } = await import(`${dist}/node/http/index.js`);

function startBus() {
  const bus = createTelemetry({ metrics: { history: true }, log: { level: 'info', format: 'json' } });
  bus.configureLog({ sinks: [fileSink({ path: join(logFolder(), 'app.log') })] });
  bus.attachAll();
  return bus;
}

/** @param {import('../../../lib/http/options').HttpOptions} options */
export const trackHello = (options) => trackHttp(startBus(), options);

/** @param {import('express').Express} app */
export const integrateHello = (app) => integrate(app, startBus(), { health: false });
