/** A panel of the demo's own on the page: what the screen shows of sessions, from the same numbers. */
import { definePanel, type Panel } from '../../admin/monitoring/panel';
import type { AgentTelemetry } from './agent-telemetry';
import type { AnswerTotals } from './answer-watch';
import { sessionsOf } from './summary';

/** @param answers - What the demo's own handler has added up. */
export const sessionsPanel = (telemetry: AgentTelemetry, answers: () => AnswerTotals): Panel =>
  definePanel({
    id: 'sessions',
    title: 'Agent sessions',
    doc: 'What the agent does, from the counters and from a handler of the demo. lib/node/cli/demo/panel.ts is all of it.',
    read() {
      const { done, running, failed, cache } = sessionsOf({ counters: telemetry.getCounters(), durations: {} });
      const { inputTokens, outputTokens, slowest } = answers();
      return {
        tiles: [
          { label: 'Running', value: running },
          { label: 'Done', value: done },
          { label: 'Failed', value: failed, tone: failed > 0 ? 'warn' : 'neutral' },
          { label: 'Cache hits', value: cache },
          { label: 'Tokens in', value: inputTokens },
          { label: 'Tokens out', value: outputTokens },
        ],
        charts: [
          { title: 'Answers of the model, p95', metric: 'agent.llm.response.duration', column: 'p95' },
          { title: 'Answers per second', metric: 'agent.llm.response', column: 'rate' },
        ],
        tables:
          slowest === undefined
            ? []
            : [{ title: 'Slowest answer', columns: ['session', 'ms'], rows: [[slowest.sessionId, Math.round(slowest.durationMs)]] }],
      };
    },
  });
