import type { Question, Report } from '../message';
import type { WorkerKind } from '../worker-info';

/** The way from a worker to its collectors. */
export interface Line {
  readonly kind: WorkerKind;
  /** Whether collectors say what they took; where not, the system does. */
  readonly isTold: boolean;
  /**
   * Sends a report, made when its turn comes: while one is on its way the next one waits, and stands for all that are asked for
   * meanwhile. Settles when the system has taken it or it failed; never rejects.
   */
  send(): Promise<void>;
  /** Sends one at once: the process ends. */
  sendNow(): void;
  close(): void;
}

/** What a line asks of its owner, who never throws. */
export interface LineOwner {
  readonly id: string;
  /** The next report. @param isText - It goes through JSON. */
  makeReport(isText: boolean): Report;
  onQuestion(question: Question): void;
  /** Nothing is left to do in this process; what is sent now is waited for. */
  onIdle(): void;
}
