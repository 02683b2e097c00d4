import { quietly } from '../../core/quietly';
import { ALERT_DELIVERED, ALERT_UNDELIVERED } from '../events';
import type { AlertsHost } from '../host';
import type { Publish } from '../publishing';
import type { AlertSeverity } from '../rule';
import type { AlertNotification, NotificationKind } from '../target';
import { type ReadyTarget, takes } from './ready-target';
import type { TargetStats } from './tally';
import { type DeliverySettings, TargetQueue } from './target-queue';
import type { DeliveryOutcome } from './waiting';

const WARN_EVERY_MS = 60_000;

/** All targets. What happens to one disturbs no other. */
export class Deliveries {
  private queues: readonly TargetQueue[] = [];
  private readonly warnedAt = new Map<string, number>();
  private readonly boot: string;
  private made = 0;
  private isClosed = false;

  constructor(
    private readonly host: AlertsHost,
    private readonly publish: Publish,
    private readonly settings: () => DeliverySettings,
  ) {
    this.boot = [0, 1]
      .map(() =>
        Math.floor(host.random() * 2 ** 24)
          .toString(16)
          .padStart(6, '0'),
      )
      .join('');
  }

  /** Replaces the targets. A queue goes on for a target that stays; what waits for one that goes is given up as `REMOVED`. */
  use(targets: readonly ReadyTarget[]): void {
    const gone = this.queues.filter(({ target }) => !targets.some(({ given }) => given === target.given));
    this.queues = targets.map((target) => {
      const known = this.queues.find((queue) => queue.target.given === target.given);
      if (known !== undefined) return known;
      const queue = new TargetQueue(target, {
        host: this.host,
        publish: this.publish,
        settings: this.settings,
        newId: () => this.newId(),
        onOutcome: (outcome, notification) => this.tell(outcome, notification),
      });
      if (this.isClosed) void queue.close('STOPPED', this.host.clock.monotonicTime());
      return queue;
    });
    const now = this.host.clock.monotonicTime();
    for (const queue of gone) {
      this.warnedAt.delete(queue.target.name);
      void queue.close('REMOVED', now).then(() => this.release(queue));
    }
  }

  get names(): readonly string[] {
    return this.queues.map(({ target }) => target.name);
  }

  /** Unique over all processes, as far as random numbers are. */
  newId(): string {
    return `${this.boot}${(++this.made).toString(16).padStart(8, '0')}`;
  }

  /** Whether any target of these names wants such a notification. `undefined`: of all. */
  isWanted(names: readonly string[] | undefined, kind: NotificationKind, severity: AlertSeverity, minSeverity?: AlertSeverity): boolean {
    return this.queues.some(({ target }) => fits(target, names, minSeverity) && takes(target, kind, severity));
  }

  /** @param minSeverity - Only targets that have just this one. */
  send(notification: AlertNotification, names: readonly string[] | undefined, minSeverity?: AlertSeverity): void {
    for (const queue of this.queues) {
      const { target } = queue;
      if (fits(target, names, minSeverity) && takes(target, notification.kind, notification.severity)) queue.accept(notification);
    }
  }

  /** `undefined`: there is no such target. */
  test(name: string, notification: AlertNotification): Promise<DeliveryOutcome> | undefined {
    return this.queues.find(({ target }) => target.name === name)?.test(notification);
  }

  /**
   * Waits until each target has had nothing queued.
   *
   * @returns Whether that was so within the time. Nothing of a call is left behind, however long a target hangs.
   */
  idle(forMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      let left = this.queues.length;
      let forgets: readonly (() => void)[] = [];
      const cancel = this.host.clock.setTimer(() => {
        for (const forget of forgets) forget();
        resolve(false);
      }, forMs);
      const end = (): void => {
        cancel();
        resolve(true);
      };
      if (left === 0) end();
      forgets = this.queues.map((queue) => queue.onIdle(() => --left === 0 && end()));
    });
  }

  /** How many wait for targets to be idle. */
  get waiters(): number {
    return this.queues.reduce((sum, queue) => sum + queue.waiters, 0);
  }

  /** Tries for so long to send what waits; gives the rest up as `STOPPED`, and lets the targets close. */
  async close(deadlineMs: number): Promise<void> {
    this.isClosed = true;
    const until = this.host.clock.monotonicTime() + deadlineMs;
    await Promise.all(this.queues.map((queue) => queue.close('STOPPED', until)));
    if (this.isClosed) for (const queue of this.queues) this.release(queue);
  }

  reopen(): void {
    this.isClosed = false;
    for (const queue of this.queues) queue.reopen();
  }

  stats(): Record<string, TargetStats> {
    return Object.fromEntries(this.queues.map((queue) => [queue.target.name, queue.stats()]));
  }

  private release({ target }: TargetQueue): void {
    void this.publish(() => target.given.close?.());
  }

  private tell({ target, isDelivered, code, attempts, duration }: DeliveryOutcome, { kind, alerts, more }: AlertNotification): void {
    const event = isDelivered ? ALERT_DELIVERED : ALERT_UNDELIVERED;
    const measurements = { duration, attempts, alerts: kind === 'summary' ? 0 : alerts.length + more };
    this.publish(() => this.host.execute(event, measurements, { target, kind, ...(code !== undefined && { reason: code }) }));
    if (code !== undefined && code !== 'REMOVED') this.warn(target, code);
  }

  /** At most once a minute for each target. */
  private warn(name: string, code: string): void {
    const now = this.host.clock.monotonicTime();
    if (now - (this.warnedAt.get(name) ?? Number.NEGATIVE_INFINITY) < WARN_EVERY_MS) return;
    this.warnedAt.set(name, now);
    const place = this.queues.find(({ target }) => target.name === name)?.target.place;
    const target = `the target ${name}${place ? ` (${place})` : ''}`;
    // Without room a target need not be at fault: more came at once than it may keep waiting.
    const what =
      code === 'OVERFLOW' ? `More alerts came than the queue of ${target} holds, and some were given up` : `Alerts do not reach ${target}`;
    const message = `${what}: ${code}. For a minute, more of these are counted only`;
    quietly(() => this.publish(() => this.host.warn({ code: 'EXPORT_FAILED', message })));
  }
}

const fits = ({ name, minSeverity }: ReadyTarget, names: readonly string[] | undefined, only: AlertSeverity | undefined): boolean =>
  (names === undefined || names.includes(name)) && (only === undefined || minSeverity === only);
