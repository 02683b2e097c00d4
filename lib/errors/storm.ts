import type { Clock } from '../core/clock';
import type { ErrorPlace } from '../core/error-mark';
import { Chain, type Link } from './chain';
import type { Occurrence } from './group';
import { OVERFLOW_FINGERPRINT } from './override';
import type { ShownError } from './shown';
import type { StormSummary } from './storm-summary';

const MAX_IDS = 100;
/** Over all summaries that wait: 10,000 errors may be in a storm at a time. */
const MAX_IDS_WAITING = 10_000;

/** How many lines of one error are written. */
export interface StormLimits {
  /** So many in each period. */
  readonly burst: number;
  readonly periodMs: number;
}

const VARIOUS: ShownError = { type: 'various', message: 'Errors of too many kinds to be told one by one' };

/** A period of one error. It begins with the first occurrence after the one before. */
interface Period extends Link<Period> {
  readonly key: string;
  readonly end: number;
  written: number;
  sampleId: string;
  waiting: Waiting | undefined;
}

/** What was collapsed and no summary stands for yet. Not the occurrence itself: its message may be as long as it likes. */
interface Waiting {
  readonly firstSeen: number;
  readonly errorIds: string[];
  readonly type: string;
  readonly message: string;
  lastSeen: number;
  level: ErrorPlace['level'];
  logger: string;
  event: string | undefined;
  count: number;
}

/**
 * Decides which lines of an error that comes again and again are written: of each error the first few in a period, and at
 * the period's end one summary of the others, if there are any. What was written and what the summaries count is all that
 * occurred, exactly.
 */
export class Storms {
  collapsed = 0;
  summaries = 0;
  private readonly periods = new Map<string, Period>();
  /** All periods are of one length, so the first to begin is the first to end. */
  private readonly byEnd = new Chain<Period>();
  /** Periods in which something waits. */
  private waiting = 0;
  private idsWaiting = 0;
  private cancelTimer: (() => void) | undefined;

  /**
   * @param onSummary - Must not throw.
   * @param limits - `undefined`: everything is written.
   * @param maxPeriods - How many errors have periods of their own at a time.
   */
  constructor(
    private readonly clock: Clock,
    private readonly onSummary: (summary: StormSummary) => void,
    private limits: StormLimits | undefined,
    private maxPeriods: number,
  ) {}

  /** Ends all periods, and begins anew with other limits. */
  configure(limits: StormLimits | undefined, maxPeriods: number): void {
    [this.limits, this.maxPeriods] = [limits, maxPeriods];
    this.endPeriods(Number.POSITIVE_INFINITY);
  }

  /**
   * @param shown - What its summary says of it. `undefined`: it is not tracked, so one of various, which have a period together.
   * @returns Whether the line of this occurrence is to be written.
   */
  admit(occurrence: Occurrence, shown: ShownError | undefined): boolean {
    this.endPeriods(occurrence.now);
    const { limits } = this;
    if (limits === undefined) return true;
    const period = this.periodOf(shown === undefined ? OVERFLOW_FINGERPRINT : occurrence.fingerprint, occurrence.now + limits.periodMs);
    if (period.written < limits.burst) {
      period.written++;
      period.sampleId = occurrence.id;
      return true;
    }
    this.collapse(period, occurrence, period.key === OVERFLOW_FINGERPRINT || shown === undefined ? VARIOUS : shown);
    return false;
  }

  /** Hands over what waits, now. The periods go on, so that no more lines are written for it. */
  flush(): void {
    const periods: Period[] = [];
    for (let period = this.byEnd.first; period !== undefined; period = period.after) periods.push(period);
    for (const period of periods) this.summarise(period);
    this.setTimer();
  }

  private periodOf(key: string, end: number): Period {
    const known = this.periods.get(key);
    if (known !== undefined) return known;
    if (this.periods.size >= this.maxPeriods && key !== OVERFLOW_FINGERPRINT) return this.periodOf(OVERFLOW_FINGERPRINT, end);
    const period: Period = { key, end, written: 0, sampleId: '', waiting: undefined, before: undefined, after: undefined };
    this.periods.set(key, period);
    this.byEnd.append(period);
    return period;
  }

  private collapse(period: Period, { id, place, time }: Occurrence, { type, message }: ShownError): void {
    const { level, logger, event } = place;
    this.collapsed++;
    if (period.waiting === undefined) {
      period.waiting = { firstSeen: time, errorIds: [], type, message, lastSeen: time, level, logger, event, count: 0 };
      this.waiting++;
      this.setTimer();
    }
    const { waiting } = period;
    waiting.count++;
    waiting.lastSeen = time;
    waiting.level = level;
    waiting.logger = logger;
    waiting.event = event;
    if (waiting.errorIds.length >= MAX_IDS || this.idsWaiting >= MAX_IDS_WAITING) return;
    waiting.errorIds.push(id);
    this.idsWaiting++;
  }

  private endPeriods(now: number): void {
    // Taken out before its summary is handed over: who receives it may report an error.
    for (let { first } = this.byEnd; first !== undefined && first.end <= now; first = this.byEnd.first) {
      this.byEnd.remove(first);
      this.periods.delete(first.key);
      this.summarise(first);
    }
    if (this.waiting === 0) this.setTimer();
  }

  private summarise(period: Period): void {
    const { waiting, key, sampleId } = period;
    if (waiting === undefined) return;
    period.waiting = undefined;
    this.waiting--;
    this.idsWaiting -= waiting.errorIds.length;
    this.summaries++;
    this.onSummary({ fingerprint: key, sampleId, ...waiting });
  }

  /** Waits for the period that ends first, as long as anything waits. */
  private setTimer(): void {
    if (this.waiting === 0) {
      this.cancelTimer?.();
      this.cancelTimer = undefined;
    } else if (this.cancelTimer === undefined) {
      const delay = this.byEnd.first!.end - this.clock.monotonicTime();
      // Whole milliseconds are what timers take; cut instead of rounded up, it would come too early and again at once.
      this.cancelTimer = this.clock.setTimer(() => this.onTimer(), Math.max(1, Math.ceil(delay)));
    }
  }

  private onTimer(): void {
    this.cancelTimer = undefined;
    this.endPeriods(this.clock.monotonicTime());
    this.setTimer();
  }
}
