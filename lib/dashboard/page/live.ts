import { patch } from '../wire/delta';
import type { Change, Full, Hello, Refused } from '../wire/stream';
import { type Api, ApiProblem, problemOf } from './api';
import { EventReader } from './event-reader';

/** How what is shown is kept up to date. */
export type LiveState = 'connecting' | 'live' | 'polling' | 'reconnecting' | 'paused' | 'signed-out';

export interface LiveEvents {
  data(path: string, data: unknown): void;
  refused(path: string, problem: ApiProblem): void;
  state(state: LiveState): void;
  /** The program is another one than before: it was started again. */
  restarted(): void;
}

interface Watched {
  readonly path: string;
  version: number;
  data: unknown;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** The server says something at least every 15 s. */
const SILENCE_MS = 40_000;
const POLL_AT_LEAST_S = 5;
const BUSY_TRIES = 2;

/** Keeps the answers of some paths up to date: by one stream, and where the program has none to give, by asking again and again. */
export class Live {
  private watched: Watched[] = [];
  private every = 1;
  private instance: string | undefined;
  private lastId: string | undefined;
  private control: AbortController | undefined;
  private timer: number | undefined;
  private failures = 0;
  /** How often in a row there was no place for a stream. */
  private busy = 0;
  private current: LiveState = 'connecting';

  constructor(
    private readonly api: Api,
    private readonly events: LiveEvents,
  ) {}

  get state(): LiveState {
    return this.current;
  }

  /** Watches these paths from now on. What is watched already stays as it is. @param every - In s; 0: nothing more comes until it is asked again. */
  watch(paths: readonly string[], every: number): void {
    const isSame = paths.join('\n') === this.watched.map(({ path }) => path).join('\n');
    if (isSame && every === this.every && this.control !== undefined) return;
    this.watched = paths.map((path) => this.watched.find((one) => one.path === path) ?? { path, version: -1, data: undefined });
    this.every = every;
    this.lastId = undefined;
    this.failures = 0;
    this.restart();
  }

  /** Connects at once, whatever it was waiting for. */
  retry(): void {
    this.failures = 0;
    this.restart();
  }

  stop(): void {
    this.control?.abort();
    this.control = undefined;
    clearTimeout(this.timer);
  }

  private restart(): void {
    this.stop();
    if (this.every === 0) {
      this.tell('paused');
      // What was not shown yet is asked for once.
      const missing = this.watched.filter(({ data }) => data === undefined);
      if (missing.length > 0) void this.askOnce(missing, new AbortController());
      return;
    }
    const control = new AbortController();
    this.control = control;
    void this.run(control);
  }

  private async run(control: AbortController): Promise<void> {
    try {
      if (this.current !== 'live') this.tell(this.failures === 0 ? 'connecting' : 'reconnecting');
      await this.stream(control);
      if (control.signal.aborted) return;
      // The server ends streams that are old; the next one goes on.
      this.again(control, 50);
    } catch (error) {
      if (control.signal.aborted) return;
      const problem = error instanceof ApiProblem ? error : undefined;
      if (problem?.status === 401 || problem?.status === 403) return this.tell('signed-out');
      if (problem?.code === 'STREAMS_BUSY') {
        this.busy++;
        // The place that is taken may be the one this page has just left.
        if (this.busy <= BUSY_TRIES) this.again(control, FIRST_WAIT_MS);
        else void this.poll(control);
        return;
      }
      this.failures++;
      this.tell('reconnecting');
      const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(this.failures - 1, 10));
      this.again(control, wait * (0.5 + Math.random() / 2));
    }
  }

  private again(control: AbortController, ms: number): void {
    this.timer = setTimeout(() => {
      if (!control.signal.aborted) this.restart();
    }, ms) as unknown as number;
  }

  private async stream(control: AbortController): Promise<void> {
    const query = new URLSearchParams([...this.watched.map(({ path }) => ['watch', path]), ['every', String(this.every)]]);
    const headers = this.lastId === undefined ? {} : { 'last-event-id': this.lastId };
    const response = await this.api.raw(`/admin/stream?${query}`, { headers, signal: control.signal });
    if (!response.ok || response.body === null) throw await problemOf(response);
    const reader = response.body.getReader();
    const texts = new TextDecoder();
    const events = new EventReader();
    let silence: number | undefined;
    const heard = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => void reader.cancel().catch(() => undefined), SILENCE_MS) as unknown as number;
    };
    heard();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done || control.signal.aborted) return;
        heard();
        for (const event of events.read(texts.decode(value, { stream: true }))) {
          this.take(event.name, event.data, event.id);
          // What came last may have begun another one.
          if (control.signal.aborted) return;
        }
      }
    } finally {
      clearTimeout(silence);
      reader.cancel().catch(() => undefined);
    }
  }

  private take(name: string, text: string, id: string | undefined): void {
    if (id !== undefined) this.lastId = id;
    if (name === 'hello') {
      const { instance } = JSON.parse(text) as Hello;
      if (this.instance !== undefined && this.instance !== instance) this.events.restarted();
      this.instance = instance;
      this.failures = 0;
      this.busy = 0;
      this.tell('live');
    } else if (name === 'full') {
      const { w, v, data } = JSON.parse(text) as Full;
      this.keep(w, v, data);
    } else if (name === 'delta') {
      const { w, v, delta } = JSON.parse(text) as Change;
      const one = this.watched[w];
      if (one === undefined) return;
      if (one.version === v - 1) this.keep(w, v, patch(one.data, delta as never));
      else {
        // Something is missing: all of it is asked for anew.
        this.lastId = undefined;
        this.restart();
      }
    } else if (name === 'refused') {
      const { w, status, code, detail } = JSON.parse(text) as Refused;
      const one = this.watched[w];
      if (one !== undefined) this.events.refused(one.path, new ApiProblem(status, code, detail));
    }
  }

  private keep(w: number, version: number, data: unknown): void {
    const one = this.watched[w];
    if (one === undefined) return;
    one.version = version;
    one.data = data;
    this.events.data(one.path, data);
  }

  /** For a program that has as many streams as it wants to have: asks again and again, and now and then for a stream. */
  private async poll(control: AbortController): Promise<void> {
    this.tell('polling');
    for (let round = 1; round <= 6; round++) {
      const isThere = await this.askOnce(this.watched, control);
      if (control.signal.aborted) return;
      if (!isThere) break;
      await new Promise((resolve) => setTimeout(resolve, Math.max(POLL_AT_LEAST_S, this.every) * 1000));
      if (control.signal.aborted) return;
    }
    void this.run(control);
  }

  /** @returns Whether the program answered. */
  private async askOnce(all: readonly Watched[], control: AbortController): Promise<boolean> {
    let isThere = true;
    for (const one of all) {
      try {
        const data = await this.api.get(one.path, control.signal);
        if (control.signal.aborted) return false;
        one.version = -1;
        one.data = data;
        this.events.data(one.path, data);
      } catch (error) {
        if (control.signal.aborted || !(error instanceof ApiProblem)) return false;
        if (error.status === 0) isThere = false;
        else if (error.status === 401) this.tell('signed-out');
        this.events.refused(one.path, error);
      }
    }
    return isThere;
  }

  private tell(state: LiveState): void {
    if (this.current === state) return;
    this.current = state;
    this.events.state(state);
  }
}
