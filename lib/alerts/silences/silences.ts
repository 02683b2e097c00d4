import type { Clock } from '../../core/clock';
import { TelemetryError } from '../../core/errors';
import { checkOptions } from '../../core/options';
import { type Duration, parseDuration } from '../../core/unit';
import type { AlertSeverity } from '../rule';

/** What is not to be told for a while. Without `rule`, `group` and `severity`: nothing at all. */
export interface SilenceOptions {
  /** Name of a rule. */
  readonly rule?: string;
  /** Value of the field that the rule groups by, as alerts show it or as it was given. */
  readonly group?: string;
  /** Only alerts that have this severity at the time. */
  readonly severity?: AlertSeverity;
  /** How long; at most 365 days. */
  readonly for: Duration;
  /** For people; 200 characters are kept, as of `by`. */
  readonly reason?: string;
  /** Who asked for it. */
  readonly by?: string;
}

/** A silence that is not over. */
export interface Silence {
  readonly id: string;
  readonly rule: string | undefined;
  readonly group: string | undefined;
  readonly severity: AlertSeverity | undefined;
  readonly reason: string | undefined;
  readonly by: string | undefined;
  /** ms since the epoch. */
  readonly startedAt: number;
  readonly endsAt: number;
}

interface Kept {
  readonly view: Silence;
  /** Monotonic. */
  readonly until: number;
  /** As it was given. */
  readonly group: string | undefined;
}

const MOST = 200;
const LONGEST_MS = 365 * 864e5;

/** Silences end by themselves: each is looked at when somebody asks, no timer waits for it. */
export class Silences {
  private kept: Kept[] = [];
  private made = 0;

  /** @param line - Makes a line of what people wrote. */
  constructor(
    private readonly clock: Clock,
    private readonly line: (text: string) => string,
  ) {}

  /** @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID` */
  add(options: SilenceOptions): string {
    const where = 'silence';
    checkOptions(where, options ?? null, {
      rule: 'string',
      group: 'string',
      severity: 'warning|critical',
      for: 'any',
      reason: 'string',
      by: 'string',
    });
    const { rule, group, severity, reason, by } = options;
    const ms = parseDuration(`${where}: for`, options.for, LONGEST_MS);
    const now = this.clock.monotonicTime();
    this.expire(now);
    if (this.kept.length >= MOST) {
      const fix = 'End one with unsilence, or silence a rule instead of its groups';
      throw new TelemetryError('OPTION_INVALID', `There are ${MOST} silences`, 'That is the most there can be', fix);
    }
    const id = `silence-${++this.made}`;
    const startedAt = this.clock.systemTime(now);
    const texts = { reason: reason && this.line(reason), by: by && this.line(by) };
    const shown = group && this.line(group);
    const view = Object.freeze({ id, rule, group: shown, severity, ...texts, startedAt, endsAt: startedAt + ms });
    this.kept.push({ until: now + ms, group, view });
    return id;
  }

  /** @returns Whether there was such a one. */
  remove(id: string): boolean {
    const before = this.list().length;
    this.kept = this.kept.filter(({ view }) => view.id !== id);
    return this.kept.length < before;
  }

  list(): readonly Silence[] {
    this.expire(this.clock.monotonicTime());
    return this.kept.map(({ view }) => view);
  }

  /** Lets go of those that are over. `covers` asks for the others. */
  expire(now: number): void {
    if (this.kept.some(({ until }) => until <= now)) this.kept = this.kept.filter(({ until }) => until > now);
  }

  /**
   * Whether an alert is silenced. What is of no rule, only a silence of everything covers.
   *
   * @param raw - What `group` is shown of.
   */
  covers(rule: string | undefined, group: string | undefined, severity: AlertSeverity, raw: string | undefined = group): boolean {
    return this.kept.some(({ view, group: given }) => {
      if (view.severity !== undefined && view.severity !== severity) return false;
      return (view.rule === undefined || view.rule === rule) && (given === undefined || given === group || given === raw);
    });
  }
}
