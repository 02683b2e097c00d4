import type { Visitor } from './visitor';

/** A JSON schema (2020-12) as far as the description of the API needs it. */
export interface JsonSchema {
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null' | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
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
  /** What it was let in by: a token that each request shows, or the cookie of a session. */
  readonly via: 'token' | 'session' | 'none';
  /** When its session ends, in ms since the epoch; `undefined` without one. */
  readonly expiresAt: number | undefined;
  /** Id of its session; not secret. */
  readonly session: string | undefined;
}

/** A request to one route, checked: it is allowed, and its query and body are as the route describes them. */
export interface Call {
  readonly request: Request;
  readonly url: URL;
  /** Parts of the path that the route names, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** Query parameters as their schemas say: numbers are numbers, defaults are filled in, lists are those of their texts that were given. */
  readonly query: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  /** Parsed JSON; `undefined` for routes without a body. */
  readonly body: unknown;
  readonly actor: Actor;
  readonly visitor: Visitor;
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
  /** A page without data: a link of another site may lead to it, and its query is for its own script. */
  readonly isPage?: boolean;
  /** It asks whether somebody is let in: that nobody is, is no security event. */
  readonly isQuestion?: boolean;
  /** It lets somebody in by its body, whoever the cookie says. */
  readonly isLogin?: boolean;
  /** Headers that protect its answers, in place of those that all others have. */
  readonly protection?: Readonly<Record<string, string>>;
  /** Throws a {@link Problem} for what can't be answered; anything else that it throws is a 500 with an id. */
  handle(call: Call): Reply | Promise<Reply>;
}
