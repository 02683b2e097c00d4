import type { ProcessCpuMeasurements } from '../events';
import type { Container } from './container';

const SHORTEST_MS = 10;

/** CPU of this process, between one reading and the next. */
export class ProcessCpu {
  private last: { readonly seconds: number; readonly at: number } | undefined = undefined;

  constructor(private readonly container: Container) {}

  async read(): Promise<ProcessCpuMeasurements> {
    const limit = await this.container.cores();
    const { user, system } = process.cpuUsage();
    const now = { seconds: (user + system) / 1e6, at: performance.now() };
    const { last } = this;
    const passed = last === undefined ? 0 : now.at - last.at;
    if (last === undefined || passed >= SHORTEST_MS) this.last = now;
    const used = last !== undefined && passed >= SHORTEST_MS && limit !== undefined ? now.seconds - last.seconds : undefined;
    return {
      time: now.seconds,
      ...(limit !== undefined && { limit }),
      // The two clocks are not read at the same moment.
      ...(used !== undefined && { utilization: Math.min(1, Math.max(0, used / ((passed / 1000) * limit!))) }),
    };
  }
}
