/** A Prometheus of Debian's, started for a test: on a free port, in an empty folder, as a user who may do nothing else. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface PrometheusServer {
  /** The values that a query comes to, by the labels of its series as JSON. */
  query(promql: string): Promise<Record<string, number>>;
  /** Waits until a query comes to something that a function likes. */
  queryUntil(promql: string, isRight: (values: Record<string, number>) => boolean): Promise<Record<string, number>>;
  /** What it says of its targets: the last error of each, empty when there is none. */
  targetErrors(): Promise<string[]>;
  stop(): Promise<void>;
}

const NOBODY = 65_534;
const DEADLINE_MS = 20_000;

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/** @param target - `host:port` whose `/metrics` it scrapes once a second. */
export async function startPrometheus(target: string): Promise<PrometheusServer> {
  const dir = mkdtempSync(join(tmpdir(), 'prometheus-'));
  const port = await freePort();
  const config = join(dir, 'prometheus.yml');
  writeFileSync(
    config,
    `global: { scrape_interval: 1s, scrape_timeout: 1s }\nscrape_configs:\n  - { job_name: demo, static_configs: [{ targets: ['${target}'] }] }\n`,
  );
  const isRoot = process.getuid?.() === 0;
  if (isRoot) for (const path of [dir, config]) chownSync(path, NOBODY, NOBODY);
  const args = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(dir, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=error',
  ];
  const child = spawn('prometheus', args, { cwd: dir, stdio: ['ignore', 'ignore', 'pipe'], ...(isRoot && { uid: NOBODY, gid: NOBODY }) });
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-5000);
  });

  async function api(path: string): Promise<unknown> {
    const answer = (await (await fetch(`http://127.0.0.1:${port}/api/v1/${path}`)).json()) as { status: string; data: unknown };
    if (answer.status !== 'success') throw new Error(`Prometheus answered ${JSON.stringify(answer)}`);
    return answer.data;
  }

  async function query(promql: string): Promise<Record<string, number>> {
    const { result } = (await api(`query?query=${encodeURIComponent(promql)}`)) as {
      result: { metric: Record<string, string>; value: [number, string] }[];
    };
    return Object.fromEntries(result.map(({ metric, value }) => [JSON.stringify(metric), Number(value[1])]));
  }

  const server: PrometheusServer = {
    query,
    async queryUntil(promql, isRight) {
      const until = performance.now() + DEADLINE_MS;
      for (;;) {
        const values = await query(promql);
        if (isRight(values)) return values;
        if (performance.now() > until)
          throw new Error(`${promql} stays ${JSON.stringify(values)}; targets: ${await server.targetErrors()}`);
        await delay(100);
      }
    },
    async targetErrors() {
      const { activeTargets } = (await api('targets')) as { activeTargets: { lastError: string }[] };
      return activeTargets.map(({ lastError }) => lastError);
    },
    async stop() {
      await ended(child);
      rmSync(dir, { recursive: true, force: true });
    },
  };

  const until = performance.now() + DEADLINE_MS;
  while (performance.now() < until) {
    if (child.exitCode !== null) break;
    // Not there yet.
    const isReady = await fetch(`http://127.0.0.1:${port}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return server;
    await delay(50);
  }
  await server.stop();
  throw new Error(`Prometheus does not start: ${said}`);
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
