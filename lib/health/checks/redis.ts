import { optionInvalid } from '../../core/options';
import { show } from '../../core/show';
import type { CheckFunction } from '../result';
import { driverCheck, hasMethods } from './driver';
import { OneAtATime } from './one-at-a-time';

/** A client of `ioredis` or `redis`. */
export interface RedisHealthClient {
  ping(): PromiseLike<unknown>;
}

/**
 * Asks Redis `PING`.
 *
 * Clients queue commands while they have no connection: a `PING` that is not answered is waited for, not repeated, so that nothing
 * piles up while Redis is away. While the check is there, a lost connection does not end the process: the check listens to the
 * client's `error`.
 *
 * @param client - Yours, connected: the check neither connects nor closes it.
 * @throws {TelemetryError} `OPTION_INVALID` for what has no `ping()`.
 * @example
 * const client = { ping: async () => 'PONG' };
 * const health = healthOf(telemetry);
 * health.addCheck('redis', redisCheck(client), { critical: false });
 * (await health.check()).checks.redis?.status; // => 'healthy'
 */
export function redisCheck(client: RedisHealthClient): CheckFunction {
  if (!hasMethods(client, 'ping')) throw optionInvalid('redisCheck: client', client, 'a client of ioredis or redis, with ping()');
  const ping = new OneAtATime(() => client.ping());
  return driverCheck(client, async ({ signal }) => {
    const answer = await ping.answer(signal);
    // A client that gives bytes answers with a buffer.
    if (answer instanceof Uint8Array || answer === 'PONG') return undefined;
    // A connection that listens to channels answers in another form.
    if (Array.isArray(answer) && String(answer[0]).toLowerCase() === 'pong') return undefined;
    return { status: 'unhealthy', detail: `PING was answered with ${show(answer)}` };
  });
}
