import { PROTECTION } from '../answers';
import type { AdminParts } from '../parts';
import type { Route } from '../route';
import { refused, TEXT } from '../schemas';
import { type Admit, STREAM_PATH } from './standing';
import { STREAM_LIMITS } from './stream-limits';
import { Streams } from './streams';

/** How often a path may be asked, in s. */
const INTERVALS: readonly number[] = [1, 2, 5, 15, 30, 60];
const MAX_WATCHES = 12;
const MAX_PATH_CHARS = 1000;

const HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/event-stream; charset=utf-8',
  // nginx would gather it first.
  'x-accel-buffering': 'no',
};

/** Middleware that compresses answers would gather events before it passes them on. */
const STREAM_PROTECTION: Readonly<Record<string, string>> = { ...PROTECTION, 'cache-control': 'no-store, no-transform' };

/** `GET /admin/stream`, and all who follow it. */
export function streamRoute(
  { clock, onClose }: Pick<AdminParts, 'clock' | 'onClose'>,
  most: number,
  admit: Admit,
): { readonly route: Route; readonly streams: Streams } {
  const streams = new Streams(clock, admit, most, STREAM_LIMITS);
  onClose(() => streams.close());
  const route: Route = {
    method: 'GET',
    path: STREAM_PATH,
    scope: 'read',
    tag: 'monitoring',
    summary: 'Answers of this API as they change, as server-sent events',
    description:
      'Each `watch` is asked by the server, once for all who follow it, and what changed is sent: `hello`, then `full` (the whole answer), `delta` (what differs from the answer before) or `refused` for each. It ends after ten minutes, or with the session, by `bye`: connect again then. With `Last-Event-ID`, what did not change meanwhile is not sent again. Who takes nothing for 15 s is cut.',
    query: {
      watch: {
        type: 'array',
        items: { ...TEXT, maxLength: MAX_PATH_CHARS },
        minItems: 1,
        maxItems: MAX_WATCHES,
        description: 'Path and query of a GET of this API that answers JSON, without the base path; once for each',
      },
      every: { type: 'integer', enum: INTERVALS, default: 1, description: 'How often they are asked, in s' },
    },
    protection: STREAM_PROTECTION,
    responses: {
      200: { description: 'Events', schema: TEXT, contentType: 'text/event-stream' },
      503: refused('Too many follow it already; see Retry-After'),
    },
    handle({ request, query, actor }) {
      if (request.method === 'HEAD') return new Response(null, { headers: HEADERS });
      const paths = query.watch as readonly string[];
      const lastEventId = request.headers.get('last-event-id');
      return new Response(streams.begin({ paths, every: Number(query.every), actor, lastEventId }), { headers: HEADERS });
    },
  };
  return { route, streams };
}
