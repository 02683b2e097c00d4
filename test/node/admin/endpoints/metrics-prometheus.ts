/** A Prometheus of Debian's that scrapes with a bearer token, in an empty folder, as a user who may do nothing else. */
import { spawn } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface Scraper {
  /** Waits until the one target was scraped, or failed to be; tells its health, `up` or `down`, and its last error. */
  target(): Promise<{ readonly health: string; readonly lastError: string }>;
  /** Waits until a query has a value, and tells it. */
  value(promql: string): Promise<number>;
  stop(): Promise<void>;
}

const NOBODY = 65_534;
const DEADLINE_MS = 30_000;

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/** Asks again until there is an answer. */
async function until<Found>(what: string, find: () => Promise<Found | undefined>): Promise<Found> {
  const deadline = performance.now() + DEADLINE_MS;
  while (performance.now() < deadline) {
    const found = await find().catch(() => undefined);
    if (found !== undefined) return found;
    await delay(100);
  }
  throw new Error(`Waited in vain: ${what}`);
}

/** @param target - `host:port` whose `/metrics` it scrapes once a second. */
export async function startScraper(target: string, token: string): Promise<Scraper> {
  const dir = mkdtempSync(join(tmpdir(), 'prometheus-'));
  const port = await freePort();
  const config = join(dir, 'prometheus.yml');
  const job = `{ job_name: admin, authorization: { credentials: '${token}' }, static_configs: [{ targets: ['${target}'] }] }`;
  writeFileSync(config, `global: { scrape_interval: 1s, scrape_timeout: 1s }\nscrape_configs:\n  - ${job}\n`);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) for (const path of [dir, config]) chownSync(path, NOBODY, NOBODY);
  const args = [`--config.file=${config}`, `--storage.tsdb.path=${join(dir, 'data')}`, `--web.listen-address=127.0.0.1:${port}`];
  const child = spawn('prometheus', args, { cwd: dir, stdio: 'ignore', ...(isRoot && { uid: NOBODY, gid: NOBODY }) });
  const ended = new Promise<void>((resolve) => void child.once('close', () => resolve()).once('error', () => resolve()));

  async function api<Data>(path: string): Promise<Data> {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`);
    return ((await answer.json()) as { data: Data }).data;
  }

  return {
    target: () =>
      until('a scrape', async () => {
        const { activeTargets } = await api<{ activeTargets: { health: string; lastError: string }[] }>('targets');
        return activeTargets.find(({ health }) => health !== 'unknown');
      }),
    value: (promql) =>
      until(promql, async () => {
        const { result } = await api<{ result: { value: [number, string] }[] }>(`query?query=${encodeURIComponent(promql)}`);
        return result[0] && Number(result[0].value[1]);
      }),
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
