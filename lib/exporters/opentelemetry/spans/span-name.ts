import { read } from '../../../core/read';
import { KIND } from '../api/trace';
import { UNMATCHED } from './attributes';
import type { EventInfo } from './event-info';
import type { RedactedValues } from './redacted-values';

const MAX_NAME = 128;

/** What an operation of generative AI is called, and which field names what it works with. */
interface Operation {
  readonly name: string;
  readonly of: string;
}

const CHAT: Operation = { name: 'chat', of: 'model' };
/** By component: https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/gen-ai-spans.md, in development. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  llm: CHAT,
  gen_ai: CHAT,
  genai: CHAT,
  completion: CHAT,
  tool: { name: 'execute_tool', of: 'tool' },
  agent: { name: 'invoke_agent', of: 'agent' },
};

function operationOf({ domain, event: [, component] }: EventInfo): Operation | undefined {
  return domain === 'gen_ai' && Object.hasOwn(OPERATIONS, component) ? OPERATIONS[component] : undefined;
}

/** `gen_ai.operation.name` of a span, if it is one of those. */
export const operationName = (info: EventInfo): string | undefined => operationOf(info)?.name;

/** The kind of a span, by what its events are about. */
export function kindOf(info: EventInfo): number {
  if (info.component === 'http.request') return KIND.server;
  return info.component === 'http.client' || operationOf(info) === CHAT ? KIND.client : KIND.internal;
}

/**
 * The name of a span, of few different ones: `app.component` where the action is start, stop or exception, else that of the event
 * without `_start`; `GET /users/:id` for requests, and `chat <model>` and its like for generative AI.
 *
 * @param metadata - What is known by now: a route may come later.
 */
export function spanName(info: EventInfo, metadata: object, values: RedactedValues): string {
  const { component, event } = info;
  if (component === 'http.request' || component === 'http.client') {
    return requestName(read(metadata, 'method'), read(metadata, 'route'), values);
  }
  const operation = operationOf(info);
  if (operation !== undefined) {
    const { name, of } = operation;
    const what = values.value(of, read(metadata, of));
    return typeof what === 'string' && what !== '' ? `${name} ${what.slice(0, MAX_NAME)}` : name;
  }
  const action = event[2];
  if (action === 'start' || action === 'stop' || action === 'exception') return component;
  return `${component}.${action.endsWith('_start') ? action.slice(0, -'_start'.length) : action}`;
}

/** https://opentelemetry.io/docs/specs/semconv/http/http-spans/#name */
function requestName(method: unknown, route: unknown, values: RedactedValues): string {
  const name = typeof method !== 'string' || method === '_OTHER' ? 'HTTP' : values.text(method, 16);
  return typeof route === 'string' && route !== '' && route !== UNMATCHED ? `${name} ${values.text(route, 256)}` : name;
}
