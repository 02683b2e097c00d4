/** A StatsD receiver for tests: a UDP socket on a free loopback port that understands what it gets, strictly. */
import { createSocket, type Socket } from 'node:dgram';

export interface Listener {
  readonly port: number;
  readonly datagrams: string[];
  /** Sums of counters by name and tags. */
  readonly counters: Map<string, number>;
  /** Gauges as StatsD and Telegraf take them: what has a sign is relative. */
  readonly gauges: Map<string, number>;
  /** Gauges as DogStatsD takes them. */
  readonly absolute: Map<string, number>;
  lines(): string[];
  /** Waits until a condition is true, and fails after 5 s. */
  until(condition: () => boolean): Promise<void>;
  /** It no longer keeps the process alive, for those who can't tell when they are done. */
  unref(): void;
  close(): Promise<void>;
}

const LINE = /^([A-Za-z0-9_.-]+):(-?\d+(?:\.\d+)?(?:e[+-]\d+)?)\|([cg])(\|#.+)?$/;

/** @param port - 0: a free one. */
export async function listen(port = 0): Promise<Listener> {
  const socket: Socket = createSocket('udp4');
  const datagrams: string[] = [];
  const [counters, gauges, absolute] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()];
  socket.on('message', (message) => {
    const text = message.toString();
    datagrams.push(text);
    for (const line of text.split('\n')) {
      const [, name, number, type, tags = ''] = LINE.exec(line) ?? [];
      if (name === undefined) throw new Error(`Not a line of StatsD: ${JSON.stringify(line)}`);
      const [key, value] = [`${name}${tags}`, Number(number)];
      if (type === 'c') counters.set(key, (counters.get(key) ?? 0) + value);
      else {
        gauges.set(key, number!.startsWith('-') ? (gauges.get(key) ?? 0) + value : value);
        absolute.set(key, value);
      }
    }
  });
  await new Promise<void>((resolve) => socket.bind(port, '127.0.0.1', resolve));
  const until = async (condition: () => boolean): Promise<void> => {
    const end = Date.now() + 5000;
    while (!condition()) {
      if (Date.now() > end) throw new Error(`Waited in vain; there are ${JSON.stringify(datagrams).slice(0, 500)}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  return {
    port: socket.address().port,
    datagrams,
    counters,
    gauges,
    absolute,
    lines: () => datagrams.flatMap((text) => text.split('\n')),
    until,
    unref: () => void socket.unref(),
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}
