/** A JSON schema (2020-12) as far as the description of the API needs it. */
export interface JsonSchema {
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null' | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly enum?: readonly (string | number | boolean | null)[];
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly default?: unknown;
  readonly oneOf?: readonly JsonSchema[];
}

/** Whose request it is: never the token itself. */
export interface Actor {
  /** Name of the token; `anonymous` for nobody. */
  readonly name: string;
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
  readonly scope: 'none' | 'read' | 'write';
}

/** A request to one route, checked: it is allowed, and its query and body are as the route describes them. */
export interface Call {
  readonly request: Request;
  readonly url: URL;
  /** Parts of the path that the route names, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** Query parameters as their schemas say: numbers are numbers, defaults are filled in. */
  readonly query: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Parsed JSON; `undefined` for routes without a body. */
  readonly body: unknown;
  readonly actor: Actor;
  readonly signal: AbortSignal;
}

/** A parameter of the query. */
export interface QueryParameter extends JsonSchema {
  readonly description: string;
}

/** An answer that is data, or one made by hand (streams, other content types). */
export type Reply = { readonly status?: number; readonly json: unknown; readonly headers?: Readonly<Record<string, string>> } | Response;

/** One route of the admin API; the description of the API is made of these. */
export interface Route {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** `/admin/errors/{fingerprint}`: a name in braces is one part of the path. */
  readonly path: string;
  /** `public`: anybody gets an answer, but `actor.scope` tells how much. `read` and `write` need a token of that scope. */
  readonly scope: 'public' | 'read' | 'write';
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly params?: Readonly<Record<string, JsonSchema>>;
  readonly query?: Readonly<Record<string, QueryParameter>>;
  readonly body?: JsonSchema;
  /** By status; `contentType` is JSON unless said. */
  readonly responses: Readonly<
    Record<
      number,
      {
        readonly description: string;
        readonly schema?: JsonSchema;
        readonly contentType?: string;
        /** The same in other words: further content types, which the request asks for. */
        readonly also?: Readonly<Record<string, JsonSchema>>;
      }
    >
  >;
  /** Reading it is itself a security event (`sensitive_read`): lines of logs. */
  readonly isSensitive?: boolean;
  /** Throws a {@link Problem} for what can't be answered; anything else that it throws is a 500 with an id. */
  handle(call: Call): Reply | Promise<Reply>;
}
