import type { HonoContextLike, HonoOptions } from '../../http/web/hono';
import { exchangeOf, type NodeExchange, type NodeResponse, track } from './node-exchange';
import type { NodeRequest } from './request-head';
import { type NodeTracked, trackerOf } from './tracked';

/**
 * For `honoMiddleware` on `@hono/node-server`: tracks Node's request and response, so that bytes and ends are those of the connection.
 *
 * @throws {TelemetryError} `OPTION_INVALID`
 */
export function onNode(tracking: NodeTracked): NonNullable<HonoOptions['onNode']> {
  const tracker = trackerOf('honoMiddleware', tracking);
  return async (incoming, outgoing, context, next) => {
    const known = exchangeOf(outgoing);
    const pair = known ?? track(tracker, incoming as NodeRequest, outgoing as NodeResponse);
    if (pair === undefined) return next();
    pair.leaveOutClient();
    try {
      await pair.exchange.run(next);
    } catch (error) {
      // Hono makes answers of errors only; anything else that is thrown comes here.
      if (!answered(pair, context, error)) throw error;
    }
  };
}

function answered(pair: NodeExchange, context: HonoContextLike, error: unknown): boolean {
  const safe = pair.answer(error);
  if (safe === undefined) {
    pair.fail(error);
    return false;
  }
  context.res = new Response(safe.body, { status: safe.status, headers: { ...safe.headers, 'content-type': safe.contentType } });
  return true;
}
