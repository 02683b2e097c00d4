/** A PostgreSQL server of the test's own: an empty one in a fresh folder, run by an unprivileged user, and gone afterwards. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, chownSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import pg from 'pg';

const USER = 'telemetry';
/** Who runs the server when the test is root, which PostgreSQL refuses to be. */
const UNPRIVILEGED = ['postgres', 'nobody'];

export interface PostgresServer {
  /** How it is reached. */
  readonly address: { readonly host: string; readonly port: number; readonly user: string; readonly database: string };
  /** Starts it; again after {@link kill}, when it recovers first. */
  start(): Promise<void>;
  /** SIGKILL to every process of it at once. */
  kill(): Promise<void>;
  /** SIGSTOP to every process of it: connections are taken by the system, and nothing answers. */
  freeze(): void;
  thaw(): void;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

function folderOf(tool: string): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((one, other) => Number(other) - Number(one)) : [];
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...versions.map((version) => join(debian, version, 'bin'))];
  return folders.find((folder) => {
    try {
      accessSync(join(folder, tool));
      return true;
    } catch {
      return false;
    }
  });
}

/** Why there can be no server; `undefined`: there can. */
export function postgresMissing(): string | undefined {
  for (const tool of ['initdb', 'postgres']) if (folderOf(tool) === undefined) return `there is no PostgreSQL (${tool})`;
  return process.getuid?.() === 0 && unprivileged() === undefined ? 'there is no user postgres or nobody to run it' : undefined;
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

function unprivileged(): Owner | undefined {
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

/** State and parent of a process, from its line in /proc; what is in parentheses may hold anything. */
function statOf(pid: number): { readonly state: string; readonly parent: number } | undefined {
  try {
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return { state: state!, parent: Number(parent) };
  } catch {
    return undefined;
  }
}

/** Backends lead sessions of their own: a group of processes would not hold them. */
const childrenOf = (pid: number): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((child) => child > 0 && statOf(child)?.parent === pid);

const isRunning = (pid: number): boolean => {
  const found = statOf(pid);
  return found !== undefined && found.state !== 'Z';
};

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It is gone.
  }
}

async function until(what: string, isSo: () => boolean | Promise<boolean>, limitMs = 30_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`PostgreSQL: not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Ends what is left of a server when the test process is gone, however it went: by SIGKILL it has no last word. */
const GUARD = `cat >/dev/null
pid=$(head -n 1 "$0/data/postmaster.pid" 2>/dev/null)
if [ -n "$pid" ] && ps -o args= -p "$pid" | grep -qF "$0"; then kill -CONT "$pid"; kill -QUIT "$pid"; sleep 1; fi
rm -rf "$0"`;

function guard(dir: string): void {
  const child = spawn('sh', ['-c', GUARD, dir], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  child.on('error', () => undefined);
  child.unref();
  // On Bun the pipe is no socket, and does not keep the process alive.
  (child.stdin as Partial<Socket>).unref?.();
}

/** Makes a server and starts it. Its disk writes are real (fsync): some tests kill it. */
export async function startPostgres(): Promise<PostgresServer> {
  const owner: Owner | undefined = process.getuid?.() === 0 ? unprivileged() : undefined;
  const dir = mkdtempSync(join(tmpdir(), 'telemetry-postgres-'));
  guard(dir);
  const data = join(dir, 'data');
  mkdirSync(data, { mode: 0o700 });
  if (owner !== undefined) for (const path of [dir, data]) chownSync(path, owner.uid, owner.gid);
  const env = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
  execFileSync(join(folderOf('initdb')!, 'initdb'), ['-D', data, '-U', USER, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'], {
    ...owner,
    env,
    cwd: dir,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const port = await freePort();
  const address = { host: '127.0.0.1', port, user: USER, database: 'postgres' };
  const log = openSync(join(dir, 'server.log'), 'a');
  const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: dir, shared_buffers: '16MB', max_connections: '50' };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  let main: ChildProcess | undefined;

  const all = (): number[] => (main?.pid === undefined ? [] : [main.pid, ...childrenOf(main.pid)]);
  const freeze = (): void => {
    // The main process first, which would start others meanwhile.
    if (main?.pid !== undefined) signal(main.pid, 'SIGSTOP');
    for (const pid of all()) signal(pid, 'SIGSTOP');
  };
  const answers = async (): Promise<boolean> => {
    if (main?.exitCode !== null) throw new Error(`PostgreSQL did not start: ${readFileSync(join(dir, 'server.log'), 'utf8').slice(-2000)}`);
    const client = new pg.Client({ ...address, connectionTimeoutMillis: 1000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  const server: PostgresServer = {
    address,
    freeze,
    async start() {
      main = spawn(join(folderOf('postgres')!, 'postgres'), ['-D', data, '-p', String(port), ...flags], {
        ...owner,
        env,
        cwd: dir,
        stdio: ['ignore', log, log],
      });
      main.unref();
      await until('it answers', answers);
    },
    async kill() {
      freeze();
      const pids = all();
      for (const pid of pids) signal(pid, 'SIGKILL');
      await until('its processes are gone', () => !pids.some(isRunning));
      main = undefined;
    },
    thaw: () => {
      for (const pid of all()) signal(pid, 'SIGCONT');
    },
    async remove() {
      process.off('exit', atExit);
      const running = main;
      if (running?.pid !== undefined && running.exitCode === null) {
        server.thaw();
        const gone = once(running, 'exit');
        running.ref();
        signal(running.pid, 'SIGINT');
        await gone;
      }
      rmSync(dir, { recursive: true, force: true });
    },
  };
  const atExit = (): void => {
    for (const pid of existsSync('/proc') ? all() : [main?.pid ?? 0]) if (pid > 0) signal(pid, 'SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  };
  process.on('exit', atExit);
  await server.start();
  return server;
}
