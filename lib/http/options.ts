import type { ContextFields } from '../core/context';
import type { SlowThresholdsLike } from './classes';

/** What is told about a request to options that are functions. */
export interface RequestInfo {
  readonly method: string;
  readonly path: string;
  readonly header: (name: string) => string | undefined;
  readonly ip: string | undefined;
}

/** How safe answers are written. */
export interface AnswerOptions {
  /** Language of the message, one of those that `createErrors` knows. Default `en`. */
  readonly locale?: string;
}

/** Which addresses in front of the application may say who the client is. */
export type TrustProxy = false | number | readonly string[];

/**
 * Options of `trackHttp`. All are optional.
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `requestId` | `header`: its name; `accept`: take up one that is well-formed (1 to 128 of letters, digits and `._:@+/=-`); `make` | `x-request-id`, `true`, 32 hex digits |
 * | `trustProxy` | who may say the client's address in `X-Forwarded-For`: how many hops, or addresses and ranges (`loopback`, `private`, `10.0.0.0/8`) | `false`: the other end of the connection |
 * | `acceptTrace` | takes up `traceparent` and `tracestate` | `true` |
 * | `routes` | templates for servers without a router, `/users/:id`, `/files/*`; the first that matches counts | none |
 * | `routeOf` | says the template; before `routes` | none |
 * | `ignore` | requests that are not tracked at all: path prefixes, or a function | none |
 * | `classes` | slow thresholds by class | `non-tools` 5 s and 10 s, `tools` 30 s and 60 s |
 * | `classOf` | the class of a request when it ends; before `classify` | the first of `classes` |
 * | `fields` | fields for the access record | none |
 * | `context` | fields for the scope of the request | none |
 * | `accessLog` | writes access records | `true`, unless `MONITOR_REQUEST_LOGGING=0` |
 * | `answerErrors` | answers failures of handlers with the safe message and its id | `false`: as the framework does |
 * | `headers` | sends `X-Request-Id` and `X-Request-Duration` | `true` |
 * | `metrics` | registers `http.server.request.duration`, in seconds and with the bounds of OpenTelemetry | `true` |
 * | `maxEndpoints` | how many endpoints are counted by themselves, 1 to 5,000 | 500 |
 */
export interface HttpOptions {
  readonly requestId?: { readonly header?: string; readonly accept?: boolean; readonly make?: () => string };
  readonly trustProxy?: TrustProxy;
  readonly acceptTrace?: boolean;
  readonly routes?: readonly string[];
  readonly routeOf?: (request: RequestInfo) => string | undefined;
  readonly ignore?: readonly string[] | ((request: RequestInfo) => boolean);
  readonly classes?: Readonly<Record<string, SlowThresholdsLike>>;
  readonly classOf?: (request: RequestInfo) => string | undefined;
  readonly fields?: (request: RequestInfo) => object | undefined;
  readonly context?: (request: RequestInfo) => ContextFields | undefined;
  readonly accessLog?: boolean;
  readonly answerErrors?: boolean | AnswerOptions;
  readonly headers?: boolean;
  readonly metrics?: boolean;
  readonly maxEndpoints?: number;
}
