import type { SinkStats } from '../sinks/sink';
import type { Accounting } from './start-options';
import type { OpenStream } from './streams/open';

/** The account of each sink by name, streams first; sinks of one name get a number. */
export function accounts(
  streams: readonly OpenStream[],
  sinks: readonly (SinkStats & { readonly name: string })[],
): Record<string, SinkStats> {
  // From the sinks themselves: an application may have configured the log without them meanwhile.
  const all = new Map<string, SinkStats>(streams.map(({ name, sink }) => [name, plain(sink.stats())]));
  for (const { name, ...stats } of sinks) {
    // Told apart by what only they have: an application's own sink may bear the name of a stream.
    if (streams.some(({ path }) => path === (stats as { readonly path?: string }).path)) continue;
    let unique = name;
    for (let number = 2; all.has(unique); number++) unique = `${name} ${number}`;
    all.set(unique, plain(stats));
  }
  return Object.fromEntries(all);
}

const plain = ({ accepted, written, queued, dropped }: SinkStats): SinkStats => ({ accepted, written, queued, dropped });

/** The sum of several accounts. */
export function account(all: readonly SinkStats[]): Accounting {
  const dropped: Record<string, number> = {};
  const sum = { accepted: 0, written: 0, queued: 0, dropped };
  for (const one of all) {
    sum.accepted += one.accepted;
    sum.written += one.written;
    sum.queued += one.queued;
    for (const [reason, lines] of Object.entries(one.dropped)) dropped[reason] = (dropped[reason] ?? 0) + lines;
  }
  return sum;
}
