import type { Clock } from '../../core/clock';
import type { Warning } from '../../core/warning';

/** Codes there can be; what a system makes up beyond counts as one. */
const MOST = 32;
const PERIOD_MS = 60_000;

/** Counts what goes wrong by code, and says so at most once a minute, with how often it was left unsaid. */
export class Troubles {
  private readonly counts = new Map<string, number>();
  private saidAt = Number.NEGATIVE_INFINITY;
  private unsaid = 0;

  /** @param name - Begins each warning. */
  constructor(
    private readonly name: string,
    private readonly clock: Clock,
    private readonly tell: (warning: Warning) => void,
  ) {}

  /** @param text - What it means for the metrics. */
  note(code: string, text: string): void {
    const key = this.counts.has(code) || this.counts.size < MOST ? code : 'OTHER';
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    const now = this.clock.monotonicTime();
    if (now - this.saidAt < PERIOD_MS) {
      this.unsaid++;
      return;
    }
    const again = this.unsaid > 0 ? ` (and ${this.unsaid} errors more since the last warning)` : '';
    this.saidAt = now;
    this.unsaid = 0;
    try {
      this.tell({ code: 'EXPORT_FAILED', message: `${this.name}: ${key}. ${text}${again}` });
    } catch {
      // There is nobody left to tell.
    }
  }

  /** A copy. */
  list(): Record<string, number> {
    return Object.fromEntries(this.counts);
  }
}
