import { nameOf, read } from '../../core/read';
import type { Deliveries } from '../delivery/deliveries';
import type { AlertsHost, SeenError } from '../host';
import type { Silences } from '../silences/silences';
import type { Notifier } from '../telling/notifier';
import { lineOf } from '../text';

/** Lines of level critical that are told at once. */
export interface RecordOptions {
  /** The same error, by its fingerprint, is told of once in this time. Default 5 minutes. */
  readonly every?: number | string;
  /** Names of the targets that are told. Default: all. */
  readonly targets?: readonly string[];
  /** How many different errors are known at a time; those beyond are one. Default and most 1,000. */
  readonly maxFingerprints?: number;
}

export interface RecordSettings {
  readonly everyMs: number;
  readonly targets: readonly string[] | undefined;
  readonly maxFingerprints: number;
}

/** What became of the critical lines: seen = told + suppressed + silenced. */
export interface RecordStats {
  readonly seen: number;
  readonly told: number;
  /** The same was told a short while ago; the next notification says how many there were. */
  readonly suppressed: number;
  readonly silenced: number;
}

interface Met {
  readonly until: number;
  /** Since it was told last. */
  suppressed: number;
}

interface Parts {
  readonly host: AlertsHost;
  readonly hub: { readonly isPublishing: boolean };
  readonly deliveries: Deliveries;
  readonly notifier: Notifier;
  readonly silences: Silences;
}

const OTHERS = '(others)';

/** Tells of lines of level critical, of the same one not too often. */
export class RecordWatch {
  private readonly met = new Map<string, Met>();
  private readonly leave: () => void;
  private readonly counts = { seen: 0, told: 0, suppressed: 0, silenced: 0 };

  constructor(
    private readonly parts: Parts,
    private readonly settings: RecordSettings,
  ) {
    this.leave = parts.host.onError((seen) => this.meet(seen));
  }

  stop(): void {
    this.leave();
  }

  stats(): RecordStats {
    return { ...this.counts };
  }

  private meet(seen: SeenError): void {
    const { place, mark } = seen;
    // An occurrence that another line told of is not told again, and what comes of telling is never told.
    if (place.level !== 'critical' || mark.occurrences === 0 || this.parts.hub.isPublishing) return;
    const { silences, host } = this.parts;
    const now = host.clock.monotonicTime();
    this.counts.seen++;
    silences.expire(now);
    if (silences.covers(undefined, undefined, 'critical')) {
      this.counts.silenced++;
      return;
    }
    const suppressed = this.admit(mark.fingerprint, now);
    if (suppressed === undefined) this.counts.suppressed++;
    else {
      this.counts.told++;
      this.tell(seen, suppressed);
    }
  }

  /** @returns How many were not told since the last; `undefined` for one that is not told either. */
  private admit(fingerprint: string, now: number): number | undefined {
    const { met, settings } = this;
    let key = fingerprint;
    let known = met.get(key);
    if (known === undefined && met.size >= settings.maxFingerprints) {
      this.makeRoom(now);
      if (met.size >= settings.maxFingerprints) known = met.get((key = OTHERS));
    }
    if (known !== undefined && now < known.until) {
      known.suppressed++;
      return undefined;
    }
    // Deleted first, so that the map is in the order of ends.
    met.delete(key);
    met.set(key, { until: now + settings.everyMs, suppressed: 0 });
    return known?.suppressed ?? 0;
  }

  /** All are known for as long, so the first is the first to be forgotten. */
  private makeRoom(now: number): void {
    for (const [key, { until }] of this.met) {
      if (until > now) return;
      this.met.delete(key);
    }
  }

  private tell({ error, hasError, mark, place }: SeenError, suppressed: number): void {
    const { host, deliveries, notifier } = this.parts;
    const thrown = hasError ? messageOf(error) : '';
    const said = lineOf(host, place.message || thrown || place.event || place.logger, 130);
    const lines = [
      `Logger: ${place.logger}`,
      ...(place.event === undefined ? [] : [`Event: ${place.event}`]),
      ...(hasError
        ? [`Error: ${lineOf(host, [nameOf(error), thrown].filter((part) => part !== '' && part !== 'Error').join(': '), 1000)}`]
        : []),
      `Error id: ${mark.id}, fingerprint ${mark.fingerprint}`,
      ...(suppressed > 0 ? [`and ${suppressed} more since it was told last`] : []),
    ];
    const time = host.clock.systemTime();
    const notification = notifier.make({
      kind: 'record',
      severity: 'critical',
      title: `[CRITICAL] ${said}`,
      text: lines.join('\n'),
      alerts: [],
      more: 0,
      key: mark.fingerprint,
      time,
    });
    deliveries.send(notification, this.settings.targets);
  }
}

function messageOf(error: unknown): string {
  if (typeof error === 'string') return error;
  const message = read(error, 'message');
  return typeof message === 'string' ? message : '';
}
