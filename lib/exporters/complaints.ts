import type { MetricSource } from '../metrics/seam';

/** Names of families can come from anywhere. */
const MAX_SAID = 1000;
const PAUSE_MS = 60_000;

/** What an exporter has to say: nothing twice, and nothing that keeps happening more than once a minute. */
export class Complaints {
  private readonly said = new Set<string>();
  private readonly silentUntil = new Map<string, number>();

  constructor(private readonly source: MetricSource) {}

  /** @param kind - What may be said once a minute; one of a handful. */
  onceAMinute(kind: string, message: string): void {
    const now = this.source.clock.monotonicTime();
    if (now < (this.silentUntil.get(kind) ?? Number.NEGATIVE_INFINITY)) return;
    this.silentUntil.set(kind, now + PAUSE_MS);
    this.say(message);
  }

  once(message: string): void {
    if (this.said.has(message) || this.said.size >= MAX_SAID) return;
    this.said.add(message);
    this.say(message);
  }

  private say(message: string): void {
    try {
      this.source.warn({ code: 'EXPORT_FAILED', message });
    } catch {
      // A page must not be lost for a warning.
    }
  }
}

/** What went wrong, in a few words, whatever was thrown. */
export function reasonOf(error: unknown): string {
  try {
    const { message } = Object(error) as { readonly message?: unknown };
    return String(typeof message === 'string' ? message : error).slice(0, 200);
  } catch {
    return 'of a reason that cannot be read';
  }
}
