import type { Clock } from '../../../core/clock';
import { withoutContext } from '../../../core/context';
import type { PanelAnswer } from '../../../dashboard/wire/panels';
import { inTime } from '../in-time';
import type { Redacted } from '../redacted';
import type { Panel } from './panel';
import { checkContent } from './panel-content';
import { isPanelProblem } from './panel-place';

/** What came of reading a panel. */
export type PanelState = Pick<PanelAnswer, 'content' | 'error_id'> & {
  readonly left_out: number;
  /** Why there is no content, for people. */
  readonly problem: string | null;
};

interface ReaderParts {
  readonly clock: Clock;
  readonly redacted: Redacted;
  /** Reports an error, and returns its id. Never throws. */
  readonly report: (error: unknown, panelId: string) => string;
  /** Ends all waiting. */
  readonly signal: AbortSignal;
}

const MAX_READ_MS = 2000;
const KEPT_MS = 1000;
const UNDER_WAY = `the panel's function has taken longer than ${MAX_READ_MS / 1000} s and is still at it; it is not called again before it is done`;

/** Reads one panel: once at a time, and once a second however many look. A failure is reported once until it succeeds again. */
export class PanelReader {
  private reading: Promise<PanelState> | undefined;
  private isUnderWay = false;
  private last: PanelState | undefined;
  private keptUntil = Number.NEGATIVE_INFINITY;
  /** Of the failure that was reported. */
  private errorId: string | undefined;

  constructor(
    private readonly panel: Panel,
    private readonly parts: ReaderParts,
  ) {}

  /** Never rejects; takes at most 2 s and what checking takes. */
  read(): Promise<PanelState> {
    if (this.last !== undefined && this.parts.clock.monotonicTime() < this.keptUntil) return Promise.resolve(this.last);
    // Who comes while it is read is told the same.
    this.reading ??= this.readNow().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  private async readNow(): Promise<PanelState> {
    const state = this.isUnderWay ? failed(UNDER_WAY) : await this.ask();
    this.last = state;
    this.keptUntil = this.parts.clock.monotonicTime() + KEPT_MS;
    return state;
  }

  private async ask(): Promise<PanelState> {
    const { clock, redacted, signal } = this.parts;
    this.isUnderWay = true;
    let given: unknown;
    // It belongs to nobody who looks: all of them are told what it gives.
    const work = withoutContext(async () => {
      given = await this.panel.read();
    }).finally(() => {
      this.isUnderWay = false;
    });
    try {
      if (!(await inTime(clock, work, MAX_READ_MS, signal))) return failed(UNDER_WAY);
      const { content, leftOut } = await checkContent(given, redacted);
      this.errorId = undefined;
      return { content, error_id: null, left_out: leftOut, problem: null };
    } catch (error) {
      if (isPanelProblem(error)) return failed(`What the panel's function gave can't be shown: ${error.message}`);
      this.errorId ??= this.parts.report(error, this.panel.id);
      return { ...failed("The panel's function failed. The error is in the log by its id"), error_id: this.errorId };
    }
  }
}

const failed = (problem: string): PanelState => ({ content: null, error_id: null, left_out: 0, problem });
