/**
 * A program of 20 events that emits 10,000 times a second, logs each into a file, measures and keeps a history, and serves its dashboard.
 * Told `measure` on stdin it answers, after so many seconds, with how long emissions took.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createTelemetry, defineEvent, defineEvents, dist } from '../library.mjs';

/** @type {typeof import('../../../lib/node/admin/index')} */
const { serveAdmin } = await import(`${dist}/node/admin/index.js`);
/** @type {typeof import('../../../lib/node/index')} */
const { fileSink } = await import(`${dist}/node/index.js`);

const PER_SECOND = 10_000;
const COMPONENTS = 20;
const folder = mkdtempSync(join(tmpdir(), 'busy-'));
const stop = defineEvent({ tags: ['region'] });
const events = defineEvents('shop', Object.fromEntries(Array.from({ length: COMPONENTS }, (_, at) => [`part${at}`, { stop }])));
const sink = fileSink({ path: join(folder, 'app.log'), rotate: { maxBytes: 64 * 1024 * 1024 }, keep: { files: 2 } });
const bus = createTelemetry({ events, metrics: { history: true }, log: { sinks: [sink], format: 'json', schema: 'default' } });
bus.attachAll();
const server = await serveAdmin(bus, { port: 0, token: 'wZ4sVx8uQeJ2nLw6tGk0bRy7mHc3fDa9XoTi5vKqUzM' });
const names = Object.values(events).map((component) => component.stop);

let [sent, begun] = [0, performance.now()];
/** @type {number[] | undefined} */
let taken;
function emit() {
  const due = Math.min(PER_SECOND, Math.floor(((performance.now() - begun) / 1000) * PER_SECOND) - sent);
  for (let one = 0; one < due; one++) {
    const name = names[(sent + one) % COMPONENTS];
    const measurements = { duration: 1 + ((sent + one) % 97) * 3.1 };
    const metadata = { region: one % 2 === 0 ? 'eu' : 'us', session_id: `s-${(sent + one) % 5000}` };
    const begin = performance.now();
    bus.execute(name, measurements, metadata);
    taken?.push(performance.now() - begin);
  }
  sent += due;
}
const timer = setInterval(emit, 1);

for await (const line of createInterface({ input: process.stdin })) {
  const [word, seconds] = line.split(' ');
  if (word === 'end') break;
  if (word === 'link') console.log(JSON.stringify({ link: server.loginUrl() }));
  if (word !== 'measure') continue;
  taken = [];
  const cpu = process.cpuUsage();
  const before = sent;
  await new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1000));
  const { user, system } = process.cpuUsage(cpu);
  const sorted = Float64Array.from(taken).sort();
  taken = undefined;
  const at = (/** @type {number} */ part) => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0) * 1000;
  const rate = (sent - before) / Number(seconds);
  console.log(JSON.stringify({ p50: at(0.5), p999: at(0.999), rate, cpu: (user + system) / 1e6 / Number(seconds) }));
}
clearInterval(timer);
await server.close();
await sink.close();
rmSync(folder, { recursive: true, force: true });
// What reads the questions would keep it alive.
process.exit(0);
