import type { Clock } from '../core/clock';
import type { Warning } from '../core/warning';

const PERIOD_MS = 60_000;

/** What is complained about; a small set, because all of it is remembered. */
export type Subject = 'receiver' | 'spool' | 'refused' | 'rejected' | 'room' | 'retention' | 'conflict' | 'unsent' | `message ${string}`;

/** Says what goes wrong, each subject at most once a minute, with how often it was left unsaid. */
export class Complaints {
  private readonly said = new Map<string, { readonly at: number; unsaid: number }>();

  /** @param who - Begins each text. */
  constructor(
    private readonly who: string,
    private readonly clock: Clock,
    private readonly tell: (warning: Warning) => void,
  ) {}

  say(code: Warning['code'], subject: Subject, text: string): void {
    const now = this.clock.monotonicTime();
    const key = `${code} ${subject}`;
    const last = this.said.get(key);
    if (last !== undefined && now - last.at < PERIOD_MS) {
      last.unsaid++;
      return;
    }
    const again = last !== undefined && last.unsaid > 0 ? ` (and ${last.unsaid} times more since the last warning)` : '';
    this.said.set(key, { at: now, unsaid: 0 });
    try {
      this.tell({ code, message: `${this.who}: ${text}${again}` });
    } catch {
      // There is nobody left to tell.
    }
  }
}
