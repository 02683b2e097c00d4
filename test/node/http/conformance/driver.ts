/** What the conformance suite asks of a framework: one small application, served with request tracking on. `frameworks.test.ts` runs them all. */
import type { HttpOptions } from '../../../../lib/http/options';
import type { Tracking } from '../../../../lib/http/tracking';
import type { Telemetry } from '../../../../lib/index';

/** Facts that hold in every framework, in the order of the table: what is told of a request. */
export const TRACKING_CASES = [
  'the template is the route',
  'the path is no tag',
  'a wildcard is a route',
  'a request id is taken up',
  'a request id is made',
  'a malformed request id is refused',
  'a traceparent is taken up',
  'the answer tells its duration',
  'the scope holds after an await, a timer and the reading of the body',
  'the access record has all its fields',
  'what no route matches is (unmatched)',
  'HEAD has no body and no bytes',
] as const;

/** Handlers that fail. */
export const FAILURE_CASES = [
  'a thrown error is reported once and is an exception',
  'a rejection is reported once and is an exception',
  'an error of status 418 is a warning and a stop',
  'a safe answer has the id of the record',
  'without safe answers the framework answers',
] as const;

/** Bodies, connections, and clients that leave. */
export const WIRE_CASES = [
  'streamed bytes are counted',
  'the scope holds in a body that is read later',
  'a client that leaves before the head is told as aborted',
  'a client that leaves within the body is told as aborted',
  'two requests on one connection have ids of their own',
  'five pipelined requests are answered in order and mix no scopes',
  'a body of 1 MiB is counted both ways',
  'Expect: 100-continue is answered',
  'an upgrade is told as 101',
] as const;

export type CaseName = (typeof TRACKING_CASES | typeof FAILURE_CASES | typeof WIRE_CASES)[number];
export const CASES: readonly CaseName[] = [...TRACKING_CASES, ...FAILURE_CASES, ...WIRE_CASES];

/**
 * The application. A driver says it in the words of its framework, route by route, each handler as people would write it:
 *
 * | route | handler |
 * | --- | --- |
 * | `GET /users/:id` | answers the JSON of `await user(id)` |
 * | `POST /echo` | reads the whole body, as bytes; answers it with its content-length, as `application/octet-stream` |
 * | `GET /stream` | sends each of `chunks()` when it comes, as `text/plain`, without a content-length |
 * | `GET /fail` | calls `fail()`, which throws, before any await |
 * | `GET /fail-async` | `await failAsync()`, which rejects |
 * | `GET /teapot` | calls `teapot()`, which throws |
 * | `GET /head` | answers `text()` as `text/plain`; HEAD as the framework does, without a body and with the content-length where it sends one |
 * | `GET /slow` | `await slow()`, then answers `text()`: it does not end before the client left |
 * | `POST /log` | answers the text of `await log(read)`, where `read` reads the whole body |
 * | `GET /files/*` | answers `text()` |
 * | upgrade on `/ws` | calls `upgraded()`, then writes {@link SWITCHING} on the socket and ends it |
 *
 * No limit for bodies below 2 MiB. What throws is left to the framework, or to {@link Driver.ownAnswer} where there is none.
 */
export interface AppSpec {
  readonly telemetry: Telemetry;
  /** For `trackHttp`. With `answerErrors`, the driver does what its framework needs for it, too. */
  readonly options: HttpOptions;
  user(id: string): Promise<object>;
  chunks(): AsyncIterable<string>;
  fail(): never;
  failAsync(): Promise<never>;
  teapot(): never;
  text(): string;
  slow(): Promise<void>;
  log(read: () => Promise<unknown>): Promise<string>;
  upgraded(): void;
}

export const SWITCHING = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n';

/** An application that listens on a free port of 127.0.0.1. */
export interface Served {
  /** `http://127.0.0.1:1234`, without a slash. */
  readonly url: string;
  /** Of the tracking that is on. */
  readonly tracking: Pick<Tracking, 'stats' | 'endpoints' | 'report'>;
  /** Ends connections that are still open, the server, and the tracking. */
  close(): Promise<void>;
}

/** A framework with the tracking that is meant for it. */
export interface Driver {
  /** `express 5`. */
  readonly name: string;
  serve(app: AppSpec): Promise<Served>;
  /** Template of the route of `/files/*`, as the framework has it. Default `/files/*`. */
  readonly filesRoute?: string;
  /**
   * What is answered to `GET /fail` without safe answers. Where there is no framework to answer, the driver catches what the
   * tracked handler throws, and answers the `status` of the error, else 500, with the text `broken`.
   */
  readonly ownAnswer: {
    readonly status: number;
    readonly body: RegExp;
    /** It is the driver that answers, after the handler that is tracked: tracking can't know the status, and tells 500. */
    readonly isOutside?: true;
  };
  /** Cases that can't be, and why; a footnote of the table. */
  readonly lacks?: Partial<Record<CaseName, string>>;
}
