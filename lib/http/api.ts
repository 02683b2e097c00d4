import type { AnswerOptions } from './options';
import type { TraceContext } from './trace-context';

/** Headers of a request by lower-case name; several of one name are joined by `, `. */
export interface HeaderReader {
  get(name: string): string | null | undefined;
}

/** What an adapter knows when the head of a request has arrived. */
export interface Incoming {
  readonly method: string;
  /** Of the request line: `/path?query`, or a whole URL. */
  readonly target: string;
  readonly headers: HeaderReader;
  /** Address of the other end of the connection. */
  readonly peer: string | undefined;
  /** Such as `1.1`. */
  readonly httpVersion?: string | undefined;
}

/** How a request ended, as far as the adapter knows. */
export interface Outcome {
  /** The status that was sent; `undefined` when none was. */
  readonly status: number | undefined;
  readonly requestBytes?: number | undefined;
  readonly responseBytes?: number | undefined;
  /** The client left before the answer was complete. */
  readonly aborted?: boolean | undefined;
  readonly upgraded?: boolean | undefined;
}

/** What may be sent instead of an answer that failed. */
export interface SafeAnswer {
  readonly status: number;
  readonly contentType: string;
  /**
   * Further ones, by lower-case name, which the error says (its `headers`): `www-authenticate`, `allow`, `retry-after` and
   * `content-range`. Most errors have none.
   */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a handler can learn and say about the request it answers: `currentRequest()`. */
export interface TrackedRequest {
  /** The request id: in all its records, and in the answer. */
  readonly id: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly ip: string | undefined;
  readonly trace: TraceContext;
  /** Says the template of the route, where no router does: `/users/:id`. */
  setRoute(template: string): void;
  /** Says the class by which its slowness is judged, such as `tools`. One that is not configured is ignored and warned of once. */
  classify(name: string): void;
  /** Adds fields to its access record. Those of the record itself can't be replaced. */
  set(fields: Readonly<Record<string, unknown>>): void;
  /** Reports an error that the handler dealt with itself: it is logged with the fields of the request. @returns Its id. */
  report(error: unknown): string;
}

/**
 * A request under way, for adapters. None of it throws for what a request or an application brings; each method may be called at any time,
 * and `end` counts once.
 */
export interface Exchange extends TrackedRequest {
  /** `end` was called. */
  readonly isOver: boolean;
  /** Runs a function in the scope of the request. */
  run<Result>(work: () => Result): Result;
  /** The same with arguments, for hot paths: no closure is needed. */
  runWith<This, Args extends unknown[], Result>(fn: (this: This, ...args: Args) => Result, self: This, args: Args): Result;
  /** Text for `X-Request-Duration` as of now: `0.012s`. `undefined` when headers are off. */
  durationText(): string | undefined;
  /** Value for `X-Request-Id`; `undefined` when headers are off. */
  idText(): string | undefined;
  /** The route that a router matched; one that the handler said stays. */
  matched(template: string | undefined): void;
  /**
   * The handler failed. Reports the error once however often it is told of, and makes the end an `exception`, unless the request was at
   * fault (a status below 500).
   *
   * @param status - That of the response so far. It counts where the error has none (`status`, `statusCode`), if it is 400 to 599; else
   * the status is 500.
   * @returns Its id.
   */
  fail(error: unknown, status?: number): string;
  /** What to send for an error, when the application wants safe answers; `undefined` otherwise. Calls `fail`. @param status - As of `fail`. */
  answer(error: unknown, status?: number): SafeAnswer | undefined;
  /** The request is over: event, access record, counts. */
  end(outcome: Outcome): void;
}

/** One endpoint, since tracking began. Durations in ms. */
export interface EndpointStats {
  /** `GET /users/:id`. */
  readonly endpoint: string;
  readonly method: string;
  readonly route: string;
  readonly count: number;
  /** Answers of 500 and more, and handlers that failed. */
  readonly errors: number;
  /** 0 to 1. */
  readonly error_rate: number;
  readonly avg_ms: number;
  readonly min_ms: number;
  readonly max_ms: number;
  readonly slow_count: number;
  readonly very_slow_count: number;
}

/** The page of requirements D6; durations in seconds. */
export interface RequestReport {
  readonly metrics: {
    readonly total_requests: number;
    readonly average_duration: number;
    readonly slow_requests: number;
    readonly very_slow_requests: number;
    /** By route: methods are added up. */
    readonly endpoints: Readonly<
      Record<
        string,
        {
          readonly count: number;
          readonly avg_duration: number;
          readonly min_duration: number;
          readonly max_duration: number;
          readonly slow_count: number;
          readonly very_slow_count: number;
        }
      >
    >;
  };
  /** By class, its `-` as `_`: `non_tool` and `tool_enabled` for those of the library. */
  readonly thresholds: Readonly<Record<string, { readonly slow_request?: string; readonly very_slow_request?: string }>>;
}

export interface HttpStats {
  readonly inFlight: number;
  readonly total: number;
  readonly aborted: number;
  readonly upgraded: number;
  /** Endpoints counted by themselves; the rest is `(others)`. */
  readonly endpoints: number;
  /** Options of the application that threw, by name. */
  readonly faults: Readonly<Record<string, number>>;
}

/** What adapters use of request tracking. */
export interface Tracker {
  /** `undefined`: this request is not to be tracked. Emits `start` in its scope. */
  begin(incoming: Incoming): Exchange | undefined;
  readonly answerErrors: AnswerOptions | false;
}
