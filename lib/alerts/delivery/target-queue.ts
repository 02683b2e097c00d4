import { quietly } from '../../core/quietly';
import type { AlertsHost } from '../host';
import type { Publish } from '../publishing';
import type { AlertNotification, DeliveryFailure } from '../target';
import { Backlog } from './backlog';
import type { Fold } from './fold';
import { Idlers } from './idlers';
import type { ReadyTarget } from './ready-target';
import { sendOnce } from './send-once';
import { CodeCounts, type TargetStats } from './tally';
import type { DeliveryOutcome, Waiting } from './waiting';

/** How notifications are delivered. */
export interface DeliverySettings {
  readonly maxQueued: number;
  readonly timeoutMs: number;
  /** Further attempts after the first. */
  readonly retries: number;
}

export interface QueueParts {
  readonly host: AlertsHost;
  readonly publish: Publish;
  readonly settings: () => DeliverySettings;
  readonly newId: () => string;
  /** Told of each notification that is delivered or given up, tests apart. */
  readonly onOutcome: (outcome: DeliveryOutcome, notification: AlertNotification) => void;
}

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 60_000;
const DEAD_TO_REST = 5;
const REST_MS = 60_000;
const MAX_TESTS = 10;

/**
 * Delivers to one target. One notification is under way at a time, so that they arrive in their order: one that failed is tried again
 * before the next is sent. After five in a row that could not be delivered the target rests for a minute. Nothing is ever sent in the
 * call that accepted it.
 */
export class TargetQueue {
  private readonly backlog: Backlog;
  private readonly tests: Waiting[] = [];
  private underWay: { readonly waiting: Waiting; readonly giveUp: () => void } | undefined;
  /** Failed, and to be tried again. */
  private retrying: { readonly waiting: Waiting; readonly at: number } | undefined;
  private deadInRow = 0;
  private restUntil = Number.NEGATIVE_INFINITY;
  private cancelTimer: (() => void) | undefined;
  private isPumpDue = false;
  /** Until when it may still send, once it is to end. */
  private ending: { readonly until: number; readonly code: string } | undefined;
  private closedAs: string | undefined;
  private readonly idlers = new Idlers();
  private accepted = 0;
  private delivered = 0;
  private summaries = 0;
  private attempts = 0;
  private readonly dead = new CodeCounts();

  constructor(
    readonly target: ReadyTarget,
    private readonly parts: QueueParts,
  ) {
    const makeSummary = (fold: Fold): Waiting => {
      this.summaries++;
      return this.take(fold.notification(parts.newId(), parts.host.clock.systemTime()), undefined);
    };
    this.backlog = new Backlog(target.most, target.perMs, target.kinds?.has('summary') === false ? undefined : makeSummary);
  }

  accept(notification: AlertNotification): void {
    const waiting = this.take(notification, undefined);
    if (this.closedAs !== undefined) {
      this.giveUp(waiting, this.closedAs);
      return;
    }
    const room = this.parts.settings().maxQueued - (this.underWay ? 1 : 0) - (this.retrying ? 1 : 0);
    const dropped = this.backlog.add(waiting, room);
    if (dropped !== undefined) this.giveUp(dropped, 'OVERFLOW');
    this.pumpSoon();
  }

  /** Sends once, before what waits, whatever the limit and the rest. */
  test(notification: AlertNotification): Promise<DeliveryOutcome> {
    return new Promise((resolve) => {
      const waiting = this.take(notification, resolve);
      if (this.closedAs !== undefined) this.giveUp(waiting, this.closedAs);
      else if (this.tests.length >= MAX_TESTS) this.giveUp(waiting, 'OVERFLOW');
      else {
        this.tests.push(waiting);
        this.pumpSoon();
      }
    });
  }

  /**
   * Calls back, later or at once, when nothing is queued and no summary is due.
   *
   * @returns What forgets that somebody waits.
   */
  onIdle(call: () => void): () => void {
    if (!this.isIdle) return this.idlers.add(call);
    call();
    return () => undefined;
  }

  /** How many wait for it to be idle. */
  get waiters(): number {
    return this.idlers.size;
  }

  /** Tries until a moment to send what waits, gives the rest up, and takes nothing any more until `reopen`. */
  async close(code: string, until: number): Promise<void> {
    const ending = { until, code };
    this.ending = ending;
    const { clock } = this.parts.host;
    if (until <= clock.monotonicTime()) this.giveUpAll(code);
    const cancel = clock.setTimer(() => this.ending === ending && this.giveUpAll(code), Math.max(0, until - clock.monotonicTime()));
    this.pumpSoon();
    await new Promise<void>((resolve) => this.onIdle(resolve));
    cancel();
    if (this.ending === ending) this.closedAs = code;
  }

  reopen(): void {
    this.closedAs = this.ending = undefined;
  }

  stats(): TargetStats {
    const { target, backlog, accepted, delivered, summaries, attempts } = this;
    return {
      place: target.place,
      accepted,
      delivered,
      dead: this.dead.view(),
      queued: backlog.length + this.tests.length + (this.underWay ? 1 : 0) + (this.retrying ? 1 : 0),
      limited: backlog.limited,
      summaries,
      attempts,
      isResting: this.restUntil > this.parts.host.clock.monotonicTime(),
    };
  }

  private get isIdle(): boolean {
    return this.backlog.isEmpty && this.tests.length === 0 && this.underWay === undefined && this.retrying === undefined;
  }

  private take(notification: AlertNotification, onEnd: Waiting['onEnd']): Waiting {
    this.accepted++;
    return { notification, acceptedAt: this.parts.host.clock.monotonicTime(), onEnd, attempts: 0 };
  }

  /** Later: who accepts may be in the middle of a line of the log. */
  private pumpSoon(): void {
    if (this.isPumpDue) return;
    this.isPumpDue = true;
    void Promise.resolve().then(() => {
      this.isPumpDue = false;
      this.pump();
    });
  }

  private pump(): void {
    if (this.underWay !== undefined) return;
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    const next = this.next(this.parts.host.clock.monotonicTime());
    if (next === undefined) this.idlers.settle();
    else if (typeof next === 'number') this.wait(next);
    else this.send(next);
  }

  /** What is to be sent now, or when there will be something. */
  private next(now: number): Waiting | number | undefined {
    const test = this.tests.shift();
    if (test !== undefined) return test;
    if (this.retrying !== undefined) {
      const { waiting, at } = this.retrying;
      if (now < at) return at;
      this.retrying = undefined;
      return waiting;
    }
    if (now < this.restUntil && !this.backlog.isEmpty) return this.restUntil;
    return this.backlog.next(now, this.parts.settings().maxQueued, this.ending !== undefined);
  }

  private wait(until: number): void {
    const { clock } = this.parts.host;
    // What could not be tried before the end need not be waited for.
    if (this.ending !== undefined && until >= this.ending.until) this.giveUpAll(this.ending.code);
    else this.cancelTimer = clock.setTimer(() => this.pump(), Math.max(1, Math.ceil(until - clock.monotonicTime())));
  }

  private send(waiting: Waiting): void {
    const { host, publish, settings } = this.parts;
    waiting.attempts++;
    this.attempts++;
    const parts = { clock: host.clock, publish, writeLine: host.writeLine, timeoutMs: settings().timeoutMs };
    const giveUp = sendOnce(parts, this.target, waiting.notification, (failure) => {
      this.underWay = undefined;
      if (failure === undefined) this.succeed(waiting);
      else this.fail(waiting, failure);
      this.pump();
    });
    this.underWay = { waiting, giveUp };
  }

  private succeed(waiting: Waiting): void {
    this.delivered++;
    this.deadInRow = 0;
    this.restUntil = Number.NEGATIVE_INFINITY;
    this.tell(waiting, undefined);
  }

  private fail(waiting: Waiting, { code, mayPass, retryAfterMs = 0 }: DeliveryFailure): void {
    const isTest = waiting.onEnd !== undefined;
    const { host, settings } = this.parts;
    const now = host.clock.monotonicTime();
    if (mayPass && !isTest && waiting.attempts <= settings().retries) {
      const longest = Math.min(FIRST_RETRY_MS * 2 ** (waiting.attempts - 1), LONGEST_RETRY_MS);
      this.retrying = { waiting, at: now + Math.max(host.random() * longest, retryAfterMs) };
      return;
    }
    if (!isTest && ++this.deadInRow >= DEAD_TO_REST) this.restUntil = now + REST_MS;
    this.giveUp(waiting, code);
  }

  private giveUp(waiting: Waiting, code: string): void {
    this.dead.add(code);
    this.tell(waiting, code);
  }

  private giveUpAll(code: string): void {
    this.closedAs = code;
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    const { underWay, retrying } = this;
    underWay?.giveUp();
    this.underWay = this.retrying = undefined;
    const all = [underWay?.waiting, retrying?.waiting, ...this.tests.splice(0), ...this.backlog.clear()];
    for (const waiting of all) if (waiting !== undefined) this.giveUp(waiting, code);
    this.idlers.settle();
  }

  private tell({ notification, acceptedAt, attempts, onEnd }: Waiting, code: string | undefined): void {
    const duration = this.parts.host.clock.monotonicTime() - acceptedAt;
    const outcome: DeliveryOutcome = Object.freeze({ target: this.target.name, isDelivered: code === undefined, code, attempts, duration });
    if (onEnd === undefined) quietly(() => this.parts.onOutcome(outcome, notification));
    else onEnd(outcome);
  }
}
