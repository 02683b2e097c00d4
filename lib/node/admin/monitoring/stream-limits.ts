/** How long and how much the event stream takes; times in ms. */
export interface StreamLimits {
  /** Of one address that is not loopback. */
  readonly perAddress: number;
  /** Of one session of a browser: tabs. */
  readonly perSession: number;
  /** Different paths that are asked at a time, for all clients together. */
  readonly watches: number;
  /** How long one client is served; it comes again then. */
  readonly lifeMs: number;
  readonly heartbeatMs: number;
  /** How long a client may take nothing although something is there for it. */
  readonly stallMs: number;
  /** An answer that is larger is not watched. */
  readonly answerBytes: number;
  /** What is held for one client until it takes it. What does not fit is left out, and the whole answer is sent afterwards. */
  readonly pendingBytes: number;
  /** What a client is given at once. */
  readonly sliceBytes: number;
  /** Changes that are kept for those who come again: how many, and how large together. */
  readonly keptChanges: number;
  readonly keptBytes: number;
  /** How long it waits at most before it asks again what failed. */
  readonly retryMs: number;
}

export const STREAM_LIMITS: StreamLimits = {
  perAddress: 16,
  perSession: 8,
  watches: 128,
  lifeMs: 600_000,
  heartbeatMs: 15_000,
  stallMs: 15_000,
  answerBytes: 256 * 1024,
  pendingBytes: 256 * 1024,
  sliceBytes: 16 * 1024,
  keptChanges: 10,
  keptBytes: 64 * 1024,
  retryMs: 30_000,
};
