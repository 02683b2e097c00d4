import type { Clock } from '../../core/clock';
import type { Warning } from '../../core/warning';
import { Complaints } from '../complaints';
import { writeAtExit } from '../exit-hook';
import type { BatchRules } from './batch-rules';
import { Delivery } from './delivery';
import type { RecoveredCounts } from './delivery-account';
import type { DeliverySettings } from './delivery-settings';
import { inTime } from './in-time';
import { MemoryQueue } from './queue';
import type { LineReceiver } from './receiver';
import type { RowKind } from './row';
import { newRun } from './spool/abandoned-runs';
import { Spool } from './spool/spool';
import { BEAT_MS } from './spool/spool-lock';
import { type DeliveryStats, deliveryStats } from './stats';
import type { DeliveryWords } from './words';

/** How long a start waits for the receiver. */
const OPEN_MS = 5000;
/** What a step of the end may take that has no limit of its own. */
const STEP_MS = 1000;

export interface DeliveryPlan {
  readonly receiver: LineReceiver;
  readonly kind: RowKind;
  readonly rules: BatchRules;
  readonly words: DeliveryWords;
  readonly settings: DeliverySettings;
  readonly clock: Clock;
  readonly warn: (warning: Warning) => void;
  /** From 0 up to but without 1; default that of the system. */
  readonly random?: () => number;
}

export interface OpenedDelivery {
  readonly delivery: Delivery;
  readonly complaints: Complaints;
  readonly recovered: Readonly<RecoveredCounts>;
  /** Settles when the receiver is open, or with why it is not. */
  readonly opened: Promise<{ readonly error: unknown } | undefined>;
  stats(): DeliveryStats;
  /** Takes nothing more, delivers what waits for some time, leaves the rest to the spool, and closes the receiver. Never rejects. */
  stop(): Promise<void>;
}

/** Puts the parts of a delivery together and starts them. Throws nothing. */
export function openDelivery({ receiver, kind, rules, words, settings, clock, warn, random = Math.random }: DeliveryPlan): OpenedDelivery {
  const complaints = new Complaints(words.subject, clock, warn);
  const queue = new MemoryQueue(newRun(), settings.maxQueuedBytes, kind);
  const spool =
    settings.spool &&
    new Spool(settings.spool, kind, {
      onLost: (reason, lines) => {
        delivery.counts.drop(reason, lines);
        complaints.say(words.lost, 'spool', `${lines.toLocaleString('en')} ${words.lines} were lost in the spool (${reason})`);
      },
      onTrouble: (code, message) => complaints.say(words.failed, 'spool', `${message} [${code}]. It is tried again`),
    });
  const delivery = new Delivery({ receiver, queue, spool, rules, words, clock, random, complaints });
  const leave = writeAtExit(delivery);

  // Of the system, not of the bus: it is for other processes.
  const beat = spool && setInterval(() => void tend(), BEAT_MS).unref();
  async function tend(): Promise<void> {
    if (await spool?.tend()) delivery.wake();
  }

  async function start(): Promise<{ readonly error: unknown } | undefined> {
    const opening = receiver.open().then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    const [failure] = await Promise.all([inTime(OPEN_MS, () => opening, { error: undefined }), spool?.tend()]);
    delivery.begin(failure?.error);
    return failure;
  }

  async function stop(): Promise<void> {
    clearInterval(beat);
    await inTime(settings.closeDeadlineMs, (deadline) => delivery.finish(deadline), undefined);
    delivery.halt();
    await inTime(STEP_MS, () => delivery.spooled(), undefined);
    delivery.flushSync(STEP_MS);
    delivery.giveUp();
    leave();
    await inTime(STEP_MS, () => receiver.close(), undefined);
  }

  const { recovered } = delivery;
  return { delivery, complaints, recovered, opened: start(), stats: () => deliveryStats(delivery, queue, spool), stop };
}
