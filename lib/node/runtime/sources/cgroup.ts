import { posix } from 'node:path';
import { numberIn, type Places, readHead } from '../places';

/** What the container of this process may use; what is not limited is `undefined`. */
export interface ContainerLimits {
  /** Cores; a quota can be a fraction. */
  readonly cores: number | undefined;
  /** Bytes. */
  readonly memory: number | undefined;
}

/** Groups are nested; deeper ones are not looked at. */
const MAX_DEPTH = 32;
/** Version 1 says "no limit" with the largest number of pages: some 9.2e18 bytes. */
const UNLIMITED = 2 ** 60;

/**
 * Reads the limits of control groups of both versions. A group is limited by all above it, so the smallest limit on the
 * way to the root counts.
 */
export async function readContainerLimits(places: Places): Promise<ContainerLimits> {
  const groups = parseGroups((await readHead(places.path('proc', 'self', 'cgroup'))) ?? '');
  const found = await Promise.all([
    least(foldersOf(['', 'unified'], groups.get('')), (folder) => quotaOfV2(places, folder)),
    least(foldersOf(['cpu', 'cpu,cpuacct'], groups.get('cpu')), (folder) => quotaOfV1(places, folder)),
    least(foldersOf(['', 'unified'], groups.get('')), (folder) => memoryIn(places, folder, 'memory.max')),
    least(foldersOf(['memory'], groups.get('memory')), (folder) => memoryIn(places, folder, 'memory.limit_in_bytes')),
  ]);
  const [coresV2, coresV1, memoryV2, memoryV1] = found;
  return { cores: smaller(coresV2, coresV1), memory: smaller(memoryV2, memoryV1) };
}

/** Paths by controller; that of version 2 is under no name. Lines such as `4:cpu,cpuacct:/docker/1f`, `0::/user.slice`. */
function parseGroups(text: string): ReadonlyMap<string, string> {
  const groups = new Map<string, string>();
  for (const line of text.split('\n').slice(0, 64)) {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (controllers !== undefined) for (const controller of controllers.split(',')) groups.set(controller, path!);
  }
  return groups;
}

/**
 * The folders of a group and of those above it. Inside a container the path may be that of the host, of which only the
 * root is visible: folders that are not there say nothing.
 */
function foldersOf(mounts: readonly string[], group: string | undefined): readonly string[] {
  if (group === undefined) return [];
  // Groups outside of the namespace are told as `/../..`.
  const parts = group.split('/').filter((part) => part !== '' && part !== '..' && part !== '.');
  const paths = Array.from({ length: Math.min(parts.length, MAX_DEPTH) + 1 }, (_, depth) => parts.slice(0, depth).join('/'));
  return mounts.flatMap((mount) => paths.map((path) => posix.join('sys/fs/cgroup', mount, path)));
}

async function least(folders: readonly string[], read: (folder: string) => Promise<number | undefined>): Promise<number | undefined> {
  const limits = await Promise.all(folders.map(read));
  return limits.reduce(smaller, undefined);
}

/** `max 100000` or `50000 100000`: microseconds in each period. */
async function quotaOfV2(places: Places, folder: string): Promise<number | undefined> {
  const [quota, period] = ((await readHead(places.path(folder, 'cpu.max'))) ?? '').split(' ');
  return coresOf(numberIn(quota), numberIn(period));
}

/** A quota of -1 is none. */
async function quotaOfV1(places: Places, folder: string): Promise<number | undefined> {
  const [quota, period] = await Promise.all([
    readHead(places.path(folder, 'cpu.cfs_quota_us')),
    readHead(places.path(folder, 'cpu.cfs_period_us')),
  ]);
  return coresOf(numberIn(quota), numberIn(period));
}

const coresOf = (quota: number | undefined, period: number | undefined): number | undefined =>
  quota !== undefined && quota > 0 && period !== undefined && period > 0 ? quota / period : undefined;

async function memoryIn(places: Places, folder: string, file: string): Promise<number | undefined> {
  const bytes = numberIn(await readHead(places.path(folder, file)));
  return bytes !== undefined && bytes > 0 && bytes < UNLIMITED ? bytes : undefined;
}

const smaller = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined ? other : other === undefined ? one : Math.min(one, other);
