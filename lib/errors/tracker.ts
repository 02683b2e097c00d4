import type { Clock } from '../core/clock';
import type { ErrorPlace, ErrorVerdict, ErrorWatch } from '../core/error-mark';
import { quietly } from '../core/quietly';
import type { ErrorIdentity } from './fingerprint';
import type { ErrorGroup, TrackedGroup } from './group';
import { Identities } from './identities';
import { ErrorListeners, type SeenError } from './listeners';
import { asNormalised, redactedBy } from './shown';
import { Storms } from './storm';
import type { StormSummary } from './storm-summary';
import { type ErrorOverflow, ErrorTable, type ForgottenErrors } from './table';
import {
  DEFAULT_SETTINGS,
  type ErrorGroupQuery,
  type ErrorTrackerOptions,
  readGroupQuery,
  readTrackerOptions,
  type TrackerSettings,
} from './tracker-options';

/** What a tracker needs. */
export interface ErrorTrackerParts {
  readonly clock: Clock;
  /** The id of an error; of what is no object, a new one each time. Called once for each line. */
  readonly errorIdOf: (error: unknown) => string;
  /** Receives the summaries of storms. What it throws is counted and goes no further. */
  readonly onSummary: (summary: StormSummary) => void;
  /**
   * Takes secrets out of what is shown: of type and message, once for each group, when it is made. Fingerprints are made of
   * the message as it is. If it throws, that is counted, and `<*>` is shown.
   */
  readonly redact?: (text: string) => string;
  readonly options?: ErrorTrackerOptions;
}

/** What became of all occurrences: those of the groups, `overflow.total` and `forgotten.total` are `occurrences`. */
export interface ErrorTrackerStats {
  readonly occurrences: number;
  /** Different errors in the table. */
  readonly tracked: number;
  readonly overflow: ErrorOverflow;
  readonly forgotten: ForgottenErrors;
  /** Lines that were not written, because a summary stands for them or will. */
  readonly collapsed: number;
  readonly summaries: number;
  /** How often a listener, the `fingerprint` function, the redaction or the receiver of summaries threw or rejected. */
  readonly failures: number;
  /** Errors that listeners were not told of, since they happened while listeners were told of another. */
  readonly untold: number;
}

/**
 * Knows which errors are the same, how often each occurred, and which of their lines are worth writing.
 *
 * An occurrence is a line of level error or critical, with or without an error. A line of a lower level that carries an
 * error has an id and a fingerprint, and is not counted. An error object is one occurrence however many lines tell of it
 * on its way up: it counts where it is met first, and again only when the same event (of a line without one, the same
 * logger) tells of it again, as a constant does that is thrown each time. `place.isRepeat` says that this is no such time.
 *
 * Nothing here throws, whatever an error is, but for wrong options.
 */
export class ErrorTracker implements ErrorWatch {
  private readonly clock: Clock;
  private readonly errorIdOf: (error: unknown) => string;
  private readonly identities = new Identities();
  private readonly listeners = new ErrorListeners();
  private readonly table: ErrorTable;
  private readonly storms: Storms;
  private settings: TrackerSettings;
  private occurrences = 0;
  private failures = 0;
  private isClosed = false;

  /** @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID` */
  constructor({ clock, errorIdOf, onSummary, redact, options }: ErrorTrackerParts) {
    this.clock = clock;
    this.errorIdOf = errorIdOf;
    this.settings = readTrackerOptions(options, DEFAULT_SETTINGS);
    const { maxGroups, storm } = this.settings;
    const failed = () => this.failures++;
    this.table = new ErrorTable(maxGroups, redact === undefined ? asNormalised : redactedBy(redact, failed));
    this.storms = new Storms(clock, (summary) => void quietly(() => onSummary(summary), failed), storm, maxGroups);
  }

  /** Takes in a line. It is to be written unless `collapse` is `all` and the verdict says otherwise. */
  meet(error: unknown, hasError: boolean, place: ErrorPlace): ErrorVerdict {
    return this.judge(error, hasError, place, hasError && this.settings.collapse === 'all');
  }

  /** Takes in an error that is reported. Its line is to be written with this verdict as its mark, unless it is collapsed. */
  report(error: unknown, place: ErrorPlace): ErrorVerdict {
    return this.judge(error, true, place, this.settings.collapse !== 'none');
  }

  /**
   * Changes the options that are given. What waits for a summary gets it if the limits of storms change.
   *
   * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`; nothing is changed then.
   */
  configure(options: ErrorTrackerOptions): void {
    const before = this.settings;
    this.settings = readTrackerOptions(options, before);
    const { storm, maxGroups } = this.settings;
    this.table.resize(maxGroups);
    const isSame = storm === before.storm && maxGroups === before.maxGroups;
    if (!isSame) this.storms.configure(storm, maxGroups);
  }

  /** @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID` */
  groups(query?: ErrorGroupQuery): ErrorGroup[] {
    const { sort, limit } = readGroupQuery(query);
    const now = this.clock.monotonicTime();
    const groups = [...this.table.latest()];
    if (sort !== 'lastSeen') {
      const keys = new Map<TrackedGroup, number>();
      for (const group of groups) keys.set(group, sort === 'countLastHour' ? group.countLastHour(now) : group[sort]);
      groups.sort((one, other) => keys.get(other)! - keys.get(one)!);
    }
    return groups.slice(0, limit).map((group) => group.view(now));
  }

  group(fingerprint: string): ErrorGroup | undefined {
    return this.table.get(fingerprint, this.clock.monotonicTime());
  }

  /** For a page about errors: of each, how often in the last hour, and when last, in whole seconds since the epoch. */
  summary(): Record<string, { count_last_hour: number; last_seen: number }> {
    const now = this.clock.monotonicTime();
    const entries = [...this.table.latest()].map((group) => {
      return [group.fingerprint, { count_last_hour: group.countLastHour(now), last_seen: Math.floor(group.lastSeen / 1000) }] as const;
    });
    return Object.fromEntries(entries);
  }

  stats(): ErrorTrackerStats {
    const { storms, listeners, identities } = this;
    return {
      occurrences: this.occurrences,
      tracked: this.table.size,
      overflow: this.table.overflow(this.clock.monotonicTime()),
      forgotten: this.table.forgotten(),
      collapsed: storms.collapsed,
      summaries: storms.summaries,
      failures: this.failures + identities.failures + listeners.failures,
      untold: listeners.untold,
    };
  }

  /**
   * Tells a listener of every error that a line or a report is about, of level `warn` as well, and of lines of level error or
   * critical without one; `mark.occurrences` says what counts. It is called before the line is written. One that throws is kept.
   *
   * @returns What ends it.
   */
  onError(listener: (seen: SeenError) => void): () => void {
    return this.listeners.add(listener);
  }

  /** Hands over the summaries that wait. */
  flush(): void {
    this.storms.flush();
  }

  /** Hands over the summaries that wait. Until `reopen`, errors are counted and none is collapsed, whatever is configured. */
  close(): void {
    this.isClosed = true;
    this.storms.configure(undefined, 1);
  }

  /** Ends what `close` began: storms are collapsed again, within the limits that were configured last. */
  reopen(): void {
    if (!this.isClosed) return;
    this.isClosed = false;
    this.storms.configure(this.settings.storm, this.settings.maxGroups);
  }

  private judge(error: unknown, hasError: boolean, place: ErrorPlace, isCollapsible: boolean): ErrorVerdict {
    const mayCollapse = isCollapsible && place.isWanted !== true && !this.isClosed;
    const id = this.errorIdOf(hasError ? error : undefined);
    const teller = place.event ?? place.logger;
    const { identities, settings } = this;
    const met = hasError ? identities.ofError(error, settings.fingerprint) : identities.ofLine(teller, place.message);
    const isLoud = place.level === 'error' || place.level === 'critical';
    const isCounted = isLoud && place.isRepeat !== true && (met.teller === undefined || met.teller === teller);
    if (isCounted) {
      met.teller = teller;
      met.isCollapsed = this.count(met.identity, id, place, mayCollapse);
    }
    // What is told again goes the way of its first line.
    const isCollapsed = mayCollapse && met.isCollapsed;
    const verdict = { id, fingerprint: met.identity.fingerprint, occurrences: isCounted ? 1 : 0, isCollapsed };
    this.listeners.tell(error, hasError, verdict, place);
    return verdict;
  }

  /** @returns Whether it is collapsed. */
  private count(identity: ErrorIdentity, id: string, place: ErrorPlace, mayCollapse: boolean): boolean {
    const now = this.clock.monotonicTime();
    const { fingerprint, type, message, raw } = identity;
    const occurrence = { fingerprint, type, message, raw, id, place, now, time: this.clock.systemTime(now) };
    this.occurrences++;
    const group = this.table.add(occurrence);
    return mayCollapse && !this.storms.admit(occurrence, group);
  }
}
