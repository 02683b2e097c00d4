import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync, statSync } from 'node:fs';

export interface PortOwner {
  readonly pid: number;
  /** As the system names the program; arguments, which can hold secrets, are not looked at. */
  readonly name: string;
}

const LISTENS = '0A';
const MOST_BYTES = 4 * 1024 * 1024;
const MOST_PROCESSES = 10_000;

/**
 * Who listens at a TCP port, as far as Linux tells in `/proc`: only a process of the same user. `undefined` for another one,
 * and on other systems.
 */
export function listenerOf(port: number, proc: string = '/proc'): PortOwner | undefined {
  try {
    const sockets = new Set(
      ['tcp', 'tcp6'].flatMap((file) => listeningSockets(`${proc}/net/${file}`, port)).map((inode) => `socket:[${inode}]`),
    );
    if (sockets.size === 0) return undefined;
    const own = process.getuid?.();
    const pids = readdirSync(proc).filter((name) => /^\d+$/.test(name));
    const pid = pids
      .slice(0, MOST_PROCESSES)
      .find((candidate) => isOf(`${proc}/${candidate}`, own) && holds(`${proc}/${candidate}/fd`, sockets));
    return pid === undefined ? undefined : { pid: Number(pid), name: readFileSync(`${proc}/${pid}/comm`, 'utf8').trim() };
  } catch {
    return undefined;
  }
}

/** The numbers of sockets that listen at a port. */
function listeningSockets(file: string, port: number): string[] {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return beginningOf(file)
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, address, , state]) => state === LISTENS && address?.endsWith(local))
    .flatMap((cells) => cells[9] ?? []);
}

/** Files of `/proc` have no size, and this one a line for each connection of the machine; those that listen come first. */
function beginningOf(file: string): string {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return '';
  }
  try {
    const parts: Buffer[] = [];
    for (let bytes = 0; bytes < MOST_BYTES; ) {
      const part = Buffer.alloc(64 * 1024);
      const count = readSync(descriptor, part);
      if (count === 0) break;
      parts.push(part.subarray(0, count));
      bytes += count;
    }
    return Buffer.concat(parts).toString('latin1');
  } finally {
    closeSync(descriptor);
  }
}

function isOf(folder: string, user: number | undefined): boolean {
  try {
    return statSync(folder).uid === user;
  } catch {
    return false;
  }
}

function holds(folder: string, sockets: ReadonlySet<string>): boolean {
  try {
    return readdirSync(folder).some((descriptor) => sockets.has(linkOf(`${folder}/${descriptor}`)));
  } catch {
    return false;
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
