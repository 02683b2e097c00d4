/**
 * The dashboard of a program that emits 10,000 events a second: what it costs the program, and what the page gets and needs. A real browser,
 * without a screen; on a machine of two cores it takes one of them from the program.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { dist, root } from './library.mjs';
import { report } from './measure.mjs';

// Tools of the library's, not of the benchmarks'.
/** @type {typeof import('playwright-core')} */
const { chromium } = createRequire(resolve(root, 'package.json'))('playwright-core');

const SECONDS = Number(process.env.BENCH_SECONDS ?? 30);
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-sync'];

const child = spawn(process.execPath, [fileURLToPath(new URL('servers/busy-program.mjs', import.meta.url))], {
  stdio: ['pipe', 'pipe', 'inherit'],
  env: { ...process.env, BENCH_DIST: dist },
});
const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
async function ask(/** @type {string} */ text) {
  child.stdin.write(`${text}\n`);
  const { value } = await lines.next();
  return JSON.parse(value);
}

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ARGS });
try {
  // Warm, and with some history.
  await ask('measure 10');
  const without = await ask(`measure ${SECONDS}`);
  const page = await browser.newPage({ viewport: { width: 1360, height: 900 } });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  let bytes = 0;
  devtools.on('Network.dataReceived', ({ dataLength, encodedDataLength }) => {
    bytes += encodedDataLength || dataLength;
  });
  const { link } = await ask('link');
  await page.goto(link);
  await page.waitForSelector('.state-live');
  await page.waitForTimeout(5000);
  const heapOf = async () => {
    await devtools.send('HeapProfiler.collectGarbage');
    return (await devtools.send('Runtime.getHeapUsage')).usedSize;
  };
  const heapBefore = await heapOf();
  bytes = 0;
  await page.evaluate(`
    window.frames_ = [];
    let last = performance.now();
    const tick = (now) => { window.frames_.push(now - last); last = now; requestAnimationFrame(tick); };
    requestAnimationFrame(tick);
  `);
  const seen = await ask(`measure ${SECONDS}`);
  const perSecond = bytes / SECONDS;
  const frames = /** @type {number[]} */ (await page.evaluate('window.frames_.slice(1)')).sort((a, b) => a - b);
  const heapAfter = await heapOf();
  const p95 = frames[Math.floor(frames.length * 0.95)] ?? 0;
  const us = (/** @type {number} */ value) => `${value.toFixed(1)} µs`;
  const mb = (/** @type {number} */ value) => `${(value / 1e6).toFixed(1)} MB`;
  const promise = 'reported';
  report(
    [
      {
        path: `an emission of 10,000 a second (${Math.round(seen.rate).toLocaleString('en')}), logged and measured, p99.9; page open / closed`,
        ours: `${us(seen.p999)} / ${us(without.p999)}`,
        peer: `p50 ${us(seen.p50)} / ${us(without.p50)}`,
        ratio: `${(seen.p999 / without.p999).toFixed(1)} ×`,
        promise: '< 250 µs',
        kept: seen.p999 < 250,
      },
      {
        path: 'processor time of that program, page open / closed',
        ours: `${(seen.cpu * 100).toFixed(0)} % / ${(without.cpu * 100).toFixed(0)} % of a core`,
        peer: '',
        ratio: `${(seen.cpu / without.cpu).toFixed(2)} ×`,
        promise,
        kept: null,
      },
      {
        path: `its overview, live for ${SECONDS} s: time of a frame, p95 (${frames.length} frames)`,
        ours: `${p95.toFixed(1)} ms`,
        peer: '',
        ratio: '',
        promise: '< 34 ms',
        kept: p95 < 34,
      },
      {
        path: 'the same: bytes received per second',
        ours: `${(perSecond / 1000).toFixed(1)} kB`,
        peer: '',
        ratio: '',
        promise,
        kept: null,
      },
      {
        path: 'the same: heap of the page, after collecting; before / after',
        ours: `${mb(heapBefore)} / ${mb(heapAfter)}`,
        peer: '',
        ratio: `${(heapAfter / heapBefore).toFixed(2)} ×`,
        promise,
        kept: null,
      },
    ],
    { heard: false },
  );
} finally {
  await browser.close();
  child.stdin.write('end\n');
}
