import { type Domain, domainOf } from './domains';

type Names = Readonly<Record<string, string>>;

/** Names of one domain: those that are settled, and those that may change with a minor version of the conventions. */
export interface DomainNames {
  readonly stable: Names;
  readonly development: Names;
}

/**
 * The one table of our names and OpenTelemetry's names of the same things. What is not in it keeps its name. As of version 1.45
 * of the conventions, and of those for generative AI before their first version:
 * https://opentelemetry.io/docs/specs/semconv/registry/attributes/
 * https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/registry/attributes/gen-ai.md
 */
export const SEMANTIC_NAMES: Readonly<Record<Domain, DomainNames>> = {
  /** Requests that a server answers, and access records. */
  http: {
    stable: {
      method: 'http.request.method',
      status: 'http.response.status_code',
      route: 'http.route',
      path: 'url.path',
      // Not client.ip, which an index refuses when it is no address.
      ip: 'client.address',
      user_agent: 'user_agent.original',
      http_version: 'network.protocol.version',
      // Tags of the metric, whose names Prometheus takes, too.
      http_request_method: 'http.request.method',
      http_response_status_code: 'http.response.status_code',
      http_route: 'http.route',
    },
    development: {
      requestBytes: 'http.request.body.size',
      responseBytes: 'http.response.body.size',
      content_length: 'http.response.body.size',
    },
  },
  /** Requests that the program makes. */
  client: {
    stable: { method: 'http.request.method', status: 'http.response.status_code', path: 'url.path', host: 'server.address' },
    development: {},
  },
  /** What people and models write to each other is never given a name, and left out unless it is asked for; see `isContent`. */
  gen_ai: {
    stable: {},
    development: {
      model: 'gen_ai.request.model',
      provider: 'gen_ai.provider.name',
      sessionId: 'gen_ai.conversation.id',
      session_id: 'gen_ai.conversation.id',
      agent: 'gen_ai.agent.name',
      agentId: 'gen_ai.agent.id',
      agent_id: 'gen_ai.agent.id',
      tool: 'gen_ai.tool.name',
      stream: 'gen_ai.request.stream',
      finish: 'gen_ai.response.finish_reasons',
      // Of question and answer together (`tokens`) there is no attribute.
      inputTokens: 'gen_ai.usage.input_tokens',
      input_tokens: 'gen_ai.usage.input_tokens',
      outputTokens: 'gen_ai.usage.output_tokens',
      output_tokens: 'gen_ai.usage.output_tokens',
    },
  },
  process: { stable: {}, development: { type: 'v8js.resource.type' } },
  system: { stable: {}, development: { mount: 'system.filesystem.mountpoint', state: 'network.connection.state' } },
  nodejs: { stable: {}, development: { kind: 'v8js.gc.type', type: 'v8js.resource.type' } },
  error: { stable: { error_type: 'error.type' }, development: {} },
  exception: {
    stable: { type: 'exception.type', message: 'exception.message', stacktrace: 'exception.stacktrace' },
    development: {},
  },
  /** What is the same in every record of a program. */
  resource: {
    stable: { app: 'service.name', instance: 'service.instance.id', environment: 'deployment.environment.name' },
    development: { hostname: 'host.name', pid: 'process.pid' },
  },
  /** Core fields of a record that are attributes. */
  log: {
    stable: {
      module: 'code.file.path',
      function: 'code.function.name',
      line: 'code.line.number',
      port: 'server.port',
      error_type: 'error.type',
    },
    development: { thread: 'thread.name' },
  },
};

/**
 * Metrics that are called something else. The other ones of the runtime and `http.server.request.duration` have their names from
 * the conventions: https://opentelemetry.io/docs/specs/semconv/system/, .../runtime/, .../http/http-metrics/. All in development.
 *
 * What comes of the end of an event, such as `coder.llm.response.duration`, keeps its name: the metric of the conventions
 * (`gen_ai.client.operation.duration`) counts failures, too, which are another event here.
 */
const METRIC_NAMES: Names = {
  'nodejs.gc.pause.duration': 'v8js.gc.duration',
  'nodejs.active_handles': 'v8js.resource.active',
};

const flat = new Map<Domain, ReadonlyMap<string, string>>();

/** Our names of a domain and OpenTelemetry's. */
export function namesOf(domain: Domain): ReadonlyMap<string, string> {
  let names = flat.get(domain);
  if (names === undefined) {
    const { stable, development } = SEMANTIC_NAMES[domain];
    names = new Map([...Object.entries(stable), ...Object.entries(development)]);
    flat.set(domain, names);
  }
  return names;
}

/** OpenTelemetry's name of a field, or of a tag; one that it has none for keeps its own. */
export const attributeNameOf = (name: string, domain?: Domain): string =>
  domain === undefined ? name : (namesOf(domain).get(name) ?? name);

/** OpenTelemetry's name of a metric, where that is another one. */
export const metricNameOf = (name: string): string | undefined => (Object.hasOwn(METRIC_NAMES, name) ? METRIC_NAMES[name] : undefined);

/** https://opentelemetry.io/docs/specs/semconv/http/http-exceptions/, in development. */
const EXCEPTION_EVENTS: Names = {
  'http.request.exception': 'http.server.request.exception',
  'http.client.exception': 'http.client.request.exception',
};
/** The same for generative AI, by component: https://github.com/open-telemetry/semantic-conventions-genai */
const GEN_AI_EXCEPTIONS: Names = {
  llm: 'gen_ai.client.operation.exception',
  gen_ai: 'gen_ai.client.operation.exception',
  genai: 'gen_ai.client.operation.exception',
  completion: 'gen_ai.client.operation.exception',
  tool: 'gen_ai.execute_tool.exception',
};

/**
 * OpenTelemetry's name of an event: that of an exception by its operation where there is a convention, else the dotted key, which is
 * what it asks for (`<operation>.exception`).
 */
export function otelEventNameOf(key: string): string {
  if (Object.hasOwn(EXCEPTION_EVENTS, key)) return EXCEPTION_EVENTS[key]!;
  const [app, component, action] = key.split('.', 3);
  if (action !== 'exception' && action !== 'error') return key;
  const isKnown = Object.hasOwn(GEN_AI_EXCEPTIONS, component!) && domainOf(app!, component!) === 'gen_ai';
  return isKnown ? GEN_AI_EXCEPTIONS[component!]! : key;
}
