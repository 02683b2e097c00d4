/**
 * `telemetry-bus/catalogues/agent`: the events of a coding agent, ready to emit.
 *
 * | event | when | measurements | metadata |
 * | --- | --- | --- | --- |
 * | `session.start` | a session begins | `count` | `sessionId`, `task`? |
 * | `session.stop` | it ended | `duration` | `sessionId`, `status` |
 * | `session.error` | it failed | `duration`? | `sessionId`, `reason`? |
 * | `agent.dispatch` | a session hands work to an agent | `systemTime` | `sessionId`, `agent`, `task`? |
 * | `agent.complete` | the agent is done | `duration` | `sessionId`, `agent`, `task`?, `ok`? |
 * | `llm.request` | a prompt goes to a model | `systemTime` | `sessionId`, `model`, `prompt`? (private) |
 * | `llm.response` | the answer is there | `duration`, `inputTokens`?, `outputTokens`? | `sessionId`, `model` |
 * | `llm.error` | no answer | `duration` | `sessionId`, `model` |
 * | `context.cache_hit` | needed context was cached | `bytes`? | `sessionId`, `kind` |
 * | `context.cache_miss` | it had to be fetched | `bytes`? | `sessionId`, `kind` |
 * | `tool.start`, `tool.stop`, `tool.exception` | a tool runs; a span | `systemTime`; `duration` and what the tool counts | `sessionId`, `tool` |
 *
 * Durations are in ms. What ends a failed span (`llm.error`, `agent.complete`, `tool.exception`) also carries `kind`, `reason`,
 * `stacktrace`.
 *
 * @module
 */
import { type Catalogue, defineEvents } from '../core/catalogue';
import { defineEvent, type EventSpec } from '../core/definition';
import { declareDomain } from '../core/semantics/domains';
import type { SpanFailure } from '../core/span-types';

/** What every event of a session carries. */
export interface InSession {
  /** Which session; unbounded, hence never a tag. */
  readonly sessionId: string;
}

export interface AgentWork extends InSession {
  /** Which agent. */
  readonly agent: string;
  /** Which kind of work. */
  readonly task?: string;
  readonly ok?: boolean;
}

export interface ModelCall extends InSession {
  readonly model: string;
  /** Never logged; its length is. */
  readonly prompt?: string;
}

export interface ContextLookup extends InSession {
  /** Kind of context: `file`, `listing` … */
  readonly kind: string;
}

export interface ToolRun extends InSession {
  readonly tool: string;
}

/** What a tool may measure besides its duration. */
export interface ToolMeasurements {
  readonly duration: number;
  readonly files?: number;
  readonly matches?: number;
  readonly bytes?: number;
}

/** The shape of {@link agentEvents}: component → action → event. */
export type AgentTree = {
  readonly session: {
    readonly start: EventSpec<{ count: number }, InSession & { task?: string }>;
    readonly stop: EventSpec<{ duration: number }, InSession & { status: 'ok' | 'error' }>;
    readonly error: EventSpec<{ duration?: number }, InSession & { reason?: unknown }>;
  };
  readonly agent: {
    readonly dispatch: EventSpec<{ systemTime: number }, AgentWork>;
    readonly complete: EventSpec<{ duration: number }, AgentWork & SpanFailure>;
  };
  readonly llm: {
    readonly request: EventSpec<{ systemTime: number }, ModelCall>;
    readonly response: EventSpec<{ duration: number; inputTokens?: number; outputTokens?: number }, ModelCall>;
    readonly error: EventSpec<{ duration: number }, ModelCall & SpanFailure>;
  };
  readonly context: {
    readonly cache_hit: EventSpec<{ bytes?: number }, ContextLookup>;
    readonly cache_miss: EventSpec<{ bytes?: number }, ContextLookup>;
  };
  readonly tool: {
    readonly start: EventSpec<{ systemTime: number }, ToolRun>;
    readonly stop: EventSpec<ToolMeasurements, ToolRun>;
    readonly exception: EventSpec<ToolMeasurements, ToolRun & SpanFailure>;
  };
};

/**
 * The catalogue under an app name of your own.
 *
 * @throws {TelemetryError} `EVENT_NAME_INVALID`
 * @example
 * const events = defineAgentEvents('jido_coder_lib');
 * createTelemetry({ events }).execute(events.session.start, { count: 1 }, { sessionId: 's1' });
 */
export function defineAgentEvents<const App extends string>(app: App): Catalogue<App, AgentTree> {
  const tree: AgentTree = {
    session: {
      start: defineEvent({ doc: 'A session began', level: 'info' }),
      stop: defineEvent({ doc: 'A session ended', tags: ['status'] }),
      error: defineEvent({ doc: 'A session failed', level: 'error' }),
    },
    agent: {
      dispatch: defineEvent({ doc: 'Work was handed to an agent', tags: ['agent'] }),
      complete: defineEvent({ doc: 'An agent is done', tags: ['agent'] }),
    },
    llm: {
      request: defineEvent({ doc: 'A prompt went to a model', tags: ['model'], private: ['prompt'] }),
      response: defineEvent({ doc: 'A model answered', tags: ['model'], private: ['prompt'], slow: { warn: '5s', error: '10s' } }),
      error: defineEvent({ doc: 'A model did not answer', tags: ['model'], private: ['prompt'], level: 'error' }),
    },
    context: {
      cache_hit: defineEvent({ doc: 'Needed context was in the cache', tags: ['kind'], level: 'debug' }),
      cache_miss: defineEvent({ doc: 'Needed context had to be fetched', tags: ['kind'], level: 'debug' }),
    },
    tool: {
      start: defineEvent({ doc: 'A tool starts', tags: ['tool'] }),
      stop: defineEvent({ doc: 'A tool is done', tags: ['tool'] }),
      exception: defineEvent({ doc: 'A tool failed', tags: ['tool'], level: 'error' }),
    },
  };
  const events = defineEvents(app, tree);
  declareDomain(app, Object.keys(tree), 'gen_ai');
  return events;
}

/** The catalogue under the app name `agent`. */
export const agentEvents: Catalogue<'agent', AgentTree> = /* @__PURE__ */ defineAgentEvents('agent');
