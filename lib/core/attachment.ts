import type { Breaker } from './breaker';
import type { Channel } from './channel';
import type { Definition } from './definition';
import type { EventPrefix } from './event';
import type { AnyHandler, AttachOptions, FailurePolicy, HandlerFactory, HandlerInfo } from './handler';

/** What is attached under one id: what `attach` and its sisters ask of the registry. */
export interface AttachRequest {
  readonly id: string;
  /** Names for an exact handler, one prefix for a prefix handler. */
  readonly events: readonly EventPrefix[];
  readonly match: HandlerInfo['match'];
  readonly handler: AnyHandler | HandlerFactory;
  /** `handler` is a factory, which makes an instrument rather than somebody who listens, unless `listens` is said. */
  readonly isFactory?: boolean;
  readonly config?: unknown;
  readonly options?: AttachOptions | undefined;
}

/** One attached handler. */
export interface Attachment extends AttachRequest {
  /** Position in attach order; exact and prefix handlers share one sequence. */
  readonly order: number;
  readonly onError: FailurePolicy;
  readonly breaker: Breaker | undefined;
  /** One call per event, kept while lists are rebuilt, so that an emission under way notices a detach. */
  readonly calls: Map<Channel, Call>;
  /** Detaches this very attachment; also what listens to its signal. */
  readonly detach: () => boolean;
  attached: boolean;
  failures: number;
  /** A handler that detaches at its first failure announces only that one. */
  announced: boolean;
  /** Monotonic ms of the last warning about it. */
  warnedAt: number;
}

/** A handler bound to one event: what dispatch lists hold. Detaching swaps `run` for a no-op. */
export interface Call {
  run: AnyHandler;
  /** The definition known when `run` was made. */
  definition: Definition | undefined;
  readonly config: unknown;
  readonly attachment: Attachment;
}
