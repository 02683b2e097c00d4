/**
 * `telemetry-bus/catalogues/chat`: the business events of a chat service, ready to emit.
 *
 * | event | `event_type` | when | measurements | metadata |
 * | --- | --- | --- | --- | --- |
 * | `completion.start` | | a completion is asked for | `systemTime` | `session_id`, `model`, `stream`?, `tools_enabled`? |
 * | `completion.stop` | `chat_completion` | it was given | `duration`, `message_count`?, `tokens`? | the same |
 * | `completion.exception` | `chat_completion_error` | it was not | `duration`, `message_count`? | the same |
 * | `authentication.success`, `.failure` | `authentication` | somebody signed in, or was refused | | `user`?, `method`?, `ip`?, `reason`? |
 * | `session.created`, `.updated`, `.deleted` | `session_management` | a session changed | `message_count`? | `session_id`, `model`? |
 * | `rate_limit.exceeded` | `rate_limit` | somebody asked too often | `limit`?, `attempts`? | `session_id`?, `ip`?, `endpoint`? |
 * | `error.raised` | `error` | something else failed | | `session_id`?, `reason` |
 *
 * Those with an `event_type` are logged as business events: message `EVENT: <type>`, `event_type`, `event_action` (the last part
 * of the event's name), and everything else in `data`, durations as `duration_seconds`. What people and models write to
 * each other is no part of any event. `completion` is a span: `telemetry.measure([app, 'completion'], …)`.
 *
 * @module
 */
import { type Catalogue, defineEvents } from '../core/catalogue';
import { defineEvent, type EventSpec } from '../core/definition';
import { declareDomain } from '../core/semantics/domains';
import type { SpanFailure } from '../core/span-types';

/** What is asked of a model. */
export interface ChatCompletion {
  /** Logged with its first 8 characters. */
  readonly session_id?: string;
  readonly model: string;
  /** Whether the answer comes in pieces. */
  readonly stream?: boolean;
  /** Decides which thresholds of slowness apply; see `watchSlow`. */
  readonly tools_enabled?: boolean;
  /** Of the endpoint, for texts about slow requests. */
  readonly method?: string;
  readonly path?: string;
}

/** What a completion comes to. */
export interface ChatMeasurements {
  readonly duration: number;
  /** Messages of the conversation. */
  readonly message_count?: number;
  /** Of question and answer together. */
  readonly tokens?: number;
}

export interface ChatAuthentication {
  readonly user?: string;
  /** How: `password`, `token` … */
  readonly method?: string;
  readonly ip?: string;
  readonly reason?: string;
}

export interface ChatSession {
  readonly session_id: string;
  readonly model?: string;
}

export interface ChatRateLimit {
  readonly session_id?: string;
  readonly ip?: string;
  readonly endpoint?: string;
}

export interface ChatError extends Partial<Omit<SpanFailure, 'reason'>> {
  readonly session_id?: string;
  /** What was thrown. */
  readonly reason: unknown;
}

/** The shape of {@link chatEvents}: component → action → event. */
export type ChatTree = {
  readonly completion: {
    readonly start: EventSpec<{ systemTime: number }, ChatCompletion>;
    readonly stop: EventSpec<ChatMeasurements, ChatCompletion>;
    readonly exception: EventSpec<ChatMeasurements, ChatCompletion & SpanFailure>;
  };
  readonly authentication: {
    readonly success: EventSpec<object, ChatAuthentication>;
    readonly failure: EventSpec<object, ChatAuthentication>;
  };
  readonly session: {
    readonly created: EventSpec<{ message_count?: number }, ChatSession>;
    readonly updated: EventSpec<{ message_count?: number }, ChatSession>;
    readonly deleted: EventSpec<{ message_count?: number }, ChatSession>;
  };
  readonly rate_limit: {
    readonly exceeded: EventSpec<{ limit?: number; attempts?: number }, ChatRateLimit>;
  };
  readonly error: {
    readonly raised: EventSpec<object, ChatError>;
  };
};

/**
 * The catalogue under an app name of your own.
 *
 * @throws {TelemetryError} `EVENT_NAME_INVALID`
 * @example
 * const events = defineChatEvents('my_chat');
 * const bus = createTelemetry({ events });
 * const memory = memorySink();
 * bus.attachLogHandler({ sinks: [memory], format: 'json', level: 'info' });
 * bus.execute(events.session.created, { message_count: 2 }, { session_id: 's1' });
 * JSON.parse(memory.lines[0] ?? '').message; // => 'EVENT: session_management'
 * JSON.parse(memory.lines[0] ?? '').data; // => { message_count: 2, session_id: 's1' }
 */
export function defineChatEvents<const App extends string>(app: App): Catalogue<App, ChatTree> {
  const session = { eventType: 'session_management' } as const;
  const tree: ChatTree = {
    completion: {
      start: defineEvent({ doc: 'A completion is asked for', level: 'debug', tags: ['model'] }),
      stop: defineEvent({ doc: 'A completion was given', tags: ['model'], eventType: 'chat_completion' }),
      exception: defineEvent({
        doc: 'A completion was not given',
        tags: ['model'],
        level: 'error',
        eventType: 'chat_completion_error',
      }),
    },
    authentication: {
      success: defineEvent({ doc: 'Somebody signed in', tags: ['method'], eventType: 'authentication' }),
      failure: defineEvent({ doc: 'Somebody was refused', tags: ['method'], level: 'warn', eventType: 'authentication' }),
    },
    session: {
      created: defineEvent({ doc: 'A session began', ...session }),
      updated: defineEvent({ doc: 'A session changed', ...session }),
      deleted: defineEvent({ doc: 'A session was removed', ...session }),
    },
    rate_limit: {
      exceeded: defineEvent({ doc: 'Somebody asked too often', level: 'warn', tags: ['endpoint'], eventType: 'rate_limit' }),
    },
    error: {
      raised: defineEvent({ doc: 'Something failed', level: 'error', eventType: 'error' }),
    },
  };
  const events = defineEvents(app, tree);
  declareDomain(app, ['completion', 'session', 'rate_limit', 'error'], 'gen_ai');
  return events;
}

/** The catalogue under the app name `chat`. */
export const chatEvents: Catalogue<'chat', ChatTree> = /* @__PURE__ */ defineChatEvents('chat');
