import { type Negotiated, negotiate } from './format';

/** What is used of a request. */
export interface ScrapeRequest {
  readonly method: string;
  readonly headers: { get(name: string): string | null };
}

/** Answers a scrape: GET with the page, HEAD without it, anything else with 405. */
export async function respond(
  { method, headers }: ScrapeRequest,
  chunksOf: (negotiated: Negotiated) => Promise<readonly Uint8Array[]>,
): Promise<Response> {
  if (method !== 'GET' && method !== 'HEAD') return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } });
  const negotiated = negotiate(headers.get('accept'));
  const answer = {
    headers: {
      'content-type': negotiated.contentType,
      'cache-control': 'no-store',
      vary: 'accept',
      // Values of labels may hold what a browser would take for markup.
      'x-content-type-options': 'nosniff',
    },
  };
  return new Response(method === 'HEAD' ? null : streamOf(await chunksOf(negotiated)), answer);
}

/** Copies a chunk whenever the reader wants one, whose it is then: a slow reader keeps the page waiting, and nothing else. */
function streamOf(chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  let rest: Iterator<Uint8Array> | undefined = chunks.values();
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const next = rest?.next();
        if (next === undefined || next.done) controller.close();
        else controller.enqueue(next.value.slice());
      },
      cancel() {
        rest = undefined;
      },
    },
    { highWaterMark: 0 },
  );
}
