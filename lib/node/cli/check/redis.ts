import { redisCheck } from '../../../health/checks/redis';
import type { CheckFunction } from '../../../health/result';
import type { DatabaseKind, OpenDatabase } from './database';
import { loadPeer } from './load-peer';

/** What the clients of both packages have in common. */
type Client = Parameters<typeof redisCheck>[0] & {
  on(event: 'error', listener: (error: unknown) => void): unknown;
  connect(): Promise<unknown>;
};

/** What is used of `ioredis`. */
interface IoRedis {
  readonly Redis: new (address: string, options: object) => Client & { disconnect(): void };
}

/** What is used of `redis`. */
interface NodeRedis {
  createClient(options: object): Client & { destroy(): void };
}

/** A client that connects once and does not try again by itself. */
interface OneTry {
  readonly client: Client;
  close(): void;
}

const CONNECT_MS = 5_000;
const PEERS = [
  { package: 'ioredis', exports: 'Redis' },
  { package: 'redis', exports: 'createClient' },
];

export const REDIS: DatabaseKind = {
  name: 'Redis',
  option: '--redis',
  protocols: ['redis:', 'rediss:'],
  defaultPort: 6379,
  async open(address, load): Promise<OpenDatabase> {
    const { package: name, module } = await loadPeer('Redis', PEERS, load);
    const open = name === 'redis' ? openNodeRedis(module as NodeRedis, address) : openIoRedis(module as IoRedis, address);
    return { check: askWith(open), close: () => undefined };
  },
};

const openIoRedis =
  ({ Redis }: IoRedis, address: string) =>
  (): OneTry => {
    const options = { lazyConnect: true, maxRetriesPerRequest: 0, connectTimeout: CONNECT_MS };
    const client = new Redis(address, options);
    return { client, close: () => client.disconnect() };
  };

const openNodeRedis =
  ({ createClient }: NodeRedis, url: string) =>
  (): OneTry => {
    const client = createClient({ url, socket: { connectTimeout: CONNECT_MS, reconnectStrategy: false } });
    return { client, close: () => client.destroy() };
  };

/** Each question has a connection of its own: what has failed once is not mended, but made anew. */
function askWith(open: () => OneTry): CheckFunction {
  return async ({ signal }) => {
    const { client, close } = open();
    let first: unknown;
    // What connecting rejects with may say no more than that it is closed; and an `error` that nobody hears ends the program.
    client.on('error', (error) => {
      first ??= error;
    });
    const end = (): void => {
      try {
        close();
      } catch {
        // It was closed already.
      }
    };
    signal.addEventListener('abort', end);
    try {
      await client.connect();
      return await redisCheck(client)({ signal });
    } catch (error) {
      throw first ?? error;
    } finally {
      signal.removeEventListener('abort', end);
      end();
    }
  };
}
