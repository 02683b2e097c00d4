import type { ErrorPlace } from '../core/error-mark';
import type { Link } from './chain';
import type { ErrorIdentity } from './fingerprint';
import type { ShownError } from './shown';
import { detached } from './thrown';
import { HourCount } from './window';

const MAX_FIRST_IDS = 3;
const MAX_LAST_IDS = 5;
const MAX_NAME = 256;

/** All occurrences of one error. */
export interface ErrorGroup {
  readonly fingerprint: string;
  /** Class of the error; of lines without an error, the event or the logger that told of them. */
  readonly type: string;
  /**
   * Of the first occurrence, redacted and then normalised: what varies is `<*>`. The message itself is not kept, since what
   * it quotes may be private, and this is read on pages where nothing is redacted any more.
   */
  readonly message: string;
  /** Of the latest occurrence, like `logger` and `event`. */
  readonly level: ErrorPlace['level'];
  readonly logger: string;
  readonly event: string | undefined;
  /** Milliseconds since the epoch. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly total: number;
  /** In the running minute and the 59 before it. */
  readonly countLastHour: number;
  /** The same by five minutes, the oldest first: 12 counts. */
  readonly lastHour: readonly number[];
  readonly lastErrorId: string;
  /** Of the first 3 occurrences. */
  readonly firstErrorIds: readonly string[];
  /** Of the last 5 occurrences, the latest one last. */
  readonly lastErrorIds: readonly string[];
}

/** One occurrence. */
export interface Occurrence extends ErrorIdentity {
  readonly id: string;
  readonly place: ErrorPlace;
  /** Monotonic time and the time of day, in ms. */
  readonly now: number;
  readonly time: number;
}

/** A group as the table holds it. */
export class TrackedGroup implements Link<TrackedGroup>, ShownError {
  before: TrackedGroup | undefined;
  after: TrackedGroup | undefined;
  total = 0;
  /** Monotonic time of the last occurrence. */
  seen = 0;
  lastSeen = 0;
  private level: ErrorPlace['level'] = 'error';
  private logger = '';
  private event: string | undefined;
  private readonly hour = new HourCount();
  private readonly firstIds: string[] = [];
  /** The id of occurrence n is at n modulo 5. */
  private readonly lastIds: string[] = [];

  constructor(
    readonly fingerprint: string,
    readonly type: string,
    readonly message: string,
    readonly firstSeen: number,
  ) {}

  add({ id, place, now, time }: Occurrence): void {
    if (this.total < MAX_FIRST_IDS) this.firstIds.push(id);
    this.lastIds[this.total % MAX_LAST_IDS] = id;
    this.total++;
    this.hour.add(now);
    this.seen = now;
    this.lastSeen = time;
    this.level = place.level;
    if (this.logger !== place.logger) this.logger = bounded(place.logger);
    if (this.event !== place.event) this.event = place.event === undefined ? undefined : bounded(place.event);
  }

  countLastHour(now: number): number {
    return this.hour.read(now);
  }

  view(now: number): ErrorGroup {
    const { fingerprint, type, message, level, logger, event, firstSeen, lastSeen, total } = this;
    const next = total % MAX_LAST_IDS;
    const lastErrorIds = total < MAX_LAST_IDS ? [...this.lastIds] : [...this.lastIds.slice(next), ...this.lastIds.slice(0, next)];
    return {
      fingerprint,
      type,
      message,
      level,
      logger,
      event,
      firstSeen,
      lastSeen,
      total,
      countLastHour: this.countLastHour(now),
      lastHour: this.hour.parts(now),
      lastErrorId: lastErrorIds.at(-1)!,
      firstErrorIds: [...this.firstIds],
      lastErrorIds,
    };
  }
}

const bounded = (name: string): string => (name.length > MAX_NAME ? detached(name.slice(0, MAX_NAME)) : name);
