/**
 * A custom handler, as an application would write one: it follows the answers of the model and keeps what the built-in
 * metrics do not know, how many tokens went by and which session waited longest.
 */
import { agentEvents } from '../../../catalogues/agent';
import type { AgentTelemetry } from './agent-telemetry';

export interface AnswerTotals {
  readonly answers: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** `undefined` before the first answer. */
  readonly slowest: { readonly sessionId: string; readonly durationMs: number } | undefined;
}

export interface AnswerWatch {
  totals(): AnswerTotals;
  /** Stops watching; the totals stay. */
  detach(): boolean;
}

/**
 * Attaches the handler `demo-answers` to `llm.response`.
 *
 * It runs inside every emission, in the emitter's stack: so it adds up and returns. What it is given is typed by the
 * catalogue.
 */
export function watchAnswers(telemetry: AgentTelemetry): AnswerWatch {
  let answers = 0;
  let inputTokens = 0;
  let outputTokens = 0;
  let slowest: AnswerTotals['slowest'];

  const handle = telemetry.attach('demo-answers', agentEvents.llm.response, (_event, measurements, { sessionId }) => {
    answers++;
    inputTokens += measurements.inputTokens ?? 0;
    outputTokens += measurements.outputTokens ?? 0;
    if (slowest === undefined || measurements.duration > slowest.durationMs) slowest = { sessionId, durationMs: measurements.duration };
  });

  return Object.freeze({
    totals: () => ({ answers, inputTokens, outputTokens, slowest }),
    detach: () => handle.detach(),
  });
}
