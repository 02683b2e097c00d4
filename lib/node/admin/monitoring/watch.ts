import type { Clock } from '../../../core/clock';
import { type Delta, diff } from '../../../dashboard/wire/delta';
import { isProblem, Problem } from '../problem';
import { Message, membersOf } from './sse';
import type { Standing } from './standing';
import type { StreamLimits } from './stream-limits';

/** Who is told of the answers of a watch. */
export interface Follower {
  /** The answer changed. Who has the one before gets this; others the whole. */
  changed(message: Message): void;
  /** The whole answer is to be sent: it is the first, or the first after a failure. */
  renewed(): void;
  /** It failed, or may not be asked. */
  refused(message: Message): void;
}

/** Counts answers, over all watches of a stream: one that begins anew never gives a number for another answer than before. */
export class Versions {
  private last = 0;

  /** For a watch that begins. */
  begin(): number {
    return this.last;
  }

  after(version: number): number {
    this.last = Math.max(this.last, version + 1);
    return version + 1;
  }
}

/**
 * Asks one path again and again as long as somebody follows it, and tells all who follow what changed. One answer is asked, compared and
 * encoded once, however many there are. Two askings never overlap: where one takes longer than the interval, the next is left out.
 *
 * What failed is asked again at twice the interval, four times, and so on, up to 30 s. Keeps no process alive.
 *
 * Held: the last answer as data and as text, and the last changes within {@link StreamLimits}.
 */
export class Watch {
  private readonly followers = new Set<Follower>();
  private readonly asking = new AbortController();
  private cancel: (() => void) | undefined;
  private isAsking = false;
  private failures = 0;
  private refusal: { readonly text: string; readonly message: Message } | undefined;
  private text: string | undefined;
  private data: unknown;
  private version: number;
  /** Made for who needs it. */
  private whole: Message | undefined;
  /** That lead to this version, the oldest first. */
  private readonly changes: Message[] = [];

  constructor(
    private readonly standing: Standing,
    private readonly everyMs: number,
    private readonly clock: Clock,
    private readonly versions: Versions,
    private readonly limits: StreamLimits,
  ) {
    this.version = versions.begin();
  }

  get size(): number {
    return this.followers.size;
  }

  /** The whole answer; `undefined` before the first. */
  get full(): Message | undefined {
    if (this.text !== undefined) this.whole ??= new Message('full', this.version, `"v":${this.version},"data":${this.text}}`);
    return this.whole;
  }

  /** Begins with the first who follows. Who comes later gets what is known; a refusal, too. */
  follow(follower: Follower): void {
    this.followers.add(follower);
    if (this.refusal !== undefined) follower.refused(this.refusal.message);
    if (this.followers.size === 1) this.ask();
  }

  /** Ends with the last one. */
  leave(follower: Follower): void {
    this.followers.delete(follower);
    if (this.followers.size > 0) return;
    this.cancel?.();
    this.asking.abort();
  }

  /** The changes that lead from an answer to this one; `undefined` where they are not kept. */
  since(version: number): readonly Message[] | undefined {
    if (this.text === undefined || this.refusal !== undefined) return undefined;
    const missed = this.version - version;
    return missed >= 0 && missed <= this.changes.length ? this.changes.slice(this.changes.length - missed) : undefined;
  }

  private ask(): void {
    const { signal } = this.asking;
    const pause = Math.min(this.everyMs * 2 ** Math.min(this.failures, 10), Math.max(this.everyMs, this.limits.retryMs));
    this.cancel = this.clock.setTimer(() => this.ask(), pause);
    if (this.isAsking) return;
    this.isAsking = true;
    this.standing
      .ask(signal)
      .then((text) => {
        if (!signal.aborted) this.answered(text);
      })
      .catch((error: unknown) => {
        if (!signal.aborted) this.failed(error);
      })
      .finally(() => {
        this.isAsking = false;
      });
  }

  private answered(text: string): void {
    const { answerBytes } = this.limits;
    // Characters of a text are never more than its bytes.
    if (text.length > answerBytes || Buffer.byteLength(text) > answerBytes)
      throw new Problem(413, 'ANSWER_TOO_LARGE', `The answer has more than ${answerBytes} bytes. Ask for less of it, such as by limit`);
    this.failures = 0;
    if (text === this.text && this.refusal === undefined) return;
    const data: unknown = JSON.parse(text);
    const isAnew = this.text === undefined || this.refusal !== undefined;
    const delta = isAnew ? undefined : diff(this.data, data);
    // The same in another order of its keys.
    if (!isAnew && delta === undefined) return;
    this.version = this.versions.after(this.version);
    this.text = text;
    this.data = data;
    this.whole = undefined;
    this.refusal = undefined;
    if (delta !== undefined) this.tellChange(delta);
    else this.tellWhole();
  }

  private tellWhole(): void {
    this.changes.length = 0;
    for (const follower of [...this.followers]) follower.renewed();
  }

  private tellChange(delta: Delta): void {
    const message = new Message('delta', this.version, `"v":${this.version},"delta":${JSON.stringify(delta)}}`);
    this.changes.push(message);
    const { keptChanges, keptBytes } = this.limits;
    let bytes = this.changes.reduce((sum, one) => sum + one.bytes, 0);
    while (this.changes.length > keptChanges || bytes > keptBytes) bytes -= this.changes.shift()!.bytes;
    for (const follower of [...this.followers]) follower.changed(message);
  }

  private failed(error: unknown): void {
    this.failures++;
    const { status, code, detail } = isProblem(error) ? error : new Problem(500, 'INTERNAL', 'The answer could not be compared');
    // The id of an error in the detail is another one each time.
    const text = `${status} ${code}`;
    if (this.refusal?.text === text) return;
    this.refusal = { text, message: refusalOf({ status, code, detail }) };
    for (const follower of [...this.followers]) follower.refused(this.refusal.message);
  }
}

/** Tells why something is not watched. */
export const refusalOf = ({ status, code, detail }: Pick<Problem, 'status' | 'code' | 'detail'>): Message =>
  new Message('refused', undefined, membersOf({ status, code, detail }));
