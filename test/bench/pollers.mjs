/**
 * What pollers cost: all measurements of the machine and of the process, every second, as a share of one core.
 *
 * A process that does the same without them is the control. Each is given time to warm up: then everything is compiled.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { dist } from './library.mjs';
import { report, within } from './measure.mjs';

const WARM_UP_MS = 5_000;
const MEASURED_MS = Number(process.env.BENCH_POLLERS_MS ?? 30_000);
const percent = (/** @type {number} */ share) => `${(share * 100).toFixed(2)} %`;
const wait = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** CPU of this process while it is idle but for what runs in the background, as a share of one core. */
async function share() {
  await wait(WARM_UP_MS);
  const [begin, before] = [performance.now(), process.cpuUsage()];
  await wait(MEASURED_MS);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / (performance.now() - begin);
}

/** Runs a mode of this file in a process of its own, and hears its share. @param {string} mode */
async function shareOf(mode) {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), mode], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  assert.equal(code, 0);
  return /** @type {{ share: number, samples: number }} */ (JSON.parse(text));
}

const modes = {
  async idle() {
    console.log(JSON.stringify({ share: await share(), samples: 0 }));
  },

  async pollers() {
    /** @type {typeof import('../../lib/index')} */
    const { createTelemetry } = await import(`${dist}/index.js`);
    /** @type {typeof import('../../lib/node/index')} */
    const { startMonitor } = await import(`${dist}/node/index.js`);
    const bus = createTelemetry();
    bus.attachMetricsHandler();
    const monitor = startMonitor({ bus, interval: '1s' });
    const found = await share();
    const samples = monitor.samples().length;
    assert.ok(samples >= MEASURED_MS / 1000, `${samples} samples`);
    assert.ok(bus.getMetrics().some(({ name }) => name === 'process.memory.usage'));
    monitor.stop();
    console.log(JSON.stringify({ share: found, samples }));
  },

  async ''() {
    const [idle, pollers] = [await shareOf('idle'), await shareOf('pollers')];
    report(
      [
        within('all system and runtime measurements every second, share of one core', pollers.share - idle.share, { show: percent }),
        within('the same process without them', idle.share, { show: percent }),
      ],
      { heard: false },
    );
  },
};

await modes[/** @type {keyof typeof modes} */ (process.argv[2] ?? '')]();
