import { Chain } from './chain';
import { type ErrorGroup, type Occurrence, TrackedGroup } from './group';
import { asNormalised, type Show } from './shown';
import { HOUR_MS, HourCount } from './window';

/** What is not tracked by fingerprint, because the table was full. */
export interface ErrorOverflow {
  readonly total: number;
  readonly countLastHour: number;
  /** Milliseconds since the epoch; `undefined` if there is nothing. */
  readonly firstSeen: number | undefined;
  readonly lastSeen: number | undefined;
}

/** What was tracked and had to make room. */
export interface ForgottenErrors {
  readonly groups: number;
  readonly total: number;
}

/**
 * Counts errors by fingerprint, in bounded memory.
 *
 * When it is full, an error not yet tracked takes the place of the one that was not seen for longest, if that was an hour
 * ago at least; else it is counted with all others of its kind as overflow. So a flood of different errors can't push out
 * the ones that people are looking at. At all times the totals of the groups, of the overflow and of what was forgotten
 * make up the number of occurrences. Each occurrence takes the same few steps, however full it is.
 */
export class ErrorTable {
  private readonly groups = new Map<string, TrackedGroup>();
  /** The one not seen for longest is the first. */
  private readonly bySeen = new Chain<TrackedGroup>();
  private readonly overflowHour = new HourCount();
  private overflowTotal = 0;
  private overflowFirst: number | undefined;
  private overflowLast: number | undefined;
  private forgottenGroups = 0;
  private forgottenTotal = 0;

  /** @param show - Asked once for each group, when it is made. Must not throw; may add errors itself. */
  constructor(
    private maxGroups: number,
    private readonly show: Show = asNormalised,
  ) {}

  get size(): number {
    return this.groups.size;
  }

  /** @returns The group that tracks it by its fingerprint, if one does. */
  add(occurrence: Occurrence): TrackedGroup | undefined {
    const group = this.groups.get(occurrence.fingerprint) ?? this.create(occurrence);
    if (group === undefined) {
      this.overflowTotal++;
      this.overflowHour.add(occurrence.now);
      this.overflowFirst ??= occurrence.time;
      this.overflowLast = occurrence.time;
      return undefined;
    }
    group.add(occurrence);
    this.bySeen.moveToEnd(group);
    return group;
  }

  /** Forgets the groups not seen for longest, if there are more than that now. */
  resize(maxGroups: number): void {
    this.maxGroups = maxGroups;
    while (this.size > maxGroups) this.forgetOldest();
  }

  get(fingerprint: string, now: number): ErrorGroup | undefined {
    return this.groups.get(fingerprint)?.view(now);
  }

  /** The latest seen first. */
  *latest(): Generator<TrackedGroup, void> {
    for (let group = this.bySeen.last; group !== undefined; group = group.before) yield group;
  }

  overflow(now: number): ErrorOverflow {
    const [total, countLastHour] = [this.overflowTotal, this.overflowHour.read(now)];
    return { total, countLastHour, firstSeen: this.overflowFirst, lastSeen: this.overflowLast };
  }

  forgotten(): ForgottenErrors {
    return { groups: this.forgottenGroups, total: this.forgottenTotal };
  }

  private create(occurrence: Occurrence): TrackedGroup | undefined {
    const { fingerprint, now, time } = occurrence;
    if (!this.hasRoom(now)) return undefined;
    const { type, message } = this.show(occurrence);
    // A rule of the application's for what is shown may have had errors of its own meanwhile.
    const meanwhile = this.groups.get(fingerprint);
    if (meanwhile !== undefined || !this.hasRoom(now)) return meanwhile;
    if (this.size >= this.maxGroups) this.forgetOldest();
    const group = new TrackedGroup(fingerprint, type, message, time);
    this.groups.set(fingerprint, group);
    this.bySeen.append(group);
    return group;
  }

  private hasRoom(now: number): boolean {
    return this.size < this.maxGroups || now - this.bySeen.first!.seen >= HOUR_MS;
  }

  private forgetOldest(): void {
    const oldest = this.bySeen.first!;
    this.bySeen.remove(oldest);
    this.groups.delete(oldest.fingerprint);
    this.forgottenGroups++;
    this.forgottenTotal += oldest.total;
  }
}
