import * as files from 'node:fs/promises';
import { parse } from 'node:path';
import type { MemoryMeasurements } from '../events';
import { type Places, readText } from '../places';

/** Network file systems are not among them: asking one whose server is gone holds a thread of Node for ever. */
const REAL: ReadonlySet<string> = new Set([
  'ext2',
  'ext3',
  'ext4',
  'xfs',
  'btrfs',
  'zfs',
  'f2fs',
  'jfs',
  'reiserfs',
  'bcachefs',
  'vfat',
  'exfat',
  'ntfs',
  'ntfs3',
]);
const MAX_MOUNTS = 32;
const KEPT_MS = 10_000;

export interface DiskReading {
  readonly measurements: MemoryMeasurements;
  readonly metadata: { readonly mount: string };
}

/** Room on file systems. */
export class Disks {
  /** Asked, and no answer yet: a disk that hangs must not take more than one of Node's threads. */
  private readonly asked = new Set<string>();

  private found: readonly string[] | undefined = undefined;
  private foundAt = 0;

  /**
   * @param mounts - Which ones; default: the real ones of this machine.
   * @param ask - Asks the system about one.
   */
  constructor(
    private readonly places: Places,
    private readonly mounts: readonly string[] | undefined,
    private readonly ask: (mount: string) => Promise<Room> = files.statfs,
  ) {}

  async read(): Promise<DiskReading[]> {
    const mounts = this.mounts ?? (await this.find());
    const found = await Promise.all(mounts.map((mount) => this.readOne(mount)));
    return found.filter((reading) => reading !== undefined);
  }

  /** Mounts change rarely. */
  private async find(): Promise<readonly string[]> {
    const now = performance.now();
    if (this.found === undefined || now - this.foundAt > KEPT_MS) {
      this.found = await findMounts(this.places);
      this.foundAt = now;
    }
    return this.found;
  }

  private async readOne(mount: string): Promise<DiskReading | undefined> {
    if (this.asked.has(mount)) return undefined;
    this.asked.add(mount);
    try {
      return { measurements: roomOf(await this.ask(mount)), metadata: { mount } };
    } catch {
      return undefined;
    } finally {
      this.asked.delete(mount);
    }
  }
}

/** What the system says of a file system. */
export interface Room {
  readonly bsize: number;
  readonly blocks: number;
  readonly bfree: number;
  readonly bavail: number;
}

/** As `df` reckons: what only root may use is neither used nor available. */
function roomOf({ bsize, blocks, bfree, bavail }: Room): MemoryMeasurements {
  const [limit, usage, available] = [blocks * bsize, (blocks - bfree) * bsize, bavail * bsize];
  // Some file systems have no size.
  if (!(limit > 0)) return {};
  return { usage, limit, available, ...(usage + available > 0 && { utilization: usage / (usage + available) }) };
}

async function findMounts(places: Places): Promise<readonly string[]> {
  const text = (await readText(places.path('proc', 'self', 'mounts'))) ?? (await readText(places.path('proc', 'mounts')));
  if (text !== undefined) return realMounts(text);
  return places.isOwn ? [parse(process.cwd()).root] : [];
}

/**
 * Mount points of real file systems, one for each device: the shortest, since a container sees its device once more under
 * each file that is mounted into it. The root always counts, which in a container is an overlay.
 */
export function realMounts(text: string): readonly string[] {
  const byDevice = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [device = '', path, type = ''] = line.split(' ');
    if (path === undefined || !(path === '/' || REAL.has(type))) continue;
    const mount = plainPath(path);
    const known = byDevice.get(device);
    if (known === undefined || mount.length < known.length) byDevice.set(device, mount);
  }
  return [...new Set(byDevice.values())].sort().slice(0, MAX_MOUNTS);
}

/** Spaces and the like are written as octal numbers. */
const plainPath = (path: string): string =>
  path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
