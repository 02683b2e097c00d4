import { type Catalogue, defineEvents } from '../core/catalogue';
import { defineEvent, type EventSpec } from '../core/definition';

/** Metadata of every event of a request that a server answers. Within the emission, the scope is that of the request. */
export interface RequestMetadata {
  /** One that HTTP knows, in capitals; `_OTHER` for any other. */
  readonly method: string;
  /** The template that the router matched, such as `/users/:id`; `(unmatched)` while and where none did. */
  readonly route: string;
  /** Without the query, which carries tokens. No tag: anybody can make up paths. */
  readonly path: string;
  readonly ip?: string;
  readonly user_agent?: string;
  /** Pairs start with stop or exception. */
  readonly telemetrySpanContext: unknown;
}

/** Metadata of `stop` and `exception` of a request. */
export interface AnswerMetadata extends RequestMetadata {
  /** What was sent; 499 when the client left before anything was. */
  readonly status: number;
  /** The class its slowness was judged by. */
  readonly class?: string;
  /** The client left before it had all of the answer. */
  readonly aborted?: true;
  /** The connection speaks another protocol from here on. */
  readonly upgraded?: true;
}

export interface AnswerMeasurements {
  /** From the head of the request to the last byte of the answer, in ms. */
  readonly duration: number;
  readonly monotonicTime: number;
  /** Bytes of the bodies, as they are on the wire; missing where nothing tells. */
  readonly requestBytes?: number;
  readonly responseBytes?: number;
}

/** Metadata of events of requests that this program makes. */
export interface ClientMetadata {
  readonly method: string;
  /** Host, and port where it is not the usual one. */
  readonly host: string;
  readonly path: string;
  readonly telemetrySpanContext: unknown;
}

interface Started {
  readonly systemTime: number;
  readonly monotonicTime: number;
}

interface Failed {
  readonly kind: 'error' | 'rejection';
  readonly reason: unknown;
  readonly stacktrace: string;
}

type RequestEvents = {
  readonly request: {
    readonly start: EventSpec<Started, RequestMetadata>;
    readonly stop: EventSpec<AnswerMeasurements, AnswerMetadata>;
    readonly exception: EventSpec<AnswerMeasurements, AnswerMetadata & Failed>;
  };
  readonly client: {
    readonly start: EventSpec<Started, ClientMetadata>;
    readonly stop: EventSpec<{ readonly duration: number; readonly monotonicTime: number }, ClientMetadata & { readonly status: number }>;
    readonly exception: EventSpec<{ readonly duration: number; readonly monotonicTime: number }, ClientMetadata & Failed>;
  };
};

/**
 * The events of HTTP. Each request has one `start` and, when the answer is over, one `stop`, or one `exception` when its handler
 * failed. Their own records are at trace: the access record tells of requests, and the report of an error of errors.
 */
export const httpEvents: Catalogue<'http', RequestEvents> = defineEvents('http', {
  request: {
    start: defineEvent<Started, RequestMetadata>({ doc: 'The head of a request arrived', level: 'trace', tags: ['method'] }),
    stop: defineEvent<AnswerMeasurements, AnswerMetadata>({
      doc: 'A request was answered, or its client left',
      level: 'trace',
      tags: ['method', 'route', 'status'],
      measurements: { requestBytes: { unit: 'byte' }, responseBytes: { unit: 'byte' } },
    }),
    exception: defineEvent<AnswerMeasurements, AnswerMetadata & Failed>({
      doc: 'The handler of a request failed',
      level: 'trace',
      tags: ['method', 'route', 'status'],
      measurements: { requestBytes: { unit: 'byte' }, responseBytes: { unit: 'byte' } },
    }),
  },
  client: {
    start: defineEvent<Started, ClientMetadata>({ doc: 'A request was sent', level: 'trace', tags: ['method'] }),
    stop: defineEvent<{ duration: number; monotonicTime: number }, ClientMetadata & { readonly status: number }>({
      doc: 'A request was answered by another server',
      level: 'trace',
      tags: ['method', 'host', 'status'],
    }),
    exception: defineEvent<{ duration: number; monotonicTime: number }, ClientMetadata & Failed>({
      doc: 'A request to another server failed',
      level: 'trace',
      tags: ['method', 'host'],
    }),
  },
});
