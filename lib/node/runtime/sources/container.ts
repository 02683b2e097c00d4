import * as os from 'node:os';
import type { Places } from '../places';
import { type ContainerLimits, readContainerLimits } from './cgroup';

/** Limits change rarely, and reading them takes a dozen files. */
const KEPT_MS = 10_000;

/** What this process may use, for several measurements. */
export class Container {
  private reading: Promise<ContainerLimits> | undefined = undefined;
  private readAt = 0;

  constructor(private readonly places: Places) {}

  /** Cores, of which its affinity may leave some and a quota some or a part. */
  async cores(): Promise<number | undefined> {
    const { cores } = await this.limits();
    const own = this.places.isOwn ? os.availableParallelism?.() : undefined;
    return own === undefined || cores === undefined ? (cores ?? own) : Math.min(cores, own);
  }

  /** Bytes; `undefined` without a limit. One that is more than the machine has limits nothing. */
  async memory(): Promise<number | undefined> {
    const { memory } = await this.limits();
    if (!this.places.isOwn) return memory;
    const limit = memory ?? process.constrainedMemory?.();
    return limit !== undefined && limit > 0 && limit < os.totalmem() ? limit : undefined;
  }

  private limits(): Promise<ContainerLimits> {
    const now = performance.now();
    if (this.reading === undefined || now - this.readAt > KEPT_MS) {
      this.readAt = now;
      this.reading = readContainerLimits(this.places);
    }
    return this.reading;
  }
}
