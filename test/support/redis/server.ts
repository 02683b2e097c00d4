/** A Redis server of the test's own: an empty one in a fresh folder, run by an unprivileged user, and gone afterwards. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Who runs the server when the test is root. */
const UNPRIVILEGED = ['redis', 'nobody'];

export interface RedisServer {
  readonly port: number;
  /** Starts it; again after {@link kill}. */
  start(): Promise<void>;
  kill(): Promise<void>;
  /** SIGSTOP: connections are taken by the system, and nothing answers. */
  freeze(): void;
  thaw(): void;
  /** Connections that it has, this question's own left out. */
  clients(): Promise<number>;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

/** Why there can be no server; `undefined`: there can. */
export function redisMissing(): string | undefined {
  if (process.platform === 'win32') return 'it needs signals';
  const found = (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, 'redis-server'));
      return true;
    } catch {
      return false;
    }
  });
  return found ? undefined : 'there is no redis-server';
}

function unprivileged(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of UNPRIVILEGED) {
    try {
      const [uid, gid] = ['-u', '-g'].map((what) => Number(execFileSync('id', [what, name], { stdio: ['ignore', 'pipe', 'ignore'] })));
      return { uid: uid!, gid: gid! };
    } catch {
      // The next one.
    }
  }
  return undefined;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Asks one question in the protocol's plain form. */
function ask(port: number, question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.setTimeout(1000, () => socket.destroy(new Error('no answer')));
    socket.on('connect', () => socket.write(`${question}\r\nQUIT\r\n`));
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}

/** Ends the server when the test process is gone, however it went: by SIGKILL it has no last word. */
const GUARD = `cat >/dev/null
pid=$(cat "$0/redis.pid" 2>/dev/null)
if [ -n "$pid" ] && ps -o args= -p "$pid" | grep -q redis-server; then kill -KILL "$pid"; fi
rm -rf "$0"`;

function guard(dir: string): void {
  const child = spawn('sh', ['-c', GUARD, dir], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  child.on('error', () => undefined);
  child.unref();
  // On Bun the pipe is no socket, and does not keep the process alive.
  (child.stdin as Partial<Socket>).unref?.();
}

/** Makes a server and starts it. It keeps nothing on the disk. */
export async function startRedis(): Promise<RedisServer> {
  const owner = unprivileged();
  const dir = mkdtempSync(join(tmpdir(), 'telemetry-redis-'));
  guard(dir);
  if (owner !== undefined) chownSync(dir, owner.uid, owner.gid);
  const port = await freePort();
  const log = join(dir, 'server.log');
  const where = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--logfile', log, '--pidfile', join(dir, 'redis.pid')];
  let main: ChildProcess | undefined;
  const signal = (name: NodeJS.Signals): void => {
    if (main?.exitCode === null && main.signalCode === null) main.kill(name);
  };
  const server: RedisServer = {
    port,
    async start() {
      main = spawn('redis-server', [...where, '--save', '', '--appendonly', 'no'], { ...owner, cwd: dir, stdio: 'ignore' });
      main.unref();
      const end = performance.now() + 30_000;
      while (!(await ask(port, 'PING').catch(() => '')).startsWith('+PONG')) {
        if (main.exitCode !== null || performance.now() > end)
          throw new Error(`Redis did not start: ${readFileSync(log, 'utf8').slice(-2000)}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    async kill() {
      const running = main;
      if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
      running.ref();
      const gone = once(running, 'exit');
      running.kill('SIGKILL');
      await gone;
    },
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    clients: async () => Number(/connected_clients:(\d+)/.exec(await ask(port, 'INFO clients'))?.[1]) - 1,
    async remove() {
      process.off('exit', atExit);
      await server.kill();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  const atExit = (): void => {
    signal('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  };
  process.on('exit', atExit);
  await server.start();
  return server;
}
