import { cpus } from 'node:os';
import { type Places, readHead } from '../places';

/** Time that cores spent, in a unit of the platform. */
interface CpuTimes {
  readonly total: number;
  readonly idle: number;
}

/** Shorter than that, one tick of the kernel's clock is too much of it. */
const SHORTEST_MS = 100;

/** How busy the cores of a machine are, between one reading and the next. */
export class HostCpu {
  private last: (CpuTimes & { readonly at: number }) | undefined = undefined;

  /** @param now - ms. */
  constructor(
    private readonly places: Places,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Since the last call; `undefined` for the first one, and where the platform can't tell. */
  async utilization(): Promise<number | undefined> {
    const at = this.now();
    const { last } = this;
    if (last !== undefined && at - last.at < SHORTEST_MS) return undefined;
    const times = await this.read();
    if (times === undefined) return undefined;
    this.last = { ...times, at };
    return last && busyShare(last, times);
  }

  private async read(): Promise<CpuTimes | undefined> {
    const text = await readHead(this.places.path('proc', 'stat'));
    if (text !== undefined) return parseStat(text);
    return this.places.isOwn ? sumOf(cpus()) : undefined;
  }
}

/** Counters of the kernel may go back a little; a share that can't be is none. */
export function busyShare(from: CpuTimes, to: CpuTimes): number | undefined {
  const total = to.total - from.total;
  if (!(total > 0)) return undefined;
  return Math.min(1, Math.max(0, 1 - (to.idle - from.idle) / total));
}

/** The line of all cores: user, nice, system, idle, iowait, irq, softirq, steal; guest time is part of user time. */
export function parseStat(text: string): CpuTimes | undefined {
  const fields = /^cpu +([\d ]+)$/m.exec(text)?.[1]?.trim().split(/ +/).map(Number).slice(0, 8);
  if (fields === undefined || fields.length < 4) return undefined;
  return { total: fields.reduce((sum, ticks) => sum + ticks, 0), idle: fields[3]! + (fields[4] ?? 0) };
}

function sumOf(cores: ReturnType<typeof cpus>): CpuTimes | undefined {
  if (cores.length === 0) return undefined;
  const idle = cores.reduce((sum, { times }) => sum + times.idle, 0);
  return { total: cores.reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, idle), idle };
}
