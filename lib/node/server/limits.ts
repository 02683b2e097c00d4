/** How long and how much a server takes, times in ms. */
export interface ServerLimits {
  /** Until the head of a request is there, from the connection on. */
  readonly headersMs: number;
  /** Until the whole request is there. */
  readonly requestMs: number;
  /** How often both are looked at. */
  readonly checkMs: number;
  /** How long a connection may wait for its next request. */
  readonly keepAliveMs: number;
  /** How long a client may take nothing of an answer; for the first of it, the time of the request comes on top. */
  readonly answerMs: number;
  /** How long `close` waits for answers that are under way. */
  readonly closeMs: number;
  readonly headerBytes: number;
  readonly connections: number;
  /** Of one address that is not loopback. */
  readonly perAddress: number;
  readonly requestsPerConnection: number;
  /** Answers under way, of all connections together: requests can be sent in a heap. One counts until its own body is written. */
  readonly answers: number;
}

export const SERVER_LIMITS: ServerLimits = {
  headersMs: 5000,
  requestMs: 10_000,
  checkMs: 1000,
  keepAliveMs: 5000,
  answerMs: 30_000,
  closeMs: 1000,
  headerBytes: 16 * 1024,
  connections: 256,
  perAddress: 16,
  requestsPerConnection: 100,
  answers: 64,
};
