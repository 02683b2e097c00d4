/** Reads a stream of server-sent events as a browser does. */
import * as assert from 'uvu/assert';
import { patch } from '../../../lib/dashboard/wire/delta';
import { until } from '../faults/fact';

interface StreamEvent {
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it
  readonly data: any;
}

/** What was read so far. */
export interface Followed {
  readonly events: StreamEvent[];
  /** How many comments came. */
  readonly beats: () => number;
  readonly lastId: () => string;
  readonly retry: () => number | undefined;
  /** How it ended; `undefined` while it goes on. */
  readonly end: () => 'done' | 'failed' | undefined;
  /** The answers as they stand, by place: made of each whole and each delta, none of which may be missing. */
  readonly answers: readonly unknown[];
  /** Versions of the answers, by place. */
  readonly versions: readonly number[];
  /** Waits for an event of this kind behind the first `from`. */
  next(event: string, from?: number): Promise<StreamEvent>;
  leave(): void;
}

/** Takes text of a stream in parts of any size. */
function eventReader(told: (event: StreamEvent) => void): {
  take(text: string): void;
  readonly state: { beats: number; id: string; retry: number | undefined };
} {
  const state = { beats: 0, id: '', retry: undefined as number | undefined };
  let rest = '';
  const block = (text: string): void => {
    let event = 'message';
    let data = '';
    for (const line of text.split('\n')) {
      const [, name = '', value = ''] = /^([a-z]*): ?([^\n]*)$/.exec(line) ?? [];
      if (line.startsWith(':')) state.beats++;
      else if (name === 'id') state.id = value;
      else if (name === 'retry') state.retry = Number(value);
      else if (name === 'event') event = value;
      else if (name === 'data') data += value;
      else assert.unreachable(`This is no line of an event stream: ${line}`);
    }
    if (data !== '') told({ event, data: JSON.parse(data) });
  };
  return {
    state,
    take(text) {
      rest += text;
      for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
        block(rest.slice(0, end));
        rest = rest.slice(end + 2);
      }
    },
  };
}

/**
 * Follows the body of an answer until it ends or is left.
 *
 * @param before - What is known, for who comes again.
 */
export function follow(body: ReadableStream<Uint8Array>, before?: Pick<Followed, 'answers' | 'versions'>): Followed {
  const events: StreamEvent[] = [];
  const answers: unknown[] = [...(before?.answers ?? [])];
  const versions: number[] = [...(before?.versions ?? [])];
  let end: 'done' | 'failed' | undefined;
  const reader = body.getReader();
  const parser = eventReader((told) => {
    const { w, v, data, delta } = told.data;
    if (told.event === 'full') answers[w] = data;
    if (told.event === 'delta') {
      assert.is(v, versions[w]! + 1, 'no answer was missed');
      answers[w] = patch(answers[w], delta);
    }
    if (v !== undefined) versions[w] = v;
    events.push(told);
  });
  const decoder = new TextDecoder();
  const read = async (): Promise<void> => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      parser.take(decoder.decode(value, { stream: true }));
    }
  };
  read().then(
    () => {
      end = 'done';
    },
    () => {
      end = 'failed';
    },
  );
  return {
    events,
    answers,
    versions,
    beats: () => parser.state.beats,
    lastId: () => parser.state.id,
    retry: () => parser.state.retry,
    end: () => end,
    async next(event, from = 0) {
      const found = (): StreamEvent | undefined => events.slice(from).find((one) => one.event === event);
      await until(`an event ${event}`, found, 10_000);
      return found()!;
    },
    leave: () => void reader.cancel().catch(() => undefined),
  };
}
