import type { Faults } from './faults';
import type { PerformanceHost } from './host';
import type { WatchSettings } from './options';
import { boundedText, plainFields, withoutKeys } from './plain-fields';
import type { Slowest } from './slowest';
import { requestOf, slowText } from './text';
import type { Limits, SlowSeverity } from './thresholds';
import type { WatchedEvent } from './watched-event';

/** An operation that is over a threshold. */
export interface Offence {
  readonly event: WatchedEvent;
  readonly className: string | undefined;
  readonly durationMs: number;
  readonly severity: SlowSeverity;
  readonly limits: Limits;
  readonly measurements: object;
  readonly metadata: object;
}

const MAX_DESCRIPTION = 200;
const NOTHING_HIDDEN: readonly string[] = [];

/** Tells of slow operations: a line each, and the slowest are kept. Never throws. */
export class SlowReporter {
  constructor(
    private readonly host: PerformanceHost,
    private readonly settings: Pick<WatchSettings, 'describe' | 'contextKeys'>,
    private readonly parts: { readonly slowest: Slowest; readonly faults: Faults },
  ) {}

  report(offence: Offence): void {
    const { event, className, durationMs, severity, limits } = offence;
    const hidden = event.definition?.private ?? NOTHING_HIDDEN;
    const request = requestOf(offence.metadata, hidden);
    const description = boundedText(this.described(offence, hidden) ?? request ?? event.key, MAX_DESCRIPTION);
    const threshold = severity === 'very_slow' ? limits.error : limits.warn;
    this.keep(offence, { hidden, description, threshold });
    this.host.write(
      severity === 'very_slow' ? 'error' : 'warn',
      slowText({ severity, durationMs, className, isRequest: className !== undefined || request !== undefined, description }),
      {
        metric: event.key,
        duration_ms: durationMs,
        ...(className !== undefined && { class: className }),
        threshold_ms: threshold,
        severity,
        operation: description,
      },
    );
  }

  private keep(
    { event, className, durationMs, severity, metadata }: Offence,
    { hidden, description, threshold }: { readonly hidden: readonly string[]; readonly description: string; readonly threshold: number },
  ): void {
    const { host, settings } = this;
    const { slowest } = this.parts;
    const now = host.clock.monotonicTime();
    if (!slowest.admits(durationMs, now)) return;
    const operation = {
      event: event.key,
      class: className,
      duration_ms: durationMs,
      threshold_ms: threshold,
      severity,
      time: host.clock.systemTime(now),
      description,
      context: plainFields(host.context(), settings.contextKeys, hidden),
      metadata: plainFields(metadata, event.definition?.tags ?? NOTHING_HIDDEN, hidden),
    };
    slowest.add(Object.freeze(operation), now);
  }

  /** What the application calls it. */
  private described({ event, measurements, metadata }: Offence, hidden: readonly string[]): string | undefined {
    const { describe } = this.settings;
    if (describe === undefined) return undefined;
    let found: unknown;
    try {
      found = describe(event.name, measurements as Readonly<Record<string, unknown>>, withoutKeys(metadata, hidden));
    } catch (reason) {
      this.parts.faults.add('describe', reason, true);
      return undefined;
    }
    if (found === undefined || found === null) return undefined;
    if (typeof found === 'string' && found !== '') return found;
    this.parts.faults.add('describe', found, true);
    return undefined;
  }
}
